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
	wholes             // halves, and then a byte of each element, with the next bits
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
	b := make([]byte, wholeBytes*n)
	for i, e := range elements {
		le.PutUint32(b[4*i:], uint32(e>>33)<<1|uint32(e&Prose))
		b[4*n+i] = byte(e >> fineShift)
	}
	return FromBytes(b, true)
}

// wholeBytes are those of an element in a whole set, as a storage has it.
const wholeBytes = 5

// StoredBytes is how many bytes a storage has of so many elements.
func StoredBytes(n uint64, whole bool) uint64 {
	if whole {
		return wholeBytes * n
	}
	return 4 * n
}

// Pack is Dense, or Of where sets need not be dense.
func Pack(elements []uint64, whole, dense bool) Packed {
	if dense {
		return Dense(elements, whole)
	}
	return Of(elements, whole)
}

// FromBytes returns the set with these bytes, which it keeps, as Stored returns them. Of a
// set that is not whole they are a multiple of four, else of five.
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

// IsDense reports whether the set is packed by Dense.
func (p Packed) IsDense() bool { return p.kind() >= denseSample }

// Raw returns the bytes of the set as it is, which must not be changed, and its kind, for
// FromRaw of the same process.
func (p Packed) Raw() (b []byte, kind uint8) { return p.bytes.All(), p.bytes.Mark }

// FromRaw returns the set of which Raw returned these bytes and this kind. It keeps them.
func FromRaw(b []byte, kind uint8) Packed { return Packed{compact.Of(b, kind)} }

// Stored returns the bytes of the set as a storage has them. They must not be changed.
func (p Packed) Stored() []byte {
	if p.IsDense() {
		return Of(p.First(p.Len(), nil), p.Whole()).Stored()
	}
	return p.bytes.All()
}

// Whole reports whether elements are those of a whole set, as Round leaves them, and not
// those of a sample.
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
		return p.bytes.Len() / wholeBytes
	}
	n, _ := uvarint(p.bytes.All(), 0)
	return n
}

// At returns an element.
func (p Packed) At(i int) uint64 {
	b := p.bytes.All()
	switch p.kind() {
	case halves:
		return ofHalf(le.Uint32(b[4*i:]))
	case wholes:
		return ofHalf(le.Uint32(b[4*i:])) | uint64(b[len(b)/wholeBytes*4+i])<<fineShift
	}
	first, second := p.lists()
	if i < first.n {
		return first.element(first.get(i))
	}
	return second.element(second.get(i - first.n))
}

// ofHalf makes an element of its upper 31 bits and its Prose.
func ofHalf(w uint32) uint64 { return uint64(w>>1)<<33 | uint64(w&Prose) }

// First returns the first n elements, in the memory of buf where that is enough.
func (p Packed) First(n int, buf []uint64) []uint64 {
	buf = slices.Grow(buf[:0], n)
	if p.IsDense() {
		first, second := p.lists()
		buf = first.appendTo(buf, min(n, first.n))
		return second.appendTo(buf, max(n-first.n, 0))
	}
	buf = buf[:n]
	b := p.bytes.All()
	words := b[:4*n]
	for i := range buf {
		buf[i] = ofHalf(le.Uint32(words[4*i:]))
	}
	if p.Whole() {
		next := b[len(b)/wholeBytes*4:][:n]
		for i := range buf {
			buf[i] |= uint64(next[i]) << fineShift
		}
	}
	return buf
}

// Between returns those of the first n elements that are at least from, and below below,
// in the memory of buf where that is enough, and the place of the first of them. The bounds
// are without Prose; if below is 0, it is no bound.
func (p Packed) Between(from, below uint64, n int, buf []uint64) (elements []uint64, first int) {
	if p.IsDense() {
		return p.between(from, below, n, buf[:0])
	}
	first = sort.Search(n, func(i int) bool { return p.At(i) >= from })
	elements = buf[:0]
	for i := first; i < n; i++ {
		e := p.At(i)
		if below > 0 && e >= below {
			break
		}
		elements = append(elements, e)
	}
	return elements, first
}

// Prefix returns the first n elements of a whole set for a storage as a set of its own.
func (p Packed) Prefix(n int) Packed {
	if p.kind() != wholes || n == p.Len() {
		return p
	}
	b := p.bytes.All()
	return FromBytes(slices.Concat(b[:4*n], b[4*p.Len():][:n]), true)
}

// Densely returns the set as an index in memory keeps it.
func (p Packed) Densely() Packed {
	if p.IsDense() {
		return p
	}
	return Dense(p.First(p.Len(), nil), p.Whole())
}

// Find returns the place among the first n elements of one that is the same shingle as e.
func (p Packed) Find(e uint64, n int) (place int, ok bool) {
	if p.IsDense() {
		return p.find(e, n)
	}
	i := sort.Search(n, func(i int) bool { return p.At(i)>>1 >= e>>1 })
	return i, i < n && p.At(i)>>1 == e>>1
}

// UpTo returns how many elements do not exceed limit.
func (p Packed) UpTo(limit uint64) int {
	if p.IsDense() {
		return p.upTo(limit)
	}
	return sort.Search(p.Len(), func(i int) bool { return p.At(i) > limit|Prose })
}

// Prose returns how many of the first n elements stand in running text.
func (p Packed) Prose(n int) (prose int) {
	if p.IsDense() {
		first, second := p.lists()
		return first.prose(min(n, first.n)) + second.prose(max(n-first.n, 0))
	}
	b := p.bytes.All()
	for i := range n {
		prose += int(b[4*i] & Prose)
	}
	return prose
}

// Among returns those of the first n elements that are the same shingles as elements, in the memory of buf where that is enough. It takes time in proportion to the
// number of elements and, but for the bits of a dense set that it passes over, to the
// logarithm of n.
func (p Packed) Among(n int, elements, buf []uint64) []uint64 {
	if p.IsDense() {
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
