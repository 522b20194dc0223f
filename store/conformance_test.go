package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// A store answers every operation as a detector does, also when it is closed and
// opened between any two, and its feed has the events of all.
func TestStoreAnswersAsDetector(t *testing.T) {
	for name, o := range map[string]reprint.Options{
		"default": {},
		"samples": {SamplesOnly: true},
		"noisy":   {K: 3, Containment: .1, Overlap: .1, ByFigures: true},
		"filter":  {SkipSameSite: true, Slots: 64, Seed: 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seeds := uint64(2)
			if testing.Short() { // the race detector finds nothing more in what is done one after the other
				seeds = 1
			}
			for seed := range seeds {
				c := conformance{T: t, o: store.Options{Detector: o, FS: vfs.NewMem(), Cache: 4096, Checkpoint: 5}, rng: rand.New(rand.NewPCG(seed, 5)), news: newNews(seed), there: map[string]reprint.Document{}}
				c.run(70)
			}
		})
	}
}

type conformance struct {
	*testing.T
	o     store.Options
	rng   *rand.Rand
	news  *news
	want  *reprint.Detector
	got   *store.Store
	there map[string]reprint.Document
	ids   []string
	feed  []store.Change // without position and time
}

func (c *conformance) run(operations int) {
	var err error
	c.want, err = reprint.New(c.o.Detector)
	require.NoError(c, err)
	c.got = open(c, "store", c.o)
	for range operations {
		switch c.rng.IntN(12) {
		case 0, 1:
			c.remove()
		case 2:
			c.batch()
		case 3:
			c.again()
		case 4:
			c.look()
		case 6:
			c.removeAll(1 + c.rng.IntN(4))
		case 5:
			shut(c, c.got)
			c.got = open(c, "store", c.o)
		default:
			c.add(c.document())
		}
		require.Equal(c, c.want.Len(), c.got.Len())
	}
	c.look()
	shut(c, c.got)
	c.got = open(c, "store", c.o)
	c.look()
	shut(c, c.got)
}

// document invents one, a third of them with an id that there was.
func (c *conformance) document() reprint.Document {
	if len(c.ids) > 0 && c.rng.IntN(3) == 0 {
		return c.news.document(c.ids[c.rng.IntN(len(c.ids))])
	}
	id := fmt.Sprintf("n-%d", len(c.ids))
	c.ids = append(c.ids, id)
	return c.news.document(id)
}

func (c *conformance) note(doc reprint.Document, a reprint.Added) {
	action := store.Added
	if _, ok := c.there[doc.ID]; ok {
		action = store.Updated
	}
	c.there[doc.ID] = doc
	c.feed = append(c.feed, store.Change{Action: action, ID: doc.ID, Events: a.Events})
}

func (c *conformance) add(doc reprint.Document) {
	if reflect.DeepEqual(c.there[doc.ID], doc) {
		return
	}
	want, err := c.want.Add(context.Background(), doc)
	require.NoError(c, err)
	got, err := c.got.Add(c.Context(), doc)
	require.NoError(c, err)
	require.Equal(c, want, got)
	c.note(doc, want)
}

// again adds what is there already: nothing changes.
func (c *conformance) again() {
	for id, doc := range c.there {
		if doc.Text == "" || c.rng.IntN(4) != 0 {
			continue
		}
		got, err := c.got.Add(c.Context(), doc)
		require.NoError(c, err)
		cluster, err := c.want.Cluster(id)
		require.NoError(c, err)
		require.Equal(c, cluster.ID, got.Cluster)
		require.Len(c, cluster.Members, got.Size)
		want, err := c.want.Query(doc)
		require.NoError(c, err)
		require.Equal(c, want.Matches, got.Matches)
		require.Empty(c, got.Events)
		return
	}
}

