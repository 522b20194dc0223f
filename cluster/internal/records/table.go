package records

import (
	"fmt"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A Table has values by number.
type Table[T any] interface {
	// Get returns the value with a number, for reading, or nil if there is none.
	Get(n uint32) *T

	// Edit returns the value with a number to be changed before the next
	// operation.
	Edit(n uint32) *T

	// Put makes a value that of a number, which is one that there was, or the next.
	Put(n uint32, v *T)

	// Delete takes the value of a number away.
	Delete(n uint32)

	// Len returns how many numbers there were.
	Len() int
}

// push appends a value. The memory grows by a sixteenth, not by a quarter: there is one value
// a document.
func push[T any](s []T, v T) []T {
	if len(s) == cap(s) {
		s = append(make([]T, 0, len(s)+len(s)/16+64), s...)
	}
	return append(s, v)
}

// slots hold values by number. Readers may fill slots side by side.
type slots[T any] []atomic.Pointer[T]

func (s slots[T]) get(n uint32) *T { return s[n].Load() }

// set puts a value into a slot that there is, or is the next.
func (s *slots[T]) set(n uint32, v *T) {
	if int(n) == len(*s) {
		*s = push(*s, atomic.Pointer[T]{})
	}
	(*s)[n].Store(v)
}

// memory is a table that holds all values.
type memory[T any] struct{ slots slots[T] }

func (m *memory[T]) Get(n uint32) *T    { return m.slots.get(n) }
func (m *memory[T]) Edit(n uint32) *T   { return m.slots.get(n) }
func (m *memory[T]) Put(n uint32, v *T) { m.slots.set(n, v) }
func (m *memory[T]) Delete(n uint32)    { m.slots.set(n, nil) }
func (m *memory[T]) Len() int           { return len(m.slots) }

// cached is a table of a storage: a slot is empty also where its value was not
// loaded. What was changed since the last checkpoint stays in memory until it is
// written.
type cached[T any] struct {
	slots slots[T]
	what  string     // the values are, for errors
	there bitset.Set // the numbers that have a value
	load  func(n uint32) *T
	size  func(*T) int // in bytes

	pool *pool
	kind uint8 // of the values in the pool

	dirty    numbers    // changed since the last checkpoint began
	flushing bitset.Set // changed, and being written by the one under way
}

// numbers are a set of numbers and a list of them in the order in which they came.
type numbers struct {
	set  bitset.Set
	list []uint32
}

func (s *numbers) add(n uint32) {
	if !s.set.Has(n) {
		s.set.Add(n)
		s.list = append(s.list, n)
	}
}

func (c *cached[T]) Get(n uint32) *T {
	if int(n) >= len(c.slots) {
		Fail(fmt.Errorf("a record names %s %d, of %d", c.what, n, len(c.slots)))
	}
	if v := c.slots.get(n); v != nil {
		return v
	}
	if !c.there.Has(n) {
		return nil
	}
	v := c.load(n)
	if !c.slots[n].CompareAndSwap(nil, v) {
		return c.slots.get(n)
	}
	c.pool.add(c.kind, n, c.size(v))
	return v
}

func (c *cached[T]) Edit(n uint32) *T {
	c.dirty.add(n)
	return c.Get(n)
}

func (c *cached[T]) Put(n uint32, v *T) {
	c.dirty.add(n)
	c.there.Add(n)
	c.slots.set(n, v)
	c.pool.add(c.kind, n, c.size(v))
}

func (c *cached[T]) Delete(n uint32) {
	c.dirty.add(n)
	c.there.Remove(n)
	c.slots.set(n, nil)
}

func (c *cached[T]) Len() int { return len(c.slots) }

// evict takes a value out of memory. It reports whether it could: dirty values
// stay.
func (c *cached[T]) evict(n uint32) bool {
	if !c.clean(n) {
		return false
	}
	c.slots[n].Store(nil)
	return true
}

// clean reports whether a value has not changed since it was written.
func (c *cached[T]) clean(n uint32) bool { return !c.dirty.set.Has(n) && !c.flushing.Has(n) }

// flush begins a checkpoint: it calls write with the numbers that have changed,
// and whether they have a value.
func (c *cached[T]) flush(write func(n uint32, there bool)) {
	for _, n := range c.dirty.list {
		write(n, c.there.Has(n))
	}
	c.flushing, c.dirty = c.dirty.set, numbers{}
}

// flushed ends it.
func (c *cached[T]) flushed() { c.flushing = nil }
