package known

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// ByCluster returns the places of some ids in an order in which documents of one cluster
// follow one another, and keep their order: looked up so, they find in memory what they are
// compared with. look calls a function while nothing changes.
func ByCluster(docs *records.Documents, ids []string, look func(func())) []int {
	places, groups := make([]int, len(ids)), make([]uint32, len(ids))
	for i, id := range ids {
		places[i] = i
		look(func() { groups[i] = docs.GroupOf(id) })
	}
	slices.SortStableFunc(places, func(i, j int) int { return cmp.Compare(groups[i], groups[j]) })
	return places
}
