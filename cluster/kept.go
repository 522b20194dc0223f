package cluster

import (
	"slices"
	"sort"
	"unsafe"
)

// kept is a set as a document or a core keeps it, its elements in increasing
// order: whole, the upper halves of all of them and then the lower halves; or
// packed, 32 bits each. It is not changed.
type kept struct {
	from  *uint32 // the first of n words; a slice of them would take half as much again
	n     uint32
	whole bool
}

func keptOf(words []uint32, whole bool) kept {
	return kept{unsafe.SliceData(words), uint32(len(words)), whole}
}

// all returns the words.
func (k kept) all() []uint32 { return unsafe.Slice(k.from, k.n) }

// keep keeps elements.
func keep(elements []uint64, whole bool) kept {
	if !whole {
		return keptOf(pack(elements), false)
	}
	n := len(elements)
	words := make([]uint32, 2*n)
	for i, e := range elements {
		words[i], words[n+i] = uint32(e>>32), uint32(e)
	}
	return keptOf(words, true)
}

// pack keeps the upper 31 bits of elements and what says whether they are
// running text. Among the elements of two samples that takes two that differ
// for the same with probability 1 in 10⁵ or less.
func pack(elements []uint64) []uint32 {
	out := make([]uint32, 0, len(elements))
	for _, e := range elements {
		p := uint32(e>>33)<<1 | uint32(e&runningText)
		if n := len(out); n > 0 && out[n-1]>>1 == p>>1 {
			out[n-1] |= p
			continue
		}
		out = append(out, p)
	}
	return out
}

// len returns the number of elements.
func (k kept) len() int {
	if k.whole {
		return int(k.n) / 2
	}
	return int(k.n)
}

// element returns an element.
func (k kept) element(i int) uint64 {
	words := k.all()
	if k.whole {
		return uint64(words[i])<<32 | uint64(words[len(words)/2+i])
	}
	return uint64(words[i]>>1)<<33 | uint64(words[i]&runningText)
}

// first returns the first n elements, in the memory of buf where that is
// enough.
func (k kept) first(n int, buf []uint64) []uint64 {
	buf = slices.Grow(buf[:0], n)[:n]
	words := k.all()
	if k.whole {
		upper, lower := words[:n], words[len(words)/2:][:n]
		for i := range buf {
			buf[i] = uint64(upper[i])<<32 | uint64(lower[i])
		}
		return buf
	}
	for i, p := range words[:n] {
		buf[i] = uint64(p>>1)<<33 | uint64(p&runningText)
	}
	return buf
}

// prefix returns the first n elements by themselves.
func (k kept) prefix(n int) kept {
	if !k.whole || n == k.len() {
		return k
	}
	words := make([]uint32, 2*n)
	copy(words, k.all()[:n])
	copy(words[n:], k.all()[k.len():][:n])
	return keptOf(words, true)
}

// find returns the place among the first n elements of one that is the same
// shingle as e.
func (k kept) find(e uint64, n int) (place int, ok bool) {
	i := sort.Search(n, func(i int) bool { return k.element(i)>>1 >= e>>1 })
	return i, i < n && k.element(i)>>1 == e>>1
}
