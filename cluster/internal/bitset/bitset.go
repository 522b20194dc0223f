// Package bitset has sets of small numbers.
package bitset

// A Set is a set of numbers, a bit each.
type Set []uint64

// Has reports whether a number, which may be any, is in the set.
func (s Set) Has(n uint32) bool {
	return int(n/64) < len(s) && s[n/64]>>(n%64)&1 != 0
}

// Add adds a number. The set grows as far as it must.
func (s *Set) Add(n uint32) {
	for int(n/64) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

// Remove removes a number, which may be any.
func (s Set) Remove(n uint32) {
	if int(n/64) < len(s) {
		s[n/64] &^= 1 << (n % 64)
	}
}

// Missing returns the numbers below a bound that are not in the set.
func (s Set) Missing(below int) (list []uint32) {
	for n := range uint32(below) {
		if !s.Has(n) {
			list = append(list, n)
		}
	}
	return list
}
