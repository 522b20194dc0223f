package cluster

import (
	"math"
	"math/bits"
	"slices"
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
	spare    []uint64 // memory to sort in
	counts   []uint32 // and to count in
}

const runningText = 1

// Add adds shingles to a set that is being built. It may be called often, with
// running text and other text in any order; then Sort makes it a Set.
func (s *Set) Add(shingles []uint64, prose bool) {
	var flag uint64
	if prose {
		flag = runningText
	}
	for _, h := range shingles {
		s.elements = append(s.elements, h&^runningText|flag)
	}
}

// Sort completes a set after the calls of Add. A shingle that was added both
// as running text and otherwise counts as running text.
func (s *Set) Sort() {
	s.sort()
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

// sort sorts the elements. They are uniform, so their highest bits nearly sort
// them already: about one falls to each value of as many bits as their number
// has. Where many do, somebody chose them, and the bucket is sorted by itself.
func (s *Set) sort() {
	if len(s.elements) < 64 {
		slices.Sort(s.elements)
		return
	}
	width := min(bits.Len(uint(len(s.elements)))-1, 12)
	shift := 64 - width
	s.counts = slices.Grow(s.counts[:0], 1<<width)[:1<<width]
	clear(s.counts)
	for _, e := range s.elements {
		s.counts[e>>shift]++
	}
	at := uint32(0)
	for i, n := range s.counts {
		s.counts[i] = at
		at += n
	}
	s.spare = slices.Grow(s.spare[:0], len(s.elements))[:len(s.elements)]
	for _, e := range s.elements {
		s.spare[s.counts[e>>shift]] = e
		s.counts[e>>shift]++
	}
	s.elements, s.spare = s.spare, s.elements
	start := uint32(0)
	for _, end := range s.counts {
		bucket := s.elements[start:end]
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

// The weight of a shingle, in tenths: running text counts ten times as much
// as menus, captions, lists of links. README.md of this folder
// has what was measured.
func weight(element uint64) int {
	if element&runningText != 0 {
		return weightProse
	}
	return weightOther
}

func weigh(elements []uint64) int {
	prose := 0
	for _, e := range elements {
		prose += int(e & runningText)
	}
	return (weightProse-weightOther)*prose + weightOther*len(elements)
}

// upTo returns the elements that do not exceed limit.
func upTo(elements []uint64, limit uint64) []uint64 {
	if len(elements) == 0 || elements[len(elements)-1] <= limit {
		return elements
	}
	n, _ := slices.BinarySearch(elements, limit|runningText)
	if n < len(elements) && elements[n] <= limit|runningText {
		n++
	}
	return elements[:n]
}

// shared counts the common elements of a and b, and weighs them as they stand
// in a and as they stand in b.
func shared(a, b []uint64) (n, weightA, weightB int) {
	proseA, proseB := 0, 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		switch {
		case x>>1 == y>>1:
			n++
			proseA += int(x & runningText)
			proseB += int(y & runningText)
			i++
			j++
		case x < y:
			i++
		default:
			j++
		}
	}
	const more = weightProse - weightOther
	return n, more*proseA + weightOther*n, more*proseB + weightOther*n
}

// intersect appends to out the common elements of a and b; running text is what
// is running text in both.
func intersect(out, a, b []uint64) []uint64 {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch x, y := a[i], b[j]; {
		case x>>1 == y>>1:
			out = append(out, x&y)
			i++
			j++
		case x < y:
			i++
		default:
			j++
		}
	}
	return out
}

// without returns the elements of a that are not in b.
func without(a, b []uint64) []uint64 {
	var out []uint64
	j := 0
	for _, x := range a {
		for j < len(b) && b[j]>>1 < x>>1 {
			j++
		}
		if j == len(b) || b[j]>>1 != x>>1 {
			out = append(out, x)
		}
	}
	return out
}

// union returns the elements of a and of b; running text is what is running text
// in one of them.
func union(a, b []uint64) []uint64 {
	if len(a) == 0 || len(b) == 0 {
		return slices.Concat(a, b)
	}
	out := make([]uint64, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch x, y := a[0], b[0]; {
		case x>>1 == y>>1:
			out = append(out, x|y)
			a, b = a[1:], b[1:]
		case x < y:
			out, a = append(out, x), a[1:]
		default:
			out, b = append(out, y), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
