package shingle

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// window is the number of bytes that latin looks at together.
const window = 64

// latin1 is the first byte of the letters À to ÿ, but for × and ÷.
const latin1 = 0xC3

// latin takes words of ASCII letters and digits and of the letters À to ÿ, and
// what ASCII stands between them, from text[i] on. It returns where it stopped:
// at another character, or at a word that an apostrophe or another character
// follows, which may be part of it. No word may be open.
//
// It makes a mask of the letters in 64 bytes and goes from one end of a word to
// the next by its bits, so that no branch depends on the length of a word: the
// processor could not foresee it, and that costs more than to hash the word.
func (s *scanner) latin(text string, i int) int {
	first := len(s.spans)
	plain := true // whether the words so far are of ASCII letters and digits only
	data := unsafe.Slice(unsafe.StringData(text), len(text))
	begin, open := i, false // the open word
scan:
	for open || i < len(data) {
		if !open {
			i = s.gap(text, i)
			if i == len(data) || data[i] == '\'' || data[i] >= utf8.RuneSelf && data[i] != latin1 {
				break
			}
			begin = i
		}
		var src *[window]byte
		if i+window <= len(data) {
			src = (*[window]byte)(data[i:])
		} else {
			src = &s.tail
			for j := copy(src[:], data[i:]); j < window; j++ {
				src[j] = ' '
			}
		}
		letters, digits, high := letterMask(src)
		if digits {
			if joints := s.joints(text, i, letters, open); joints != 0 {
				letters |= joints
				plain = false
			}
		}
		plain = plain && !high
		if !open && letters&1 == 0 {
			break
		}
		open = letters>>(window-1) == 1
		edges := letters ^ (letters<<1 | 1) // an end, a beginning, and so on
		spans := slices.Grow(s.spans, window/2)
		spans, n := spans[:cap(spans)], len(spans)
		for edges != 0 {
			end := bits.TrailingZeros64(edges)
			edges &= edges - 1
			next := bits.TrailingZeros64(edges)
			edges &= edges - 1
			spans[n] = Span{begin, i + end}
			c := src[end&(window-1)]
			if c == ' ' && next == end+1 {
				n++
				begin = i + next
				s.prose.space(n)
				continue
			}
			if c == '\'' || c >= utf8.RuneSelf {
				s.spans = spans[:n]
				i = begin
				break scan
			}
			n++
			begin = i + next
			// Half of all gaps that are not a space are a sign and a space.
			if k := classes[c]; k <= stop && next == end+2 && src[(end+1)&(window-1)] == ' ' {
				s.prose.point(n, k)
				s.prose.space(n)
				continue
			}
			s.spans = spans[:n]
			if after := s.gap(text, i+end); after != begin {
				i, open = after, false
				continue scan
			}
		}
		s.spans = spans[:n]
		i += window
	}
	s.hashLatin(data, s.spans[first:], plain)
	return min(i, len(data))
}

// joints has a bit for each sign in the window from i on that joins two groups
// of digits. letters are the letters and digits there, and open says whether one
// stands before the window.
func (s *scanner) joints(text string, i int, letters uint64, open bool) (mask uint64) {
	before := letters << 1
	if open {
		before |= 1
	}
	for ends := before &^ letters; ends != 0; ends &= ends - 1 {
		n := bits.TrailingZeros64(ends)
		at := i + n
		if at+1 >= len(text) {
			break
		}
		if text[at-1]-'0' < 10 && text[at+1]-'0' < 10 && s.number.joins(text, at, at+1) {
			mask |= 1 << n
		}
	}
	return mask
}

// hashLatin appends the hashes of words of latin; plain ones have only ASCII
// letters and digits. It takes all words for short ones first, and then corrects
// those that are not: a branch for each word would cost more.
func (s *scanner) hashLatin(data []byte, spans []Span, plain bool) {
	n := len(s.hashes)
	s.hashes = slices.Grow(s.hashes, len(spans))[:n+len(spans)]
	hashes := s.hashes[n:]
	for n = len(spans); n > 0 && spans[n-1].Start+8 > len(data); n-- {
		// Fewer than eight bytes are left of the text.
		hashes[n-1] = s.hashAny(data[spans[n-1].Start:spans[n-1].End])
	}
	spans = spans[:n]
	var rest [256]uint8
	for len(spans) > 0 {
		some := spans[:min(len(spans), len(rest))]
		if plain {
			n = hashShort(hashes, data, some, &rest)
		} else {
			n = hashShortPlain(hashes, data, some, &rest)
		}
		for _, i := range rest[:n] {
			word := data[some[i].Start:some[i].End]
			if len(word) > 16 || !plain && !isPlain(word) {
				hashes[i] = s.hashAny(word)
				continue
			}
			if len(word) <= 8 { // a number, or with one, without signs
				continue
			}
			x := binary.LittleEndian.Uint64(word) | lowerCase
			y := (binary.LittleEndian.Uint64(word[len(word)-8:]) | lowerCase) >> (-8 * len(word) & 63)
			hashes[i] = avalanche(mixIn(mixIn(prime5+16, x), y))
		}
		spans, hashes = spans[len(some):], hashes[len(some):]
	}
}