func (c *conformance) batch() {
	var docs []reprint.Document
	for range c.rng.IntN(6) {
		doc := c.document()
		if !reflect.DeepEqual(doc, c.there[doc.ID]) && !slices.ContainsFunc(docs, func(o reprint.Document) bool { return o.ID == doc.ID }) {
			docs = append(docs, doc)
		}
	}
	var ids []string
	var answers []reprint.Added
	require.NoError(c, c.want.AddAll(c.Context(), yield(docs, nil), reprint.AddAllOptions{Visit: func(id string, a reprint.Added) {
		ids, answers = append(ids, id), append(answers, a)
	}}))
	i := 0
	require.NoError(c, c.got.AddAll(c.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 2, Visit: func(id string, a reprint.Added) {
		require.Equal(c, ids[i], id)
		require.Equal(c, answers[i], a)
		at := slices.IndexFunc(docs, func(d reprint.Document) bool { return d.ID == id })
		c.note(docs[at], a)
		i++
	}}))
	require.Equal(c, len(docs), i)
}

func (c *conformance) remove() {
	if len(c.ids) == 0 {
		return
	}
	id := c.ids[c.rng.IntN(len(c.ids))]
	want, ok, err := c.want.Remove(c.Context(), id)
	require.NoError(c, err)
	got, found, err := c.got.Remove(c.Context(), id)
	require.NoError(c, err)
	require.Equal(c, ok, found)
	require.Equal(c, want, got)
	if ok {
		delete(c.there, id)
		c.feed = append(c.feed, store.Change{Action: store.Removed, ID: id, Events: want})
	}
}

// removeAll removes documents in one commit, some of which may not be there, or twice among
// them.
func (c *conformance) removeAll(count int) {
	ids := []string{"nobody"}
	for range count {
		if len(c.ids) > 0 {
			ids = append(ids, c.ids[c.rng.IntN(len(c.ids))])
		}
	}
	removed := 0
	for _, id := range ids {
		want, ok, err := c.want.Remove(c.Context(), id)
		require.NoError(c, err)
		if ok {
			removed++
			delete(c.there, id)
			c.feed = append(c.feed, store.Change{Action: store.Removed, ID: id, Events: want})
		}
	}
	n, err := c.got.RemoveAll(c.Context(), slices.Values(ids))
	require.NoError(c, err)
	require.Equal(c, removed, n)
}

// Removals in one commit answer as one by one, though what they look up is read ahead side
// by side, of more of them than are read at a time.
func TestManyAreRemovedAsOneByOne(t *testing.T) {
	for name, o := range map[string]reprint.Options{"default": {}, "samples": {SamplesOnly: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := conformance{T: t, o: store.Options{Detector: o, FS: vfs.NewMem(), Cache: 4096, Checkpoint: 100}, rng: rand.New(rand.NewPCG(7, 5)), news: newNews(7), there: map[string]reprint.Document{}}
			var err error
			c.want, err = reprint.New(o)
			require.NoError(t, err)
			c.got = open(t, "store", c.o)
			for range 300 {
				c.add(c.document())
			}
			shut(t, c.got)
			c.got = open(t, "store", c.o)
			c.removeAll(400)
			c.look()
			c.removeAll(400)
			c.look()
			shut(t, c.got)
		})
	}
}

// look compares all that can be read.
func (c *conformance) look() {
	require.Equal(c, collect(c, c.want.Clusters()), collect(c, c.got.Clusters()))
	doc := c.document()
	want, err := c.want.Query(doc)
	require.NoError(c, err)
	got, err := c.got.Query(doc)
	require.NoError(c, err)
	require.Equal(c, want, got)
	documents := collect(c, c.got.Documents())
	require.Len(c, documents, len(c.there))
	for _, d := range documents {
		text, err := c.got.Text(d.ID)
		require.NoError(c, err)
		d.Text = text
		require.Equal(c, c.there[d.ID], d.Document)
	}
	feed := collect(c, c.got.Events(c.Context(), 0))
	require.Len(c, feed, len(c.feed))
	for i, f := range feed {
		require.Equal(c, uint64(i+1), f.Position)
		require.NotZero(c, f.Time)
		f.Position, f.Time = 0, c.feed[i].Time
		if len(f.Events)+len(c.feed[i].Events) > 0 {
			require.Equal(c, c.feed[i], f)
		}
	}
	if len(documents) > 1 {
		a, b := documents[0].ID, documents[len(documents)/2].ID
		want, err := c.want.Explain(a, b)
		require.NoError(c, err)
		got, err := c.got.Explain(a, b)
		require.NoError(c, err)
		require.Equal(c, want, got)
	}
	clean(c, c.got)
}
