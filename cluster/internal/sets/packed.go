package sets

import (
	"encoding/binary"
	"slices"
	"sort"

	"github.com/cbb30ed1/reprint/cluster/internal/compact"
)

// A Packed is a set as a document or a core keeps it. It is not changed. The zero value is
// the empty set.
type Packed struct{ bytes compact.Slice[byte] } // the mark is its kind

// How a set is packed. A storage has the first two, in numbers of 32 bits, little-endian.
const (
	halves      = iota // the upper 31 bits of each element, and whether it is running text
	wholes             // the upper halves of all elements, and then the lower ones
	denseSample        // halves, see Dense
	denseWhole
)

var le = binary.LittleEndian

// Of packs elements as a storage has them: whole, or the upper 31 bits of each with its
// Prose. Among the elements of two samples of documents, 31 bits take two elements that
// differ for the same with probability 1 in 10⁵ or less.
func Of(elements []uint64, whole bool) Packed {
	if !whole {
		words := pack(elements)
		b := make([]byte, 0, 4*len(words))
		for _, w := range words {
			b = le.AppendUint32(b, w)
		}
		return FromBytes(b, false)
	}
	n := len(elements)
	b := make([]byte, 8*n)
	for i, e := range elements {
		le.PutUint32(b[4*i:], uint32(e>>32))
		le.PutUint32(b[4*(n+i):], uint32(e))
	}
	return FromBytes(b, true)
}

// Pack is Dense, or Of where sets need not be dense.
func Pack(elements []uint64, exact int, whole, dense bool) Packed {
	if dense {
		return Dense(elements, exact, whole)
	}
	return Of(elements, whole)
}

// FromBytes returns the set with these bytes, which it keeps, as Stored returns them. Of a
// set that is not whole they are a multiple of four, else of eight.
func FromBytes(b []byte, whole bool) Packed {
	if whole {
		return Packed{compact.Of(b, wholes)}
	}
	return Packed{compact.Of(b, halves)}
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

func (p Packed) kind() uint8 { return p.bytes.Mark }

// dense reports whether a set, which is not empty, is a dense one.
func (p Packed) dense() bool { return p.kind() >= denseSample }

// Stored returns the bytes of a set that is packed for a storage. They must not be changed.
func (p Packed) Stored() []byte { return p.bytes.All() }

// Storable reports whether a set is packed for a storage.
func (p Packed) Storable() bool { return !p.dense() }

// Whole reports whether the elements are kept as they were, or as much of them as is
// compared, and not as those of a sample.
func (p Packed) Whole() bool { return p.kind() == wholes || p.kind() == denseWhole }

// Same reports whether two sets are in one place of memory.
func (p Packed) Same(o Packed) bool { return p.bytes.Same(o.bytes) }

// Bytes returns the memory of the set.
func (p Packed) Bytes() int { return p.bytes.Len() }

// Len returns the number of elements.
func (p Packed) Len() int {
	switch p.kind() {
	case halves:
		return p.bytes.Len() / 4
	case wholes:
		return p.bytes.Len() / 8
	}
	n, _ := uvarint(p.bytes.All(), 0)
	return n
}

// Rounded returns an element as First would.
func (p Packed) Rounded(e uint64) uint64 {
	if p.kind() == denseWhole {
		return e & roundedMask
	}
	return e
}

// At returns an element with as many bits as are kept.
func (p Packed) At(i int) uint64 {
	b := p.bytes.All()
	switch p.kind() {
	case halves:
		return ofHalf(le.Uint32(b[4*i:]))
	case wholes:
		return uint64(le.Uint32(b[4*i:]))<<32 | uint64(le.Uint32(b[len(b)/2+4*i:]))
	}
	first, second := p.lists()
	if i < first.n {
		return first.element(first.get(i))
	}
	return second.element(second.get(i - first.n))
}

// ofHalf makes an element of its upper 31 bits and its Prose.
func ofHalf(w uint32) uint64 { return uint64(w>>1)<<33 | uint64(w&Prose) }

// First returns the first n elements as they are compared, in the memory of buf where that
// is enough.
func (p Packed) First(n int, buf []uint64) []uint64 { return p.first(n, roundedMask, buf) }

// Sample returns the first n elements with all bits, where these are kept of so many, in
// the memory of buf where that is enough.
func (p Packed) Sample(n int, buf []uint64) []uint64 { return p.first(n, 1<<64-1, buf) }

func (p Packed) first(n int, mask uint64, buf []uint64) []uint64 {
	if p.dense() {
		first, second := p.lists()
		if p.kind() == denseSample {
			mask = 1<<64 - 1
		}
		buf = first.appendTo(slices.Grow(buf[:0], n), min(n, first.n), mask)
		return second.appendTo(buf, max(n-first.n, 0), mask)
	}
	buf = slices.Grow(buf[:0], n)[:n]
	b := p.bytes.All()
	if p.Whole() {
		upper, lower := b[:4*n], b[len(b)/2:][:4*n]
		for i := range buf {
			buf[i] = uint64(le.Uint32(upper[4*i:]))<<32 | uint64(le.Uint32(lower[4*i:]))
		}
		return buf
	}
	for i := range buf {
		buf[i] = ofHalf(le.Uint32(b[4*i:]))
	}
	return buf
}

// Prefix returns the first n elements of a whole set for a storage as a set of its own.
func (p Packed) Prefix(n int) Packed {
	if p.kind() != wholes || n == p.Len() {
		return p
	}
	b := p.bytes.All()
	return FromBytes(slices.Concat(b[:4*n], b[len(b)/2:][:4*n]), true)
}

// Densely returns the set as an index in memory keeps it, with all bits of the first
// exact elements.
func (p Packed) Densely(exact int) Packed {
	if p.dense() {
		return p
	}
	return Dense(p.Sample(p.Len(), nil), exact, p.Whole())
}

// Find returns the place among the first n elements of one that is the same shingle as e.
// All bits of these must be kept.
func (p Packed) Find(e uint64, n int) (place int, ok bool) {
	if p.dense() {
		l, _ := p.lists()
		c := cursor{list: l}
		i, v, ok := c.seek(c.numberOf(e &^ Prose))
		return i, ok && i < n && c.element(v)>>1 == e>>1
	}
	i := sort.Search(n, func(i int) bool { return p.At(i)>>1 >= e>>1 })
	return i, i < n && p.At(i)>>1 == e>>1
}

// UpTo returns how many elements do not exceed limit.
func (p Packed) UpTo(limit uint64) int {
	if p.dense() {
		return p.upTo(limit)
	}
	return sort.Search(p.Len(), func(i int) bool { return p.At(i) > limit|Prose })
}

// Prose returns how many of the first n elements stand in running text.
func (p Packed) Prose(n int) (prose int) {
	b := p.bytes.All()
	switch p.kind() {
	case halves:
	case wholes:
		b = b[len(b)/2:]
	default:
		first, second := p.lists()
		return first.prose(min(n, first.n)) + second.prose(max(n-first.n, 0))
	}
	for i := range n {
		prose += int(b[4*i] & Prose)
	}
	return prose
}

// Among returns those of the first n elements that are compared as the same shingles as
// elements, in the memory of buf where that is enough. It takes time in proportion to the
// number of elements and, but for the bits of a dense set that it passes over, to the
// logarithm of n.
func (p Packed) Among(n int, elements, buf []uint64) []uint64 {
	if p.dense() {
		return p.among(n, elements, buf)
	}
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