// hashShort hashes the first eight bytes of each word, of which there are as
// many in data. It writes the indices of longer words to rest, and returns
// their number.
func hashShort(hashes []uint64, data []byte, words []Span, rest *[256]uint8) (n int) {
	hashes = hashes[:len(words)]
	for i, w := range words {
		size := w.End - w.Start
		x := binary.LittleEndian.Uint64(data[w.Start:w.Start+8]) | lowerCase
		hashes[i] = xxhash8(x & leading[size&15])
		rest[uint8(n)] = uint8(i)
		if size > 8 {
			n++
		}
	}
	return n
}

// hashShortPlain is hashShort where not all words are plain. It writes to rest
// those too that have an octet that is not of ASCII or that begin with a digit.
func hashShortPlain(hashes []uint64, data []byte, words []Span, rest *[256]uint8) (n int) {
	const notDigit = 0x40
	hashes = hashes[:len(words)]
	for i, w := range words {
		size := w.End - w.Start
		x := binary.LittleEndian.Uint64(data[w.Start : w.Start+8])
		hashes[i] = xxhash8((x | lowerCase) & leading[size&15])
		rest[uint8(n)] = uint8(i)
		if size > 8 || x&highs&leading[size&15] != 0 || x&notDigit == 0 {
			n++
		}
	}
	return n
}

// isPlain reports whether a word of latin is of ASCII letters and digits only.
func isPlain(word []byte) bool {
	for _, c := range word {
		if classes[c] != letter {
			return false
		}
	}
	return true
}

// hashAny hashes a word of latin of any length, wherever it stands.
func (s *scanner) hashAny(word []byte) uint64 {
	out := slices.Grow(s.word[:0], len(word)+12)
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == latin1:
			i++
			out = charOf(0xC0 | rune(word[i]&0x3F)).appendTo(out)
		case classes[c] == letter:
			out = append(out, c|0x20)
		} // else it joins digits
	}
	s.word = slices.Grow(out, 8)
	n := len(s.word)
	s.word = s.word[:0]
	return hashWord(s.word[:n])
}

// leading has masks of the first so many bytes of eight.
var leading = func() (t [16]uint64) {
	for n := range t {
		t[n] = 1<<(8*n) - 1
	}
	return t
}()

const (
	ones      = 0x0101010101010101
	highs     = 0x80 * ones
	lowerCase = 0x20 * ones // turns capital letters of ASCII into small ones, and leaves digits
)

// letterMask has a bit for each byte of the window that is part of a letter or
// digit of ASCII or of a letter À to ÿ, and says whether there are digits, and
// whether there are bytes that are not of ASCII.
func letterMask(src *[window]byte) (mask uint64, digits, high bool) {
	var all, allDigits uint64
	for i := 0; i < window; i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		all |= x
		// Sums do not carry from byte to byte, as their terms lack the high bit.
		low := x &^ highs
		letter := low | lowerCase
		isLetter := (letter + (0x80-'a')*ones) &^ (letter + (0x80-'z'-1)*ones)
		isDigit := (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones)
		allDigits |= isDigit
		mask = mask>>8 | gather((isLetter|isDigit)&^x)
	}
	digits = allDigits&highs != 0
	if all&highs == 0 {
		return mask, digits, false
	}
	var firsts, seconds uint64
	for i := 0; i < window; i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		low := x &^ highs
		isFirst := x &^ (low ^ latin1&0x7F*ones + 0x7F*ones)
		// × and ÷, which are no letters, differ in the bit that tells capitals.
		isSecond := x &^ (x << 1) & ((low&^lowerCase ^ 0x17*ones) + 0x7F*ones)
		firsts = firsts>>8 | gather(isFirst)
		seconds = seconds>>8 | gather(isSecond)
	}
	return mask | firsts&(seconds>>1) | seconds&(firsts<<1), digits, true
}

// gather makes the high bits of the eight bytes of x the highest byte of the
// result, in order, and clears the rest.
func gather(x uint64) uint64 {
	return (x & highs >> 7) * 0x0102040810204080 & (0xFF << 56)
}
