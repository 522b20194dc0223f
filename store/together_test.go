package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/assert"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// Whatever runs while the store is closed, all ends: Check, a listing, which writes a
// checkpoint, and additions wait for locks in one order.
func TestCloseBesideAll(t *testing.T) {
	docs := newNews(3).documents(100)
	for round := range 12 {
		s := open(t, "store", store.Options{FS: vfs.NewMem(), Checkpoint: 3})
		assert.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{}))
		var all sync.WaitGroup
		begun := make(chan bool, 3)
		until := func(ended func(i int) error) {
			all.Go(func() {
				for i := 0; ; i++ {
					err := ended(i)
					if i == round || err != nil && i < round {
						begun <- true
					}
					if err != nil {
						assert.ErrorIs(t, err, store.ErrClosed)
						return
					}
				}
			})
		}
		until(func(int) error {
			problems, err := s.Check(t.Context())
			assert.Empty(t, problems)
			return err
		})
		until(func(i int) error {
			_, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint("x", i), Text: "one two three four five six seven eight"})
			return err
		})
		until(func(int) error {
			for _, err := range s.Clusters() {
				return err
			}
			return nil
		})
		for range cap(begun) {
			<-begun
		}
		assert.NoError(t, s.Close())
		all.Wait()
	}
}

// groups holds the first commit back until it is let go, so that what comes meanwhile is
// one commit, and the second group of that until a caller of the first one was answered.
type groups struct {
	hold          sync.Once
	let, answered chan struct{}
	first, sum    int // operations of the first commit, and of all
	applied       int // groups
	late          bool
}

func (g *groups) Count(string, int64) {}

func (g *groups) Observe(name string, v float64) {
	switch name {
	case store.MetricCommitted:
		g.hold.Do(func() {
			g.first = int(v)
			<-g.let
		})
		g.sum += int(v)
	case store.MetricApply:
		if g.applied++; g.applied == (g.first+15)/16+2 {
			select {
			case <-g.answered:
			case <-time.After(time.Minute):
				g.late = true
			}
		}
	}
}

// queued is a context of a caller. It tells when that waits for its answer.
type queued struct {
	context.Context
	tell func()
}

func (q queued) Done() <-chan struct{} {
	q.tell()
	return q.Context.Done()
}

// Callers are answered a group at a time, however many share a commit, and what they then
// see of the store has their documents.
func TestGroups(t *testing.T) {
	const n = 200
	g := &groups{let: make(chan struct{}), answered: make(chan struct{}, n)}
	s := open(t, "store", store.Options{FS: vfs.NewMem(), Metrics: g})
	docs := newNews(5).documents(n)
	var all, waiting sync.WaitGroup
	waiting.Add(n)
	for _, d := range docs {
		all.Go(func() {
			a, err := s.Add(queued{t.Context(), sync.OnceFunc(waiting.Done)}, d)
			assert.NoError(t, err)
			if int(a.Position) > g.first {
				g.answered <- struct{}{}
			}
			stats, err := s.Stats()
			assert.NoError(t, err)
			assert.GreaterOrEqual(t, stats.Position, a.Position)
			got, err := s.Document(d.ID)
			assert.NoError(t, err)
			assert.Equal(t, a.Position, got.Position)
		})
	}
	waiting.Wait()
	close(g.let)
	all.Wait()
	clean(t, s)
	shut(t, s)
	assert.False(t, g.late, "nobody was answered before the next group")
	assert.Equal(t, n, g.sum)
	assert.GreaterOrEqual(t, g.applied, n/16)
}
