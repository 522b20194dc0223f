package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/origin"
	"github.com/cbb30ed1/reprint/store"
)

func TestTexts(t *testing.T) {
	fs := vfs.NewMem()
	docs := newNews(8).documents(4)
	docs[1].Text = ""
	s := open(t, "store", store.Options{FS: fs})
	add(t, s, docs[:2]...)
	shut(t, s)
	s = open(t, "store", store.Options{FS: fs, Texts: store.DropTexts})
	add(t, s, docs[2])
	for _, doc := range docs[:2] {
		text, err := s.Text(doc.ID)
		require.NoError(t, err)
		require.Equal(t, doc.Text, text)
	}
	_, err := s.Text(docs[2].ID)
	require.ErrorIs(t, err, store.ErrNoText)
	_, err = s.Text("nobody")
	require.ErrorIs(t, err, store.ErrUnknown)
	clean(t, s)
	shut(t, s)
	s = open(t, "store", store.Options{FS: fs, Texts: store.FetchTexts, Fetch: func(id string) (string, error) { return "text of " + id, nil }})
	add(t, s, docs[3])
	text, err := s.Text(docs[3].ID)
	require.NoError(t, err)
	require.Equal(t, "text of "+docs[3].ID, text)
	clean(t, s)
	shut(t, s)
}

// Adding what is there writes nothing; a change of metadata alone is an update.
func TestUnchanged(t *testing.T) {
	s := open(t, "store", store.Options{FS: vfs.NewMem()})
	n := newNews(9)
	docs := n.documents(10)
	first := add(t, s, docs...)
	before, err := s.Stats()
	require.NoError(t, err)
	again := add(t, s, docs[9])
	require.Equal(t, first.Cluster, again.Cluster)
	require.Equal(t, first.Size, again.Size)
	require.Empty(t, again.Events)
	require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 2}))
	after, err := s.Stats()
	require.NoError(t, err)
	require.Equal(t, before.Position, after.Position)
	doc := docs[3]
	doc.Published = doc.Published.In(time.FixedZone("", 3600)) // the same moment
	add(t, s, doc)
	require.Len(t, collect(t, s.Events(t.Context(), 1)), 10)
	doc.Title += "!"
	add(t, s, doc)
	feed := collect(t, s.Events(t.Context(), 11))
	require.Len(t, feed, 1)
	require.Equal(t, store.Updated, feed[0].Action)
	got, err := s.Document(doc.ID)
	require.NoError(t, err)
	require.Equal(t, doc.Title, got.Title)
	clean(t, s)
}

func TestIDs(t *testing.T) {
	s := open(t, "store", store.Options{FS: vfs.NewMem()})
	for _, id := range []string{"", string(make([]byte, 1<<16))} {
		_, err := s.Add(t.Context(), reprint.Document{ID: id})
		require.ErrorIs(t, err, store.ErrID)
	}
	for _, id := range []string{"\x00", "\xff\xff", "a\x00b", string(make([]byte, 1<<16-1))} {
		add(t, s, reprint.Document{ID: id, Text: "a text"})
		got, err := s.Document(id)
		require.NoError(t, err)
		require.Equal(t, id, got.ID)
	}
	require.Len(t, collect(t, s.Documents()), 4)
	clean(t, s)
}

// A batch that fails leaves nothing behind.
func TestBatchesAreWhole(t *testing.T) {
	s := open(t, "store", store.Options{FS: vfs.NewMem()})
	docs := newNews(10).documents(30)
	stop := errors.New("stop")
	require.ErrorIs(t, s.AddAll(t.Context(), yield(docs, stop), reprint.AddAllOptions{Threads: 2}), stop)
	require.ErrorIs(t, s.AddAll(t.Context(), yield(append(slices.Clone(docs), reprint.Document{}), nil), reprint.AddAllOptions{Threads: 2}), store.ErrID)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.AddAll(ctx, yield(docs, nil), reprint.AddAllOptions{Threads: 2}), context.Canceled)
	_, err := s.Add(ctx, docs[0])
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, s.Len())
	require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{}))
	n, err := s.RemoveAll(t.Context(), slices.Values([]string{docs[0].ID, "nobody", docs[1].ID, docs[0].ID}))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, 28, s.Len())
	clean(t, s)
}

