package store_test

import (
	"fmt"
	"sync"
	"testing"

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

// groupSizes notes how many operations the view gets at a time, and holds the first commit
// back until it is let go, so that what comes meanwhile waits for one commit.
type groupSizes struct {
	s     *store.Store
	hold  sync.Once
	let   chan struct{}
	last  uint64
	sizes []uint64
}

func (g *groupSizes) Count(string, int64) {}

func (g *groupSizes) Observe(name string, _ float64) {
	switch name {
	case store.MetricCommit:
		g.hold.Do(func() { <-g.let })
	case store.MetricApply: // one group after another
		stats, err := g.s.Stats()
		if err == nil && int(stats.Position) == stats.Documents {
			g.sizes = append(g.sizes, stats.Position-g.last)
		}
		g.last = stats.Position
	}
}

// Callers are answered a few at a time, however many share a commit: the view that they see
// then has the documents of their group, and none that the index does not have.
func TestGroups(t *testing.T) {
	g := &groupSizes{let: make(chan struct{})}
	s := open(t, "store", store.Options{FS: vfs.NewMem(), Metrics: g})
	g.s = s
	docs := newNews(5).documents(200)
	var all, begun sync.WaitGroup
	begun.Add(len(docs))
	for _, d := range docs {
		all.Go(func() {
			begun.Done()
			a, err := s.Add(t.Context(), d)
			assert.NoError(t, err)
			stats, err := s.Stats()
			assert.NoError(t, err)
			assert.GreaterOrEqual(t, stats.Position, a.Position)
			_, err = s.Document(d.ID)
			assert.NoError(t, err)
		})
	}
	begun.Wait()
	close(g.let)
	all.Wait()
	clean(t, s)
	shut(t, s)
	sum := uint64(0)
	for _, n := range g.sizes {
		assert.LessOrEqual(t, n, uint64(store.FullGroup))
		sum += n
	}
	assert.Equal(t, uint64(len(docs)), sum)
}
