package cluster

import (
	"math"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A Set is the set of a document's shingles: their hashes in increasing
// order, each with the knowledge whether it stands in running text. The hash
// loses its lowest bit, which holds that knowledge.
//
// Hashes must be uniform, as those of package shingle are: the smallest of
// them are then a random sample of the set, and the sample of an intersection
// is the intersection of the samples (FracMinHash: Hera, Pierce-Ward and
// Koslicki, "Deriving confidence intervals for mutation rates across a wide
// range of evolutionary distances using FracMinHash", 2023). A set that keeps
// only those is compared on what both sets kept.
//
// The zero value is the empty set.
type Set struct {
	elements []uint64
	sorter   sets.Sorter
}

// Add adds shingles to a set that is being built. It may be called often, with
// running text and other text in any order; then Sort makes it a Set.
func (s *Set) Add(shingles []uint64, prose bool) {
	var flag uint64
	if prose {
		flag = sets.Prose
	}
	for _, h := range shingles {
		s.elements = append(s.elements, h&^sets.Prose|flag)
	}
}

// Sort completes a set after the calls of Add. A shingle that was added both
// as running text and otherwise counts as running text.
func (s *Set) Sort() {
	s.elements = s.sorter.Sort(s.elements)
	n := 0
	for i, e := range s.elements {
		if i+1 < len(s.elements) && s.elements[i+1]>>1 == e>>1 {
			continue // the last of its equals has the flag, if any has
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

// sample returns the elements that are in the index: those in the lowest part
// of 1/Scale of all hashes, and at least Floor.
func (s *Set) sample(o *Options) []uint64 {
	n, _ := slices.BinarySearch(s.elements, math.MaxUint64/uint64(o.Scale))
	return s.elements[:min(max(n, o.Floor), len(s.elements))]
}