// A consumer that stops and goes on misses nothing, over restarts too, and learns
// when it comes too late.
func TestFeed(t *testing.T) {
	o := store.Options{FS: vfs.NewMem(), Events: 32}
	s := open(t, "store", o)
	docs := newNews(11).documents(80)
	var got []uint64
	for i, doc := range docs[:30] {
		add(t, s, doc)
		if i%7 == 6 {
			for c, err := range s.Events(t.Context(), uint64(len(got)+1)) {
				require.NoError(t, err)
				got = append(got, c.Position)
				if len(got)%5 == 4 {
					break
				}
			}
			shut(t, s)
			s = open(t, "store", o)
		}
	}
	for i, p := range got {
		require.Equal(t, uint64(i+1), p)
	}
	add(t, s, docs[30:]...)
	stats, err := s.Stats()
	require.NoError(t, err)
	require.GreaterOrEqual(t, stats.FirstEvent, uint64(80-34))
	require.LessOrEqual(t, stats.FirstEvent, uint64(80-31))
	for _, from := range []uint64{0, 1, stats.FirstEvent - 1} {
		for _, err := range s.Events(t.Context(), from) {
			require.ErrorIs(t, err, store.ErrTrimmed)
		}
	}
	require.Len(t, collect(t, s.Events(t.Context(), stats.FirstEvent)), int(80-stats.FirstEvent+1))
	require.Empty(t, collect(t, s.Events(t.Context(), 81)))
	clean(t, s)
}

func TestFollow(t *testing.T) {
	s := open(t, "store", store.Options{FS: vfs.NewMem()})
	docs := newNews(12).documents(40)
	add(t, s, docs[:10]...)
	var followers sync.WaitGroup
	for range 3 {
		followers.Go(func() {
			next := uint64(1)
			for c, err := range s.Follow(t.Context(), 1) {
				if err != nil || c.Position != next || c.ID != docs[next-1].ID {
					t.Errorf("position %d is %s: %v", c.Position, c.ID, err)
				}
				if next++; next == 41 {
					return
				}
			}
		})
	}
	add(t, s, docs[10:]...)
	followers.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, err := range s.Follow(ctx, 40) {
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
		cancel() // once there was something
	}
	require.Error(t, ctx.Err())
	waiting := make(chan error)
	go func() {
		for _, err := range s.Follow(context.Background(), 41) {
			waiting <- err
		}
	}()
	shut(t, s)
	require.ErrorIs(t, <-waiting, store.ErrClosed)
}

// A clock that tests set.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func TestWindow(t *testing.T) {
	now := &clock{firstDay.AddDate(1, 0, 0)}
	o := store.Options{FS: vfs.NewMem(), Window: 48 * time.Hour, Now: now.read}
	s := open(t, "store", o)
	at := func(id string, hours int) reprint.Document {
		return reprint.Document{ID: id, Text: "text of " + id, Published: firstDay.Add(time.Duration(hours) * time.Hour)}
	}
	ids := func() (out []string) {
		for _, d := range collect(t, s.Documents()) {
			out = append(out, d.ID)
		}
		return out
	}
	add(t, s, at("a", 0), at("b", 24), at("c", 48))
	require.Equal(t, []string{"a", "b", "c"}, ids())
	add(t, s, reprint.Document{ID: "undated", Text: "nobody knows when"})
	add(t, s, at("d", 60))
	add(t, s, at("e", 60)) // the next operation at the latest
	require.Equal(t, []string{"b", "c", "d", "e", "undated"}, ids())
	shut(t, s)
	s = open(t, "store", o) // the newest time is still known
	_, err := s.Add(t.Context(), at("late", 11))
	require.ErrorIs(t, err, store.ErrExpired)
	add(t, s, at("future", 1_000_000)) // counts as published now
	add(t, s, at("now", 24*365))
	require.Equal(t, []string{"future", "now", "undated"}, ids())

	var visited []string
	require.NoError(t, s.AddAll(t.Context(), yield([]reprint.Document{at("x", 3), at("y", 24*365-1)}, nil), reprint.AddAllOptions{Visit: func(id string, _ reprint.Added) {
		visited = append(visited, id)
	}}))
	require.Equal(t, []string{"y"}, visited)
	n, err := s.Expire(t.Context(), firstDay.Add((24*365)*time.Hour))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	feed := collect(t, s.Events(t.Context(), 1))
	require.Equal(t, store.Expired, feed[len(feed)-1].Action)
	require.Equal(t, "y", feed[len(feed)-1].ID)
	clean(t, s)
	shut(t, s)
}

