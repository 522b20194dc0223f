package sets

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/compact"
)

// A dense set is what an index in memory keeps of one. Its elements differ from one
// another by 2⁶⁴ divided by their number or so, and only that much of each is written,
// with two bits besides (P. Elias, "Efficient storage and retrieval by content and
// address of static files", 1974; R. Fano, "On the number of bits required to implement
// an associative memory", 1971): the lower bits of each element, and of the upper ones,
// in unary, by how much they exceed those of the one before.
//
//	n   varint   elements
//	e   varint   of which are below fine
//	    list     of these, of the upper 40 bits of each
//	    list     of the others, of 32 bits
//
// or, of samples, n, 0 and a list of 32 bits each. The lowest bit of each is Prose. A list
// of at least one is
//
//	    1        l, how many lower bits are apart
//	w   varint   words of upper bits
//	8·w          upper bits: a 1 for each number, behind as many 0 as there are upper
//	             values below its own
//	⌈n·l/8⌉      lower bits, and zeros up to the eight bytes that are read at a time

// Dense packs elements as an index in memory keeps them. If they are not whole, they are
// those of a sample, and packed as Of packs them, in less memory.
func Dense(elements []uint64, whole bool) Packed {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	low, kind := 0, uint8(denseWhole)
	if whole {
		low, _ = slices.BinarySearch(elements, fine)
	} else {
		e.halves, kind = e.halves[:0], denseSample
		for _, w := range pack(elements) {
			e.halves = append(e.halves, ofHalf(w))
		}
		elements = e.halves
	}
	e.buf = binary.AppendUvarint(e.buf[:0], uint64(len(elements)))
	e.buf = binary.AppendUvarint(e.buf, uint64(low))
	e.list(elements[:low], fineShift)
	e.list(elements[low:], coarseShift)
	return Packed{compact.Of(slices.Clone(e.buf), kind)}
}

