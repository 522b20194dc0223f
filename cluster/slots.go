package cluster

import "sync/atomic"

// slots hold what has a number: documents, or groups. Where an index is in
// memory, a slot is empty if nothing has its number; where it is kept in a
// storage, also if that was not loaded. Readers may fill slots side by side.
type slots[T any] []atomic.Pointer[T]

// get returns what is in a slot, or nil.
func (s slots[T]) get(n uint32) *T { return s[n].Load() }

// set puts something into a slot that there is, or is the next.
func (s *slots[T]) set(n uint32, v *T) {
	if int(n) == len(*s) {
		*s = append(*s, atomic.Pointer[T]{})
	}
	(*s)[n].Store(v)
}

// A bitset is a set of numbers.
type bitset []uint64

func (b bitset) has(n uint32) bool {
	return int(n/64) < len(b) && b[n/64]>>(n%64)&1 != 0
}

// add adds a number.
func (b *bitset) add(n uint32) {
	for int(n/64) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

// remove removes a number, which may be any.
func (b bitset) remove(n uint32) {
	if int(n/64) < len(b) {
		b[n/64] &^= 1 << (n % 64)
	}
}

// missing returns the numbers below a bound that are not in the set.
func (b bitset) missing(below int) (list []uint32) {
	for n := range uint32(below) {
		if !b.has(n) {
			list = append(list, n)
		}
	}
	return list
}
