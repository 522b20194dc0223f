package shingle

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"
)

// Text is looked at in windows of so many bytes, followed by those that a word
// that begins in it may reach.
const (
	window = 64
	reach  = 24
)

// latin1 is the first byte of the letters À to ÿ, but for × and ÷. The second
// byte tells capital from small in the bit in which ASCII does.
const latin1 = 0xC3

// latin takes words of ASCII letters and digits and of the letters À to ÿ, and
// what ASCII stands between them, from text[i] on. It returns where it stopped:
// at another character, or at a word for which more is to be known (an
// apostrophe or another letter follows it, or it has more than 24 bytes). No
// word may be open.
//
// It makes a mask of the letters in 64 bytes and goes from one end of a word to
// the next by its bits, so that no branch depends on the length of a word, which
// the processor could not foresee: that costs more than to hash it.
func (s *scanner) latin(text string, i int) int {
	data := unsafe.Slice(unsafe.StringData(text), len(text))
	for i < len(data) {
		var src *[window + reach]byte
		if i+len(src) <= len(data) {
			src = (*[window + reach]byte)(data[i:])
		} else {
			src = &s.tail
			for j := copy(src[:], data[i:]); j < len(src); j++ {
				src[j] = ' '
			}
		}
		letters := letterMask(src)
		edges := letters ^ letters<<1 // where words begin and where they end
		next := bits.TrailingZeros64(edges)
		if next > 0 {
			end := s.gap(text, i)
			if end < i+next {
				return end
			}
			if next == window {
				i = end
				continue
			}
		}
		hashes := slices.Grow(s.hashes, window/2)
		hashes, n := hashes[:cap(hashes)], len(hashes)
		for {
			edges &= edges - 1
			if edges == 0 {
				// The last word may go on; or there is none.
				s.hashes = hashes[:n]
				if next == 0 {
					return i
				}
				i += next
				break
			}
			start := next
			end := bits.TrailingZeros64(edges)
			edges &= edges - 1
			next = bits.TrailingZeros64(edges)
			c := src[end&(window-1)]

			size := uint(end - start)
			p := src[start&(window-1):]
			x := lower(binary.LittleEndian.Uint64(p)) & (1<<(8*size) - 1)
			y := lower(binary.LittleEndian.Uint64(p[8:])) & (1<<(8*size-64) - 1)
			var length uint64 = 8
			if size > 8 {
				length = 16
			}
			h := mixIn(prime5+length, x)
			h2 := mixIn(h, y)
			if size > 8 {
				h = h2
			}
			if size > 16 {
				if size > 24 {
					s.hashes = hashes[:n]
					return i + start
				}
				z := lower(binary.LittleEndian.Uint64(p[16:])) & (1<<(8*size-128) - 1)
				h = mixIn(mixIn(mixIn(prime5+24, x), y), z)
			}
			h = avalanche(h)

			if next == end+1 && c == ' ' {
				hashes[n] = h
				n++
				if s.offsets {
					s.spans = append(s.spans, Span{i + start, i + end})
				}
				s.prose.space(n)
				continue
			}
			if c >= 0x80 || c == '\'' {
				s.hashes = hashes[:n]
				return i + start
			}
			hashes[n] = h
			n++
			if s.offsets {
				s.spans = append(s.spans, Span{i + start, i + end})
			}
			s.hashes = hashes[:n]
			after := s.gap(text, i+end)
			if after < i+next {
				return after
			}
			if next == window {
				i = after
				break
			}
		}
	}
	return min(i, len(data))
}

const (
	ones      = 0x0101010101010101
	highs     = 0x80 * ones
	lowerCase = 0x20 * ones // turns upper into lower case, and leaves digits
)

// lower turns capitals into small letters, in a word of ASCII letters, digits,
// and letters À to ÿ: it sets a bit in all bytes but the first of two.
func lower(x uint64) uint64 {
	first := x & (x << 1) & highs
	return x | lowerCase&^(first>>2)
}

// letterMask has a bit for each byte of the window that is part of a letter or
// digit of ASCII or of a letter À to ÿ.
func letterMask(src *[window + reach]byte) (mask uint64) {
	var all uint64
	for i := 0; i < window; i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		all |= x
		// Sums do not carry from byte to byte, as their terms lack the high bit.
		low := x &^ highs
		letter := low | lowerCase
		isLetter := (letter + (0x80-'a')*ones) &^ (letter + (0x80-'z'-1)*ones)
		isDigit := (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones)
		mask = mask>>8 | gather((isLetter|isDigit)&^x)
	}
	if all&highs == 0 {
		return mask
	}
	var firsts, seconds uint64
	for i := 0; i < window; i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		low := x &^ highs
		isFirst := x &^ (low ^ latin1&0x7F*ones + 0x7F*ones)
		// × and ÷ are no letters; ß, whose lower case is ss, and ÿ share the
		// rest of their bits.
		isSecond := x &^ (x << 1) & ((low&^(0x28*ones) ^ 0x17*ones) + 0x7F*ones)
		firsts = firsts>>8 | gather(isFirst)
		seconds = seconds>>8 | gather(isSecond)
	}
	return mask | firsts&(seconds>>1) | seconds&(firsts<<1)
}

// gather makes the high bits of the eight bytes of x the highest byte of the
// result, in order, and clears the rest.
func gather(x uint64) uint64 {
	return (x & highs >> 7) * 0x0102040810204080 & (0xFF << 56)
}
