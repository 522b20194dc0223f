package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arranged prepares documents, shuffled, for x, and returns them in the order of
// a batch, too.
func (m *maker) arranged(t testing.TB, x *Index, docs []Entry) (shuffled []Prepared, inOrder []Entry) {
	for _, i := range m.rng.Perm(len(docs)) {
		p, err := x.Prepare(docs[i])
		require.NoError(t, err)
		shuffled = append(shuffled, p)
		inOrder = append(inOrder, docs[i])
	}
	slices.SortStableFunc(inOrder, func(a, b Entry) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID))
	})
	return shuffled, inOrder
}

// twice makes some documents come again, with another text, at the same time or
// another one.
func (m *maker) twice(docs []Entry) []Entry {
	for i := range 5 {
		again := m.entry(docs[i*7].ID, m.text(100))
		again.Published = docs[(i%2)*(i+1)*11].Published
		docs = append(docs, again)
	}
	return docs
}

// tables returns the lists of an index by the keys of its documents.
func tables(x *Index) (out [2]map[uint32][]postings.Posting) {
	for i, l := range []postings.Lists{x.bands, x.shingles} {
		out[i] = map[uint32][]postings.Posting{}
		for n := range uint32(x.docs.Len()) {
			d := x.docs.Get(n)
			if d == nil {
				continue
			}
			keys := d.Bands()
			if i == 1 {
				keys = nil
				for _, e := range d.Sample(nil) {
					keys = append(keys, shingleKey(e))
				}
			}
			for _, key := range keys {
				out[i][key] = l.Get(nil, key, nil, nil)
			}
		}
	}
	return out
}

func requireSame(t testing.TB, want, got *Index) {
	require.Equal(t, clusters(want), clusters(got))
	require.Equal(t, want.Stats().Entries, got.Stats().Entries) // which enters what was loaded
	require.Equal(t, tables(want), tables(got))
	require.Equal(t, want.bands.Len(), got.bands.Len())
	require.Equal(t, want.shingles.Len(), got.shingles.Len())
	require.Equal(t, want.Counters(), got.Counters())
	for err := range got.Check() {
		require.NoError(t, err)
	}
}

// A batch that is visited ends as its documents do that are added one by one, with the
// same answers and the same lists.
func TestAddBatch(t *testing.T) {
	for seed := range uint64(3) {
		for _, threads := range []int{0, 1, 2} {
			for _, ids := range []string{"once", "twice"} {
				t.Run(fmt.Sprintf("seed=%d/threads=%d/ids=%s", seed, threads, ids), func(t *testing.T) {
					t.Parallel()
					m := newMaker(t, seed)
					docs, _ := m.collection(120)
					if ids == "twice" {
						docs = m.twice(docs)
					}
					o := Options{Scale: 4, SamplesOnly: seed == 1}
					x, y := newIndex(t, o), newIndex(t, o)
					m.rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
					for batch := range slices.Chunk(docs, len(docs)/2+1) { // to an empty index, and another
						shuffled, inOrder := m.arranged(t, y, batch)
						i := 0
						require.NoError(t, y.AddBatch(t.Context(), shuffled, BatchOptions{Threads: threads, Visit: func(id string, got Added) {
							require.Equal(t, inOrder[i].ID, id)
							require.Equal(t, Prepared{}, shuffled[i])
							want, err := x.Add(inOrder[i])
							require.NoError(t, err)
							require.Equal(t, want, got)
							i++
						}}))
						require.Equal(t, len(inOrder), i)
						requireSame(t, x, y)
					}
				})
			}
		}
	}
}

// What others ask and do while a batch is added has the answers, and the effect,
// that it would have while documents are added one by one.
func TestAddBatchBesideOthers(t *testing.T) {
	others := map[string]func(t *testing.T, x *Index, docs, rest []Entry, i int) any{
		"query": func(t *testing.T, x *Index, _, rest []Entry, i int) any { return x.Query(rest[i%len(rest)]) },
		"common": func(t *testing.T, x *Index, docs, rest []Entry, i int) any {
			form := func(filled Entry) Entry { // two that fill in the document as a form
				var e Entry
				for _, h := range sets.Union(docs[i].Set.Elements(), filled.Set.Elements()) {
					e.Set.Add([]uint64{h}, h&sets.Prose != 0)
				}
				e.Set.Sort()
				return e
			}
			return x.Common(form(rest[i%len(rest)]), form(rest[(i+1)%len(rest)]))
		},
		"stats": func(_ *testing.T, x *Index, _, _ []Entry, _ int) any { return x.Stats().Entries },
		"lookup": func(t *testing.T, x *Index, docs, _ []Entry, i int) any {
			a, err := x.Lookup(docs[i].ID)
			require.NoError(t, err)
			return a
		},
		"remove": func(t *testing.T, x *Index, docs, _ []Entry, i int) any {
			if i < 40 {
				return nil
			}
			events, ok := x.Remove(docs[i-i%3*20].ID)
			return []any{events, ok}
		},
		"add": func(t *testing.T, x *Index, docs, _ []Entry, i int) any {
			if i%4 != 3 {
				return nil
			}
			e := docs[len(docs)-1-i/4] // most are still to come
			e.ID = "added" + e.ID
			a, err := x.Add(e)
			require.NoError(t, err)
			return a
		},
		"batch": func(t *testing.T, x *Index, docs, _ []Entry, i int) any {
			if i%4 != 3 {
				return nil
			}
			e := docs[len(docs)-1-i/4]
			e.ID = "added" + e.ID
			p, err := x.Prepare(e)
			require.NoError(t, err)
			var out Added
			require.NoError(t, x.AddBatch(t.Context(), []Prepared{p}, BatchOptions{Visit: func(_ string, a Added) { out = a }}))
			return out
		},
	}
	for name, other := range others {
		t.Run(name, func(t *testing.T) {
			m := newMaker(t, 4)
			docs, _ := m.collection(120)
			o := Options{Scale: 4}
			x, y := newIndex(t, o), newIndex(t, o)
			m.rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
			rest := docs[len(docs)/2:] // which have much in common with those of the batch
			batch, docs := m.arranged(t, y, docs[:len(docs)/2])
			i := 0
			require.NoError(t, y.AddBatch(t.Context(), batch, BatchOptions{Threads: 2, Visit: func(_ string, got Added) {
				want, err := x.Add(docs[i])
				require.NoError(t, err)
				require.Equal(t, want, got)
				require.Equal(t, other(t, x, docs, rest, i), other(t, y, docs, rest, i))
				i++
			}}))
			requireSame(t, x, y)
		})
	}
}

