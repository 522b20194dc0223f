package known

import (
	"cmp"
	"slices"
)

// Order returns the places of documents, of each of which the group is given, in an order in
// which those of one group follow one another, and keep their order.
func Order(groups []uint32) []int {
	places := make([]int, len(groups))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(i, j int) int { return cmp.Compare(groups[i], groups[j]) })
	return places
}
