package postings

import (
	"math/bits"
	"slices"
)

// sortHashes sorts numbers in place, which are alike in so many of their highest
// bits. The next ones nearly sort them (American flag sort: McIlroy, Bostic and
// McIlroy, "Engineering radix sort", 1993). Eight bits at a time keep all that is
// written to in the processor's cache.
func sortHashes(v []uint64, alike int) {
	if len(v) <= 12 || alike > 64-8 {
		slices.Sort(v)
		return
	}
	width := min(bits.Len(uint(len(v)))-2, 8)
	mask := uint64(1)<<width - 1
	part := func(e uint64) uint64 { return e >> (64 - alike - width) & mask }
	var starts [1<<8 + 1]int
	for _, e := range v {
		starts[part(e)+1]++
	}
	for i := range mask + 1 {
		starts[i+1] += starts[i]
	}
	next := starts
	for i := range mask + 1 {
		for next[i] < starts[i+1] {
			e := v[next[i]]
			for to := part(e); to != i; to = part(e) {
				e, v[next[to]] = v[next[to]], e
				next[to]++
			}
			v[next[i]] = e
			next[i]++
		}
	}
	for i := range mask + 1 {
		sortHashes(v[starts[i]:starts[i+1]], alike+width)
	}
}
