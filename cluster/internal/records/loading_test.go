package records

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Numbers are those of a stable sort in which only the last of each id has one, also where
// hashes of ids collide.
func TestNumbersOf(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		var all []timed
		var ids []string
		for i := range n {
			ids = append(ids, strconv.Itoa(rng.IntN(2*n+1)))
			all = append(all, timed{int64(rng.IntN(5)), uint64(len(ids[i])), uint32(i)})
		}
		sorted := slices.Clone(all)
		slices.SortStableFunc(sorted, func(a, b timed) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.hash, b.hash)) })
		last := map[string]uint32{}
		for _, a := range sorted {
			last[ids[a.place]] = a.place
		}
		want, next := make([]uint32, n), uint32(0)
		for _, a := range sorted {
			if want[a.place] = noNumber; last[ids[a.place]] == a.place {
				want[a.place] = next
				next++
			}
		}
		got, many := numbersOf(all, func(place uint32) string { return ids[place] })
		require.Equal(t, want, got)
		require.Equal(t, int(next), many)
	}
}

// A collection is the same in bundles, and in entries as they are; one by one it would be
// numbered so, too.
func TestLoad(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, entriesOfPart, 3*entriesOfPart + 7} {
		made := func() (all Unbundled) {
			for i := range n {
				d := &Document{ID: fmt.Sprint("id", (i*13)%(n-n/10)), Time: int64(i % 50), Words: int32(i), Set: sets.Dense([]uint64{uint64(i) << 40}, false)}
				all = append(all, Bundled{d, &Entry{Bands: []uint32{uint32(i)}, Brief: Brief{Site: uint64(i)}, Note: strings.Repeat("n", i%3)}})
			}
			return all
		}
		var bundles Bundles
		for rest := made(); len(rest) > 0; {
			some := min(rng.IntN(9), len(rest))
			bundles, rest = append(bundles, BundleOf(rest[:some])), rest[some:]
		}
		each := func(n int, f func(thread, i int)) {
			for i := range n {
				f(0, n-1-i)
			}
		}
		load := func(parts Parts) (*Documents, []*Document, []uint32) {
			docs, _ := InMemory(false)
			bands := make([]uint32, n)
			all := docs.Load(parts, each, func(_ int, d *Document, e *Entry) { bands[d.Number] = e.Bands[0] })
			return docs, all, bands
		}
		a, these, bandsOfThese := load(made())
		b, those, bandsOfThose := load(bundles)
		require.Equal(t, these, those)
		require.Equal(t, bandsOfThese, bandsOfThose)
		require.Len(t, these, n-n/10)
		require.Equal(t, a.Briefs, b.Briefs)
		for i, d := range these {
			require.Equal(t, uint32(i), d.Number)
			require.Equal(t, uint64(i+1), d.Arrival)
			require.Same(t, d, a.Find(d.ID))
			require.Equal(t, strings.Repeat("n", int(d.Words)%3), b.Note(those[i]))
			require.Equal(t, a.Note(d), b.Note(those[i]))
			require.Equal(t, uint64(d.Words), a.Briefs[i].Site)
			require.True(t, i == 0 || these[i-1].Time < d.Time || these[i-1].Time == d.Time && HashID(these[i-1].ID) < HashID(d.ID))
		}
		require.Equal(t, len(these), b.Count())
	}
	docs, _ := InMemory(false)
	require.Nil(t, docs.Load(Unbundled{{&Document{ID: "a"}, &Entry{}}}, func(int, func(thread, i int)) {}, nil), "it does not get through")
}
