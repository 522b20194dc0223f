package sets

import (
	"slices"
	"sort"

	"github.com/cbb30ed1/reprint/cluster/internal/compact"
)

// A Packed is a set as a document or a core keeps it: whole, the upper halves of
// all elements and then the lower halves; or 32 bits of each element. It is not
// changed. The zero value is the empty set.
type Packed struct{ words compact.Slice[uint32] } // the flag says that it is whole

// Of packs elements: whole, or the upper 31 bits of each with its Prose. Among
// the elements of two samples of documents, 31 bits take two elements that differ
// for the same with probability 1 in 10⁵ or less.
func Of(elements []uint64, whole bool) Packed {
	if !whole {
		return FromWords(pack(elements), false)
	}
	n := len(elements)
	words := make([]uint32, 2*n)
	for i, e := range elements {
		words[i], words[n+i] = uint32(e>>32), uint32(e)
	}
	return FromWords(words, true)
}

// FromWords returns the set with these words, as Words returns them.
func FromWords(words []uint32, whole bool) Packed {
	return Packed{compact.Of(words, whole)}
}

func pack(elements []uint64) []uint32 {
	out := make([]uint32, 0, len(elements))
	for _, e := range elements {
		p := uint32(e>>33)<<1 | uint32(e&Prose)
		if n := len(out); n > 0 && out[n-1]>>1 == p>>1 {
			out[n-1] |= p
			continue
		}
		out = append(out, p)
	}
	return out
}

// Words returns the words that make up the set. They must not be changed.
func (p Packed) Words() []uint32 { return p.words.All() }

// Whole reports whether the elements are kept with all bits.
func (p Packed) Whole() bool { return p.words.Flag }

// Bytes returns the memory of the words.
func (p Packed) Bytes() int { return 4 * p.words.Len() }

// Len returns the number of elements.
func (p Packed) Len() int {
	if p.words.Flag {
		return p.words.Len() / 2
	}
	return p.words.Len()
}

// At returns an element.
func (p Packed) At(i int) uint64 {
	words := p.Words()
	if p.words.Flag {
		return uint64(words[i])<<32 | uint64(words[len(words)/2+i])
	}
	return uint64(words[i]>>1)<<33 | uint64(words[i]&Prose)
}

// First returns the first n elements, in the memory of buf where that is enough.
func (p Packed) First(n int, buf []uint64) []uint64 {
	buf = slices.Grow(buf[:0], n)[:n]
	words := p.Words()
	if p.words.Flag {
		upper, lower := words[:n], words[len(words)/2:][:n]
		for i := range buf {
			buf[i] = uint64(upper[i])<<32 | uint64(lower[i])
		}
		return buf
	}
	for i, w := range words[:n] {
		buf[i] = uint64(w>>1)<<33 | uint64(w&Prose)
	}
	return buf
}

// Prefix returns the first n elements of a whole set as a set of its own.
func (p Packed) Prefix(n int) Packed {
	if !p.words.Flag || n == p.Len() {
		return p
	}
	words := make([]uint32, 2*n)
	copy(words, p.Words()[:n])
	copy(words[n:], p.Words()[p.Len():][:n])
	return FromWords(words, true)
}

// Find returns the place among the first n elements of one that is the same
// shingle as e.
func (p Packed) Find(e uint64, n int) (place int, ok bool) {
	i := sort.Search(n, func(i int) bool { return p.At(i)>>1 >= e>>1 })
	return i, i < n && p.At(i)>>1 == e>>1
}

// UpTo returns how many elements do not exceed limit.
func (p Packed) UpTo(limit uint64) int {
	return sort.Search(p.Len(), func(i int) bool { return p.At(i) > limit|Prose })
}

// Prose returns how many of the first n elements stand in running text.
func (p Packed) Prose(n int) (prose int) {
	words := p.Words()
	if p.words.Flag {
		words = words[len(words)/2:]
	}
	for _, w := range words[:n] {
		prose += int(w & Prose)
	}
	return prose
}

// Among returns those of the first n elements that are the same shingles as elements,
// in the memory of buf where that is enough. It takes time in proportion to the number
// of elements and to the logarithm of n.
func (p Packed) Among(n int, elements, buf []uint64) []uint64 {
	out := buf[:0]
	low := 0 // of what is left
	for _, e := range elements {
		step := 1
		for low+step < n && p.At(low+step)>>1 <= e>>1 {
			low += step
			step *= 2
		}
		high := min(low+step, n)
		low += sort.Search(high-low, func(i int) bool { return p.At(low+i)>>1 >= e>>1 })
		if low == n {
			break
		}
		if at := p.At(low); at>>1 == e>>1 {
			out = append(out, at)
		}
	}
	return out
}