// Others use the index at the same time as two batches are added.
func TestAddBatchSideBySide(t *testing.T) {
	m := newMaker(t, 5)
	docs, _ := m.collection(100)
	x := newIndex(t, Options{})
	a, first := m.arranged(t, x, docs[:len(docs)/2])
	b, _ := m.arranged(t, x, docs[len(docs)/2:])
	var wg sync.WaitGroup
	for _, batch := range [][]Prepared{a, b} {
		wg.Go(func() { assert.NoError(t, x.AddBatch(t.Context(), batch, BatchOptions{Threads: 2})) })
	}
	for range 2 {
		wg.Go(func() {
			for i, e := range first {
				x.Query(e)
				if x.Stats(); i%50 == 0 {
					x.Remove(e.ID)
					x.Add(e)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, len(docs), x.Len())
	for err := range x.Check() {
		require.NoError(t, err)
	}
}

// A batch that ends early has added what came before, and can be gone on with.
func TestAddBatchEndsEarly(t *testing.T) {
	m := newMaker(t, 6)
	docs, _ := m.collection(40)
	for _, end := range []string{"context", "full", "not prepared"} {
		t.Run(end, func(t *testing.T) {
			x, y := newIndex(t, Options{}), newIndex(t, Options{})
			batch, inOrder := m.arranged(t, y, docs)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			n, want := 0, error(nil)
			if end == "not prepared" {
				batch[7], want = Prepared{}, ErrID
				require.ErrorIs(t, y.AddBatch(ctx, batch, BatchOptions{Threads: 1}), want)
				require.Zero(t, y.Len())
				return
			}
			err := y.AddBatch(ctx, batch, BatchOptions{Visit: func(string, Added) {
				if n++; n < 30 {
					return
				}
				switch end {
				case "context":
					want = assert.AnError
					cancel(want)
				case "full":
					want = assert.AnError
					y.failed.Store(&want)
				}
			}})
			require.ErrorIs(t, err, want)
			require.Equal(t, 30, n)
			y.failed.Store(nil)
			for _, e := range inOrder[:n] {
				_, err := x.Add(e)
				require.NoError(t, err)
			}
			requireSame(t, x, y)
			for i, e := range inOrder[n:] { // what was left may be added by itself
				_, err := x.Add(e)
				require.NoError(t, err)
				_, err = y.AddPrepared(batch[n+i])
				require.NoError(t, err)
			}
			requireSame(t, x, y)
		})
	}
}

// Where nobody wants the answers, an index that has been used ends as with them: also one
// that is empty again.
func TestBatchWithoutAnswers(t *testing.T) {
	for _, o := range []Options{{Scale: 4}, {Scale: 4, SamplesOnly: true}} {
		for _, first := range []string{"stays", "goes"} {
			m := newMaker(t, 4)
			docs, _ := m.collection(100)
			docs = m.twice(docs)
			x, y := newIndex(t, o), newIndex(t, o)
			one := m.entry("first", m.text(100))
			for _, z := range []*Index{x, y} {
				_, err := z.Add(one)
				require.NoError(t, err)
				if first == "goes" {
					z.Remove("first")
				}
			}
			for part := range slices.Chunk(docs, len(docs)/2+1) {
				for _, z := range []*Index{x, y} {
					entries := make([]Prepared, len(part))
					for i := range part {
						entries[i] = z.prepare(&part[i])
					}
					visit := func(string, Added) {}
					if z == y {
						visit = nil
					}
					require.NoError(t, z.AddBatch(t.Context(), entries, BatchOptions{Visit: visit}))
				}
				requireSame(t, x, y)
			}
		}
	}
}

// Of a load that is cancelled nothing is left in the index, and its entries are refused.
func TestCancelledBatchIsSpent(t *testing.T) {
	m := newMaker(t, 5)
	docs, _ := m.collection(20)
	x := newIndex(t, Options{})
	entries := make([]Prepared, len(docs))
	for i := range docs {
		entries[i] = x.prepare(&docs[i])
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, x.AddBatch(ctx, entries, BatchOptions{Threads: 2}), context.Canceled)
	require.Zero(t, x.Len())
	require.ErrorIs(t, x.AddBatch(t.Context(), entries, BatchOptions{Threads: 2}), ErrID)
	for i := range docs {
		entries[i] = x.prepare(&docs[i])
	}
	require.NoError(t, x.AddBatch(t.Context(), entries, BatchOptions{Threads: 2}))
	require.Equal(t, len(docs), x.Len())
}
