package sets

import (
	"math/bits"
	"slices"
)

// A Sorter sorts hashes, and keeps its memory from one call to the next.
type Sorter struct {
	spare  []uint64 // memory to sort in
	counts []uint32 // and to count in
}

// Sort returns the elements in order, in their own memory or in that of the sorter,
// which keeps the other. They are uniform, so their highest bits nearly sort
// them already: about one falls to each value of as many bits as their number
// has. Where many do, somebody chose them, and the bucket is sorted by itself.
func (s *Sorter) Sort(elements []uint64) []uint64 {
	if len(elements) < 64 {
		slices.Sort(elements)
		return elements
	}
	width := min(bits.Len(uint(len(elements)))-1, 12)
	shift := 64 - width
	s.counts = slices.Grow(s.counts[:0], 1<<width)[:1<<width]
	clear(s.counts)
	for _, e := range elements {
		s.counts[e>>shift]++
	}
	at := uint32(0)
	for i, n := range s.counts {
		s.counts[i] = at
		at += n
	}
	s.spare = slices.Grow(s.spare[:0], len(elements))[:len(elements)]
	for _, e := range elements {
		s.spare[s.counts[e>>shift]] = e
		s.counts[e>>shift]++
	}
	elements, s.spare = s.spare, elements
	start := uint32(0)
	for _, end := range s.counts {
		bucket := elements[start:end]
		start = end
		if len(bucket) > 12 {
			slices.Sort(bucket)
			continue
		}
		for i := 1; i < len(bucket); i++ {
			e, j := bucket[i], i
			for ; j > 0 && bucket[j-1] > e; j-- {
				bucket[j] = bucket[j-1]
			}
			bucket[j] = e
		}
	}
	return elements
}
