package shingle

import (
	"encoding/binary"
	"math/bits"
	"runtime"
	"unicode/utf8"
)

// window is the number of bytes that have a bit each in a mask.
const window = 64

// masks say of each byte of a window what it is.
type masks struct {
	letters uint64 // part of a letter or digit of ASCII, or of a letter À to ÿ
	digits  uint64 // a digit of ASCII
	spaces  uint64 // U+0020
	accents uint64 // part of a letter À to ÿ
	beyond  uint64 // an apostrophe, or what is neither ASCII nor part of such a letter
}

// marks has, for each byte, a bit in each of four fields of sixteen: whether it is a
// letter or digit of ASCII, a digit, a space, and an apostrophe or not of ASCII. It is
// the highest of the field: sixteen bytes fill the fields from there.
var marks = func() (t [256]uint64) {
	for c := range t {
		for i, is := range []bool{
			classes[c] == letter, c >= '0' && c <= '9', c == ' ', classes[c] == apostrophe || c >= utf8.RuneSelf,
		} {
			if is {
				t[c] |= 1 << (16*i + 15)
			}
		}
	}
	return t
}()

// findMasksGo fills ms with the masks of the windows of data, and stops after the
// first in which there is something beyond. It returns their number. A letter À to ÿ
// may lie in two of these windows.
func findMasksGo(ms []masks, data []byte) int {
	firstBefore := uint64(0) // the window before ends in the first byte of a letter
	for w := range ms {
		src := (*[window]byte)(data[w*window:])
		var a, b, c, d uint64 // of sixteen bytes each, side by side
		for i := 0; i < 16; i += 4 {
			a = a>>1 | marks[src[i]]
			b = b>>1 | marks[src[i+16]]
			c = c>>1 | marks[src[i+32]]
			d = d>>1 | marks[src[i+48]]
			a = a>>1 | marks[src[i+1]]
			b = b>>1 | marks[src[i+17]]
			c = c>>1 | marks[src[i+33]]
			d = d>>1 | marks[src[i+49]]
			a = a>>1 | marks[src[i+2]]
			b = b>>1 | marks[src[i+18]]
			c = c>>1 | marks[src[i+34]]
			d = d>>1 | marks[src[i+50]]
			a = a>>1 | marks[src[i+3]]
			b = b>>1 | marks[src[i+19]]
			c = c>>1 | marks[src[i+35]]
			d = d>>1 | marks[src[i+51]]
		}
		const f = 1<<16 - 1
		m := &ms[w]
		m.letters = a&f | b&f<<16 | c&f<<32 | d<<48
		m.digits = a>>16&f | b&(f<<16) | c>>16&f<<32 | d>>16<<48
		m.spaces = a>>32&f | b>>32&f<<16 | c&(f<<32) | d>>32<<48
		m.beyond = a>>48 | b>>48<<16 | c>>48<<32 | d&(f<<48)
		m.accents = 0
		if m.beyond == 0 {
			continue
		}
		firsts, seconds := accentMasks(src)
		if w+1 < len(ms) && isSecond(data[(w+1)*window]) {
			firsts &= seconds>>1 | 1<<63
		} else {
			firsts &= seconds >> 1
		}
		m.accents = firsts | seconds&(firsts<<1|firstBefore)
		firstBefore = firsts >> 63
		m.letters |= m.accents
		m.beyond &^= m.accents
		if m.beyond != 0 {
			return w + 1
		}
	}
	return len(ms)
}

// accentMasks has a bit for each byte of the window that is latin1, and that makes a
// letter after it.
func accentMasks(src *[window]byte) (firsts, seconds uint64) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for i := 0; i < window; i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		// Sums do not carry from byte to byte, as their terms lack the high bit.
		low := x &^ highs
		isFirst := x &^ (low ^ latin1&0x7F*ones + 0x7F*ones)
		// × and ÷, which are no letters, differ in the bit that tells capitals.
		isSecond := x &^ (x << 1) & ((low&^(0x20*ones) ^ 0x17*ones) + 0x7F*ones)
		firsts = firsts>>8 | gather(isFirst)
		seconds = seconds>>8 | gather(isSecond)
	}
	return firsts, seconds
}

// isSecond reports whether c makes a letter after latin1.
func isSecond(c byte) bool { return c&0xC0 == 0x80 && c&^0x20 != 0x97 }

// gather makes the high bits of the eight bytes of x the highest byte of the
// result, in order, and clears the rest.
func gather(x uint64) uint64 {
	return (x >> 7 & 0x0101010101010101) * 0x0102040810204080 & (0xFF << 56)
}

// unrolled is how many edges are written at a time.
const unrolled = 8

// findEdgesGo writes to edges where words begin and end by the letters of ms, in
// turns, and returns how many these are, an even number. After them it may write
// unrolled others.
func findEdgesGo(edges *[chunk*window + unrolled]uint16, ms []masks) int {
	n, before := 0, uint64(0)
	for w := range ms {
		l := ms[w].letters
		e := l ^ (l<<1 | before)
		before = l >> 63
		at := uint16(w * window)
		next := n + bits.OnesCount64(e)
		for e != 0 {
			some := (*[unrolled]uint16)(edges[n:])
			rest := e - 1
			some[0] = at + lowest(e, rest)
			e &= rest
			rest = e - 1
			some[1] = at + lowest(e, rest)
			e &= rest
			rest = e - 1
			some[2] = at + lowest(e, rest)
			e &= rest
			rest = e - 1
			some[3] = at + lowest(e, rest)
			e &= rest
			rest = e - 1
			some[4] = at + lowest(e, rest)
			e &= rest
			rest = e - 1
			some[5] = at + lowest(e, rest)
			e &= rest
			rest = e - 1
			some[6] = at + lowest(e, rest)
			e &= rest
			rest = e - 1
			some[7] = at + lowest(e, rest)
			e &= rest
			n += unrolled
		}
		n = next
	}
	if before != 0 {
		edges[n] = uint16(len(ms) * window)
		n++
	}
	return n
}

// lowest returns the place of the lowest bit of x, given x-1. What counts the zeros
// below it on amd64, where nothing is known of the processor, takes longer there than
// to count bits.
func lowest(x, less uint64) uint16 {
	if runtime.GOARCH == "amd64" {
		return uint16(bits.OnesCount64(less &^ x))
	}
	return uint16(bits.TrailingZeros64(x))
}
