//go:build purego

package compact

import "unsafe"

// A Slice is a slice that is not appended to, with a mark. The zero value is
// empty.
type Slice[T any] struct {
	elements []T
	Mark     uint8
}

// Of returns the slice of some elements, which it shares.
func Of[T any](elements []T, mark uint8) Slice[T] { return Slice[T]{elements, mark} }

// Same reports whether two slices are one, or both empty.
func (s Slice[T]) Same(o Slice[T]) bool {
	return len(s.elements) == len(o.elements) && s.Mark == o.Mark && unsafe.SliceData(s.elements) == unsafe.SliceData(o.elements)
}

// All returns the elements.
func (s Slice[T]) All() []T { return s.elements }

// Len returns the number of elements.
func (s Slice[T]) Len() int { return len(s.elements) }
