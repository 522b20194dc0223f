package shingle

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// asciiWords takes words of ASCII letters and digits from text[i] on, while
// each is followed by a space, and returns where it stopped: at what else
// follows a word, at a word for which more is to be known (an apostrophe or a
// letter that is not ASCII follows it, or it has more than 24 bytes), or near the
// end of the text. No word may be open.
//
// It looks at eight bytes at a time: one word in five has more, and a loop over
// its bytes, whose end the processor cannot foresee, costs more than all the
// rest. A word of up to eight bytes is hashed where it stands.
func (s *scanner) asciiWords(text string, i int) int {
	hashes := s.hashes
	first := len(hashes)
	spaced := true
	data := unsafe.Slice(unsafe.StringData(text), len(text))
	for spaced && i+40 <= len(data) {
		start := i
		x := binary.LittleEndian.Uint64(data[i:])
		other := otherThanWord(x)
		var h uint64
		if other != 0 {
			n := uint(bits.TrailingZeros64(other)) &^ 7 // bits of the word
			if n == 0 {
				break
			}
			h = xxhash8((x | lowerCase) & (1<<n - 1))
			i += int(n >> 3)
		} else {
			h, i = longWord(data, i)
			if i == start {
				break
			}
		}
		c := data[i]
		if c >= 0x80 || c == '\'' {
			i = start
			break
		}
		hashes = append(hashes, h)
		if s.offsets {
			s.spans = append(s.spans, Span{start, i})
		}
		if spaced = c == ' '; spaced {
			i++
		}
	}
	s.hashes = hashes
	s.prose.words(first, len(hashes), spaced)
	return i
}

// longWord hashes a word that starts at data[i] and has more than eight bytes,
// and returns where it ends: i if it has more than 24 bytes, which XXH64 hashes
// in another way once they are padded.
func longWord(data []byte, i int) (h uint64, end int) {
	var word [3]uint64
	chunk := 0
	for ; chunk < 4; chunk++ {
		x := binary.LittleEndian.Uint64(data[i+8*chunk:])
		other := otherThanWord(x)
		n := uint(64)
		if other != 0 {
			n = uint(bits.TrailingZeros64(other)) &^ 7
			end = i + 8*chunk + int(n>>3)
			if n == 0 {
				break
			}
		}
		if chunk == 3 {
			return 0, i
		}
		word[chunk] = (x | lowerCase) & (1<<n - 1)
		if other != 0 {
			chunk++
			break
		}
	}
	if end == 0 {
		return 0, i
	}
	h = prime5 + uint64(8*chunk)
	for _, v := range word[:chunk] {
		h ^= bits.RotateLeft64(v*prime2, 31) * prime1
		h = bits.RotateLeft64(h, 27)*prime1 + prime4
	}
	return avalanche(h), end
}

const (
	ones      = 0x0101010101010101
	highs     = 0x80 * ones
	lowerCase = 0x20 * ones // turns upper into lower case, and leaves digits
)

// otherThanWord sets the high bit of each byte that is no ASCII letter or
// digit. Sums do not carry from byte to byte, as their terms lack the high bit.
func otherThanWord(x uint64) uint64 {
	low := x &^ highs
	letter := low | lowerCase
	isLetter := (letter + (0x80-'a')*ones) &^ (letter + (0x80-'z'-1)*ones)
	isDigit := (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones)
	return ^(isLetter|isDigit)&highs | x&highs
}