// An encoder packs elements.
type encoder struct {
	halves []uint64 // of a sample
	buf    []byte
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// list appends the list of elements of which so many lower bits, but for Prose, are 0.
func (e *encoder) list(elements []uint64, shift int) {
	n := len(elements)
	if n == 0 {
		return
	}
	last := elements[n-1]>>(shift-1) | Prose
	lower := max(1, bits.Len64(last/uint64(n))-1) // with that of Prose
	words := (uint64(n) + last>>lower + 64) / 64
	e.buf = append(e.buf, byte(lower))
	e.buf = binary.AppendUvarint(e.buf, words)
	at := len(e.buf)
	length := (n*lower + 7) / 8
	padded := max(length, (n-1)*lower/8+8)
	e.buf = slices.Grow(e.buf, 8*int(words)+padded)[:at+8*int(words)+padded]
	clear(e.buf[at:])
	upper, low := e.buf[at:at+8*int(words)], e.buf[at+8*int(words):]
	mask := uint64(1)<<lower - 2
	above, shift := uint(shift-1+lower)&63, shift&63
	var word, rest uint64 // bits that are not written yet: of the upper ones, of the lower ones
	next, fill := uint64(0), 0
	for i, v := range elements {
		bit := v>>above + uint64(i)
		for ; next < bit/64; next++ {
			le.PutUint64(upper[8*next:], word)
			word = 0
		}
		word |= 1 << (bit % 64)
		v = v>>(shift-1)&mask | v&Prose
		rest |= v << (fill & 63)
		if fill += lower; fill >= 64 {
			le.PutUint64(low, rest)
			low = low[8:]
			fill -= 64
			rest = v >> ((lower - fill) & 63)
		}
	}
	le.PutUint64(upper[8*next:], word)
	for i := 0; 8*i < fill; i++ {
		low[i] = byte(rest >> (8 * i))
	}
}

// A list is one of a dense set.
type list struct {
	upper, low []byte
	n          int
	lower      uint8
	shift      uint8 // of the hash in an element
}

// lists returns the lists of a dense set.
func (p Packed) lists() (first, second list) {
	b := p.bytes.All()
	n, at := uvarint(b, 0)
	low, at := uvarint(b, at)
	first = list{n: low, shift: fineShift}
	second = list{n: n - low, shift: coarseShift}
	at = first.find(b, at)
	second.find(b, at)
	return first, second
}

func (l *list) find(b []byte, at int) (end int) {
	if l.n == 0 {
		return at
	}
	l.lower = b[at]
	words, at := uvarint(b, at+1)
	l.upper = b[at : at+8*words]
	at += 8 * words
	end = at + max((l.n*int(l.lower)+7)/8, (l.n-1)*int(l.lower)/8+8)
	l.low = b[at:end]
	return end
}

// uvarint reads a varint of a set at a place, and returns what follows it.
func uvarint(b []byte, at int) (v, next int) {
	if c := b[at]; c < 0x80 {
		return int(c), at + 1
	}
	u, n := binary.Uvarint(b[at:])
	return int(u), at + n
}

// element makes an element of a number.
func (l *list) element(v uint64) uint64 { return v>>1<<l.shift | v&Prose }

// lowerOf returns the lower bits of a number.
func (l *list) lowerOf(i int) uint64 {
	at := uint(i) * uint(l.lower)
	return le.Uint64(l.low[at/8:]) >> (at % 8) & (1<<l.lower - 1)
}

// appendTo appends the first n elements.
func (l *list) appendTo(dst []uint64, n int) []uint64 {
	at := len(dst)
	dst = slices.Grow(dst, n)[:at+n]
	out := dst[at:]
	upper, base := l.upper, uint64(0)
	lower, shift := uint(l.lower)&63, uint(l.shift-1)&63
	above := (lower + shift) & 63
	one := uint64(1) << above
	for rest := out; len(rest) > 0; upper = upper[8:] {
		u := le.Uint64(upper)
		part := rest[:min(bits.OnesCount64(u), len(rest))]
		next := base
		for i := range part {
			// The number of trailing zeros, whose own instruction is slow on many processors.
			part[i] = next + uint64(bits.OnesCount64(^u&(u-1)))<<above
			next -= one
			u &= u - 1
		}
		rest = rest[len(part):]
		base += uint64(64-len(part)) << above
	}
	keep := uint64(1)<<lower - 2
	low, bit := l.low, uint(0)
	if 2*lower <= 64-7 {
		for ; len(out) >= 2; out = out[2:] { // what is read has the bits of two
			w := le.Uint64(low[bit/8:]) >> (bit % 8)
			out[0] |= w&keep<<shift | w&Prose
			w >>= lower
			out[1] |= w&keep<<shift | w&Prose
			bit += 2 * lower
		}
	}
	for i := range out {
		w := le.Uint64(low[bit/8:]) >> (bit % 8)
		out[i] |= w&keep<<shift | w&Prose
		bit += lower
	}
	return dst
}

// A cursor goes through a list in order.
type cursor struct {
	list
	at    int    // the number that comes next
	word  int    // where its upper bits are at the earliest
	ones  int    // in the words before
	zeros uint64 // in them
}

// seek returns the place of the first number, from the one where the cursor is, that is
// not less than v, and that number. It goes over upper bits 64 at a time.
func (c *cursor) seek(v uint64) (place int, found uint64, ok bool) {
	upper := v >> c.lower
	for c.word < len(c.upper)/8 {
		u := le.Uint64(c.upper[8*c.word:])
		n := bits.OnesCount64(u)
		// Numbers in the words behind have more upper bits than there are zeros up to here.
		if zeros := c.zeros + uint64(64-n); zeros < upper || c.ones+n <= c.at {
			c.word, c.ones, c.zeros = c.word+1, c.ones+n, zeros
			continue
		}
		i := c.ones
		for ; u != 0; u &= u - 1 {
			if i >= c.at {
				high := c.zeros + uint64(bits.TrailingZeros64(u)-(i-c.ones))
				if high >= upper {
					if w := high<<c.lower | c.lowerOf(i); w >= v {
						c.at = i
						return i, w, true
					}
				}
			}
			i++
		}
		c.word, c.ones, c.zeros = c.word+1, c.ones+n, c.zeros+uint64(64-n)
		c.at = max(c.at, c.ones)
	}
	c.at = c.n
	return c.n, 0, false
}

// appendBetween appends those of the first n elements whose numbers are at least from, and
// below below, and returns the place of the first of them.
func (l *list) appendBetween(dst []uint64, from, below uint64, n int) (out []uint64, first int) {
	first = n
	ones, zeros := 0, uint64(0)
	for upper := l.upper; ones < n; upper = upper[8:] {
		u := le.Uint64(upper)
		some := bits.OnesCount64(u)
		if zeros+uint64(64-some) < from>>l.lower {
			ones, zeros = ones+some, zeros+uint64(64-some)
			continue
		}
		for i := ones; u != 0 && i < n; i++ {
			v := (zeros+uint64(bits.TrailingZeros64(u)-(i-ones)))<<l.lower | l.lowerOf(i)
			if v >= below {
				return dst, first
			}
			if v >= from {
				first = min(first, i)
				dst = append(dst, l.element(v))
			}
			u &= u - 1
		}
		ones, zeros = ones+some, zeros+uint64(64-some)
	}
	return dst, first
}

// between is Between of a dense set.
func (p Packed) between(from, below uint64, n int, buf []uint64) (elements []uint64, first int) {
	low, rest := p.lists()
	elements, first = buf, n
	before := 0
	for _, l := range [...]list{low, rest} {
		to := uint64(math.MaxUint64)
		if below > 0 {
			to = l.numberOf(below)
		}
		most := min(l.n, n-before)
		had := len(elements)
		var place int
		elements, place = l.appendBetween(elements, l.numberOf(from), to, most)
		if had == 0 && len(elements) > 0 {
			first = before + place
		}
		before += most
	}
	return elements, first
}

// get returns the number at a place.
func (l *list) get(i int) uint64 {
	ones := 0
	for w := 0; ; w++ {
		u := le.Uint64(l.upper[8*w:])
		n := bits.OnesCount64(u)
		if ones+n <= i {
			ones += n
			continue
		}
		for range i - ones {
			u &= u - 1
		}
		return uint64(64*w+bits.TrailingZeros64(u)-i)<<l.lower | l.lowerOf(i)
	}
}

// prose returns how many of the first n numbers stand in running text.
func (l *list) prose(n int) (prose int) {
	for i := range n {
		at := uint(i) * uint(l.lower)
		prose += int(l.low[at/8] >> (at % 8) & Prose)
	}
	return prose
}

// numberOf returns the least number of which an element that is not less than e is made.
func (l *list) numberOf(e uint64) uint64 {
	v := e >> l.shift << 1
	if l.element(v) < e {
		v += 2
	}
	return v
}

// upTo is UpTo of a dense set.
func (p Packed) upTo(limit uint64) (n int) {
	if limit|Prose == math.MaxUint64 {
		return p.Len()
	}
	first, second := p.lists()
	for _, l := range [...]list{first, second} {
		c := cursor{list: l}
		place, _, _ := c.seek(l.numberOf(limit | Prose + 1))
		n += place
	}
	return n
}

// find is Find of a dense set.
func (p Packed) find(e uint64, n int) (place int, ok bool) {
	l, second := p.lists()
	before := 0
	if e >= fine || l.n == 0 {
		before, l = l.n, second
	}
	c := cursor{list: l}
	i, v, ok := c.seek(c.numberOf(e &^ Prose))
	i += before
	return i, ok && i < n && c.element(v)>>1 == e>>1
}

// among is Among of a dense set.
func (p Packed) among(n int, elements, buf []uint64) []uint64 {
	first, second := p.lists()
	out, at := buf[:0], 0
	for _, l := range [...]list{first, second} {
		c := cursor{list: l}
		for i := at; i < len(elements) && c.at < l.n; i++ {
			e := elements[i]
			place, v, ok := c.seek(l.numberOf(e &^ Prose))
			if !ok || place >= n {
				break
			}
			if found := l.element(v); found>>1 == e>>1 {
				out = append(out, found)
				c.at++
				at = i + 1
			}
		}
		n -= l.n
	}
	return out
}