// A batch that spans more than the window leaves only what is within it.
func TestWindowWithinOneBatch(t *testing.T) {
	s := open(t, "store", store.Options{FS: vfs.NewMem(), Window: 10 * time.Hour})
	var docs []reprint.Document
	for i := range 100 {
		docs = append(docs, reprint.Document{ID: fmt.Sprintf("%03d", i), Text: fmt.Sprint("hour ", i), Published: firstDay.Add(time.Duration(i-100) * time.Hour)})
	}
	require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{}))
	add(t, s, docs[99])
	require.Eventually(t, func() bool { return s.Len() == 11 }, 5*time.Second, time.Millisecond)
	clean(t, s)
}

func TestWindowByArrival(t *testing.T) {
	now := &clock{firstDay}
	s := open(t, "store", store.Options{FS: vfs.NewMem(), Window: time.Hour, WindowBy: store.ByArrival, Now: now.read})
	add(t, s, reprint.Document{ID: "a", Published: firstDay.AddDate(-9, 0, 0)})
	now.now = firstDay.Add(30 * time.Minute)
	add(t, s, reprint.Document{ID: "b"})
	now.now = firstDay.Add(-time.Hour) // the clock was turned back
	add(t, s, reprint.Document{ID: "c"})
	require.Equal(t, 3, s.Len())
	now.now = firstDay.Add(61 * time.Minute)
	add(t, s, reprint.Document{ID: "d"})
	require.Equal(t, 3, s.Len())
	n, err := s.Expire(t.Context(), firstDay.Add(61*time.Minute))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, 1, s.Len())
	clean(t, s)
}

// counts is a Metrics that sums up.
type counts struct {
	mu  sync.Mutex
	sum map[string]float64
}

func (c *counts) Count(name string, n int64) { c.Observe(name, float64(n)) }

func (c *counts) Observe(name string, v float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum[name] += v
}

func TestMetrics(t *testing.T) {
	c := &counts{sum: map[string]float64{}}
	s := open(t, "store", store.Options{FS: vfs.NewMem(), Metrics: c})
	docs := newNews(13).documents(20)
	add(t, s, docs...)
	add(t, s, docs[0])
	_, _, err := s.Remove(t.Context(), docs[0].ID)
	require.NoError(t, err)
	shut(t, s)
	require.Equal(t, 20., c.sum[store.MetricAdded])
	require.Equal(t, 1., c.sum[store.MetricUnchanged])
	require.Equal(t, 1., c.sum[store.MetricRemoved])
	require.Equal(t, 21., c.sum[store.MetricCommitted])
	require.NotZero(t, c.sum[store.MetricMatches])
	require.NotZero(t, c.sum[store.MetricEvents])
}

// Origin reads what tells of the origin back from the disk, also after a restart, and what
// is another document by that alone is an update.
func TestOrigin(t *testing.T) {
	const story = "The old swing bridge over the Marrow was closed on Tuesday evening after a barge struck its middle pier. " +
		"Nobody was hurt. Divers will look at the pier in the morning, and the town asks drivers to use the ferry until Friday."
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	hinted := reprint.Document{
		ID: "harbour", Site: "harbour.example", Text: story, Owner: "Marrow Holding", Clock: origin.Page,
		Hints: []origin.Hint{{Kind: "creditText", Value: "Reuters"}},
	}
	add(t, s, reprint.Document{ID: "gazette", Site: "marrow-gazette.example", Text: story, Byline: "Associated Press"})
	add(t, s, hinted)
	add(t, s, reprint.Document{ID: "alone", Site: "harbour.example", Text: "The town council voted on Monday to plant four hundred lime trees along the old canal before winter."})
	a, err := s.Origin("gazette", nil)
	require.NoError(t, err)
	require.Equal(t, origin.IsHidden, a.Likeliest.Kind)

	hinted.Hints[0].Value = "Associated Press"
	add(t, s, hinted)
	want, err := s.Origin("gazette", nil)
	require.NoError(t, err)
	require.Equal(t, "hidden:AP", want.Origin.String())
	shut(t, s)

	s = open(t, dir, store.Options{})
	got, err := s.Origin("harbour", nil)
	require.NoError(t, err)
	require.Equal(t, want, got)
	doc, err := s.Document("harbour")
	require.NoError(t, err)
	require.Equal(t, hinted.OriginDocument().Hints, doc.Hints)
	require.Equal(t, "Marrow Holding", doc.Owner)
	require.Equal(t, origin.Page, doc.Clock)
	known, err := s.Learn(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, known.Docs)
	require.Equal(t, 2, known.Copied)
	_, err = s.Origin("nobody", known)
	require.ErrorIs(t, err, store.ErrUnknown)
	clean(t, s)
}
