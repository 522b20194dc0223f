package records

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Entries come in the order of a stable sort, and the last of each id is there.
func TestInOrder(t *testing.T) {
	type entry struct {
		*Document
		came int
	}
	rng := rand.New(rand.NewPCG(1, 2))
	hash := func(e entry) uint64 { return uint64(len(e.ID)) } // many are alike
	for n := range 50 {
		var entries []entry
		for i := range n {
			entries = append(entries, entry{&Document{ID: strconv.Itoa(rng.IntN(2*n + 1)), Time: int64(rng.IntN(5))}, i})
		}
		sorted := slices.Clone(entries)
		slices.SortStableFunc(sorted, func(a, b entry) int {
			return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(hash(a), hash(b)))
		})
		last := map[string]int{}
		for _, e := range sorted {
			last[e.ID] = e.came
		}
		want := slices.DeleteFunc(sorted, func(e entry) bool { return last[e.ID] != e.came })
		got := InOrder(entries, func(e entry) (*Document, uint64) { return e.Document, hash(e) })
		require.Equal(t, slices.Clone(want), slices.Clone(got))
		for _, e := range entries[len(got):] {
			require.Zero(t, e, "what is left out is free")
		}
	}
}
