package sets

import (
	"math"
	"slices"
)

// A Set is a set that is being built, or was: see cluster.Set.
type Set struct {
	elements []uint64
	sorter   Sorter
}

// Elements returns the elements. They must not be changed.
func (s *Set) Elements() []uint64 { return s.elements }

// Add adds shingles to a set that is being built. It may be called often, with
// running text and other text in any order; then Sort makes it a Set.
func (s *Set) Add(shingles []uint64, prose bool) {
	var flag uint64
	if prose {
		flag = Prose
	}
	for _, h := range shingles {
		s.elements = append(s.elements, h&^Prose|flag)
	}
}

// Sort completes a set after the calls of Add. A shingle that was added both
// as running text and otherwise counts as running text.
func (s *Set) Sort() {
	s.elements = s.sorter.Sort(s.elements)
	n := 0
	for _, e := range s.elements {
		e = Round(e)
		if n > 0 && s.elements[n-1]>>1 == e>>1 {
			s.elements[n-1] |= e
			continue
		}
		s.elements[n] = e
		n++
	}
	s.elements = s.elements[:n]
}

// Reset empties the set, keeping its memory for the next document.
func (s *Set) Reset() { s.elements = s.elements[:0] }

// Len returns the number of distinct shingles.
func (s *Set) Len() int { return len(s.elements) }

// SampleOf returns the elements that are in the index: those in the lowest part of
// 1/scale of all hashes, and at least floor.
func SampleOf(elements []uint64, scale uint64, floor int) []uint64 {
	n, _ := slices.BinarySearch(elements, math.MaxUint64/scale)
	return elements[:min(max(n, floor), len(elements))]
}
