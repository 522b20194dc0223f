package likeness

import (
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Distinct reports whether there are so many among some sets, taken in their order, of
// which none has more than a share of an earlier one, by its weight.
func (r Rules) Distinct(all iter.Seq[[]uint64], share float64, want int) bool {
	var taken [][]uint64
	for s := range all {
		if !slices.ContainsFunc(taken, func(t []uint64) bool {
			n, prose, _ := sets.Shared(t, s)
			return float64(r.WeightOf(n, prose)) > share*float64(r.Weigh(t))
		}) {
			taken = append(taken, s)
		}
		if len(taken) == want {
			return true
		}
	}
	return false
}
