// Package sets compares sets of shingle hashes, and packs them.
//
// A set is its elements in increasing order. An element is a hash without its
// lowest bit, which says whether the shingle stands in running text; elements
// that differ in that bit only are the same shingle. All functions take time in
// proportion to the lengths of the sets.
package sets

import "slices"

// Prose is the bit of elements that stand in running text.
const Prose = 1

// CountProse returns how many elements stand in running text.
func CountProse(elements []uint64) int {
	n := 0
	for _, e := range elements {
		n += int(e & Prose)
	}
	return n
}

// UpTo returns the elements that do not exceed limit.
func UpTo(elements []uint64, limit uint64) []uint64 {
	if len(elements) == 0 || elements[len(elements)-1] <= limit {
		return elements
	}
	n, _ := slices.BinarySearch(elements, limit|Prose)
	if n < len(elements) && elements[n] <= limit|Prose {
		n++
	}
	return elements[:n]
}

// Shared counts the common elements of a and b, and those that stand in running
// text in a, and in b.
func Shared(a, b []uint64) (n, proseA, proseB int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		switch {
		case x>>1 == y>>1:
			n++
			proseA += int(x & Prose)
			proseB += int(y & Prose)
			i++
			j++
		case x < y:
			i++
		default:
			j++
		}
	}
	return n, proseA, proseB
}

// Intersect appends to out the common elements of a and b; running text is what
// is running text in both.
func Intersect(out, a, b []uint64) []uint64 {
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

// Without returns the elements of a that are not in b.
func Without(a, b []uint64) []uint64 {
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

// Union returns the elements of a and of b; running text is what is running text
// in one of them.
func Union(a, b []uint64) []uint64 {
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

// Equal reports whether two sets hold the same shingles.
func Equal(a, b []uint64) bool {
	return slices.EqualFunc(a, b, func(x, y uint64) bool { return x>>1 == y>>1 })
}

// HasHalf reports whether a has at least half of the elements, and there are any.
func HasHalf(a, elements []uint64) bool {
	return len(elements) > 0 && 2*len(Intersect(nil, a, elements)) >= len(elements)
}

// CopyOfNeither reports whether a document, of which all elements up to limit
// are known, has what a and b have in common, and not what one of them has
// alone; if these two have less than few in common, none does.
func CopyOfNeither(sample []uint64, limit uint64, a, b []uint64, few int) bool {
	a, b = UpTo(a, limit), UpTo(b, limit)
	common := Intersect(nil, a, b)
	return len(common) >= few && HasHalf(sample, common) && !HasHalf(sample, Without(a, common)) && !HasHalf(sample, Without(b, common))
}
