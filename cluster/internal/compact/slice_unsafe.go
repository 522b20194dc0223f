//go:build !purego

package compact

import "unsafe"

// A Slice is a slice that is not appended to, with a mark. The zero value is
// empty.
type Slice[T any] struct {
	first *T
	n     uint32
	Mark  uint8
}

// Of returns the slice of some elements, which it shares. There may be 2³²−1 of
// them at most.
func Of[T any](elements []T, mark uint8) Slice[T] {
	return Slice[T]{unsafe.SliceData(elements), uint32(len(elements)), mark}
}

// Same reports whether two slices are one, or both empty.
func (s Slice[T]) Same(o Slice[T]) bool { return s == o }

// All returns the elements.
func (s Slice[T]) All() []T { return unsafe.Slice(s.first, s.n) }

// Len returns the number of elements.
func (s Slice[T]) Len() int { return int(s.n) }
