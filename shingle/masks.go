package shingle

import (
	"encoding/binary"
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

// edges are where words of a strip begin and end, in turns, in two bytes each, the
// lowest first. After the last there is room for those of eight bytes of text.
type edges [2*chunk*window + 16]byte

// word returns where a word begins and ends.
func (e *edges) word(i int) (start, end int) {
	both := binary.LittleEndian.Uint32(e[4*i:])
	return int(both & 0xFFFF), int(both >> 16)
}

// lanes adds a number to four of 16 bits.
const lanes = 1<<48 | 1<<32 | 1<<16 | 1

// places has, for each byte, which of its bits are set, the lowest first, in 16 bits
// each, and how many bytes these take.
var places = func() (t [256]struct{ low, high, size uint64 }) {
	for b := range t {
		p := &t[b]
		for i := range uint64(8) {
			switch {
			case b>>i&1 == 0:
				continue
			case p.size < 8:
				p.low |= i << (8 * p.size)
			default:
				p.high |= i << (8 * (p.size - 8))
			}
			p.size += 2
		}
	}
	return t
}()

// find notes where words begin and end by the letters of ms, and returns how many
// words these are.
func (e *edges) find(ms []masks) int {
	n, before := uint(0), uint64(0)
	for w := range ms {
		l := ms[w].letters
		n = e.put(n, l^(l<<1|before), uint64(w*window)*lanes)
		before = l >> 63
	}
	if before != 0 {
		binary.LittleEndian.PutUint16(e[n:], uint16(len(ms)*window))
		n += 2
	}
	return int(n / 4)
}

// put writes the places of the bits of x, and to each adds what at has in its lanes,
// from the byte n on. It returns where they end. (Were it inlined, n would wait for
// memory, for want of registers.)
//
//go:noinline
func (e *edges) put(n uint, x, at uint64) uint {
	for range window / 8 {
		p := &places[uint8(x)]
		i := n % (2 * chunk * window) // n itself, and the compiler need not check it
		binary.LittleEndian.PutUint64(e[i:], p.low+at)
		binary.LittleEndian.PutUint64(e[i+8:], p.high+at)
		n += uint(p.size)
		at += 8 * lanes
		x >>= 8
	}
	return n
}
