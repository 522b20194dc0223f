package shingle

import (
	"encoding/binary"
	"math/bits"
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

const (
	ones      = 0x0101010101010101
	highs     = 0x80 * ones
	lowerCase = 0x20 * ones // turns capital letters of ASCII into small ones, and leaves digits
)

// findMasksGo fills ms with the masks of the windows of data, and stops after the
// first in which there is something beyond. It returns their number.
//
// A letter À to ÿ may lie in two windows, but the last window of ms is the last.
func findMasksGo(ms []masks, data []byte) int {
	firstBefore := uint64(0) // the window before ends in the first byte of a letter
	for w := range ms {
		src := (*[window]byte)(data[w*window:])
		var letters, spaces, any, anyDigit uint64
		plain := uint64(highs) // as long as there is no apostrophe
		for i := 0; i < window; i += 8 {
			x := binary.LittleEndian.Uint64(src[i:])
			any |= x
			// Sums do not carry from byte to byte, as their terms lack the high bit.
			x &^= highs
			small := x | lowerCase
			letter := (small + (0x80-'a')*ones) ^ (small + (0x80-'z'-1)*ones)
			digit := (x + (0x80-'0')*ones) ^ (x + (0x80-'9'-1)*ones)
			anyDigit |= digit
			plain &= x ^ '\''*ones + 0x7F*ones
			letters = letters>>8 | gather(letter|digit)
			spaces = spaces>>8 | gather(^(x ^ ' '*ones + 0x7F*ones))
		}
		m := &ms[w]
		*m = masks{letters: letters, spaces: spaces}
		if anyDigit&highs != 0 {
			m.digits = letters & digitMask(src)
		}
		if plain&highs != highs {
			m.beyond = quoteMask(src)
		}
		if any&highs != 0 {
			high, firsts, seconds := accentMasks(src)
			if w+1 < len(ms) && isSecond(data[(w+1)*window]) {
				firsts &= seconds>>1 | 1<<63
			} else {
				firsts &= seconds >> 1
			}
			m.accents = firsts | seconds&(firsts<<1|firstBefore)
			firstBefore = firsts >> 63
			m.letters = m.letters&^high | m.accents
			m.digits &^= high
			m.spaces &^= high
			m.beyond = m.beyond&^high | high&^m.accents
		}
		if m.beyond != 0 {
			return w + 1
		}
	}
	return len(ms)
}

// digitMask has a bit for each byte of the window that is a digit of ASCII, among
// letters and digits of ASCII: these differ in one bit.
func digitMask(src *[window]byte) (mask uint64) {
	for i := 0; i < window; i += 8 {
		mask = mask>>8 | gather(^binary.LittleEndian.Uint64(src[i:])<<1)
	}
	return mask
}

// quoteMask has a bit for each byte of the window that is an apostrophe, if the high
// bit is left aside.
func quoteMask(src *[window]byte) (mask uint64) {
	for i := 0; i < window; i += 8 {
		low := binary.LittleEndian.Uint64(src[i:]) &^ highs
		mask = mask>>8 | gather(^(low ^ '\''*ones + 0x7F*ones))
	}
	return mask
}

// accentMasks has a bit for each byte of the window that is not of ASCII, that is
// latin1, and that makes a letter after it.
func accentMasks(src *[window]byte) (high, firsts, seconds uint64) {
	for i := 0; i < window; i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		low := x &^ highs
		isFirst := x &^ (low ^ latin1&0x7F*ones + 0x7F*ones)
		// × and ÷, which are no letters, differ in the bit that tells capitals.
		isSecond := x &^ (x << 1) & ((low&^lowerCase ^ 0x17*ones) + 0x7F*ones)
		high = high>>8 | gather(x)
		firsts = firsts>>8 | gather(isFirst)
		seconds = seconds>>8 | gather(isSecond)
	}
	return high, firsts, seconds
}

// isSecond reports whether c makes a letter after latin1.
func isSecond(c byte) bool { return c&0xC0 == 0x80 && c&^0x20 != 0x97 }

// gather makes the high bits of the eight bytes of x the highest byte of the
// result, in order, and clears the rest.
func gather(x uint64) uint64 {
	return (x & highs >> 7) * 0x0102040810204080 & (0xFF << 56)
}

// unrolled is how many edges are written at a time.
const unrolled = 8

// findEdgesGo writes to edges where words begin and end by the letters of ms, in
// turns, and returns how many these are, an even number. Beyond them it may write
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
			for i := range some {
				some[i] = at + uint16(bits.TrailingZeros64(e))
				e &= e - 1
			}
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
