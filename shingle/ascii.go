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
	plain := true // whether the words so far are of ASCII only
	s.joints = s.joints[:0]
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
		letters, digits, ascii := letterMask(src)
		plain = plain && ascii
		if digits {
			letters = s.join(text, i, src, letters)
		}
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

// join adds the signs that join groups of digits to letters, the mask of the
// window of text from i on, and notes where they stand.
func (s *scanner) join(text string, i int, src *[window]byte, letters uint64) uint64 {
	d := letters & digitMask(src)
	// A digit stands before such a sign, and three follow. What is beyond the
	// window may be one.
	may := (d<<1 | 1) & (d>>1 | 1<<63) & (d>>2 | 3<<62) & (d>>3 | 7<<61) &^ (d >> 4) &^ letters
	for ; may != 0; may &= may - 1 {
		n := bits.TrailingZeros64(may)
		if at := i + n; at > 0 && at < len(text) && text[at-1]-'0' < 10 && s.number.joins(text, at, at+1) {
			letters |= 1 << n
			s.joints = append(s.joints, joint{at, len(s.spans)})
		}
	}
	return letters
}

// hashLatin appends the hashes of words of latin; plain ones are of ASCII. It
// takes all words for short and plain ones first, and then corrects those that are
// not: a branch for each word would cost more.
func (s *scanner) hashLatin(data []byte, words []Span, plain bool) {
	first := len(s.hashes)
	s.hashes = slices.Grow(s.hashes, len(words))[:first+len(words)]
	hashes := s.hashes[first:]
	n := len(words)
	for ; n > 0 && words[n-1].Start+8 > len(data); n-- {
		// Fewer than eight bytes are left of the text.
		hashes[n-1] = s.hashAny(data[words[n-1].Start:words[n-1].End])
	}
	var rest [256]uint8
	for next := words[:n]; len(next) > 0; {
		some := next[:min(len(next), len(rest))]
		if plain {
			n = hashShort(hashes, data, some, &rest)
		} else {
			n = hashShortPlain(hashes, data, some, &rest)
		}
		for _, i := range rest[:n] {
			word := data[some[i].Start:some[i].End]
			x := binary.LittleEndian.Uint64(data[some[i].Start : some[i].Start+8])
			switch size := len(word); {
			case size > 16:
				hashes[i] = s.hashAny(word)
			case size <= 8:
				hashes[i] = s.hashAccented(word, x&leading[size], 0)
			default:
				y := binary.LittleEndian.Uint64(word[size-8:])
				if !plain && (x|y)&highs != 0 {
					hashes[i] = s.hashAccented(word, x, y>>(-8*size&63))
					continue
				}
				y = (y | lowerCase) >> (-8 * size & 63)
				hashes[i] = avalanche(mixIn(mixIn(prime5+16, x|lowerCase), y))
			}
		}
		next, hashes = next[len(some):], hashes[len(some):]
	}
	for _, j := range s.joints {
		i := j.words - first
		for i < len(words) && words[i].End < j.at {
			i++
		}
		if i < len(words) { // else latin left the word, and comes back to it
			s.hashes[first+i] = s.hashAny(data[words[i].Start:words[i].End])
		}
	}
}

// hashShort hashes the first eight bytes of each word, of which there are as
// many in data. It writes to rest the indices of longer words, and returns their
// number.
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

// hashShortPlain is hashShort where not all words are plain: it writes to rest
// the indices of the others too.
func hashShortPlain(hashes []uint64, data []byte, words []Span, rest *[256]uint8) (n int) {
	hashes = hashes[:len(words)]
	for i, w := range words {
		size := w.End - w.Start
		x := binary.LittleEndian.Uint64(data[w.Start : w.Start+8])
		hashes[i] = xxhash8((x | lowerCase) & leading[size&15])
		rest[uint8(n)] = uint8(i)
		if size > 8 || x&leading[size&15]&highs != 0 {
			n++
		}
	}
	return n
}

// hashAccented hashes a word of up to sixteen bytes that has letters À to ÿ. x and y
// hold them, lowest first, and zeros. Most of these letters become one of ASCII: it
// puts that in the place of the first byte, and moves what follows the second.
func (s *scanner) hashAccented(word []byte, x, y uint64) uint64 {
	const letters = 0x40 * ones // a bit of the letters of ASCII, and not of digits
	page := pageOf(0xC0)
	x |= x & letters >> 1 &^ (x & highs >> 2)
	y |= y & letters >> 1 &^ (y & highs >> 2)
	for x&highs != 0 {
		at := bits.TrailingZeros64(x&highs) &^ 7
		moved := x>>8 | y<<56
		c := page[0xC0|moved>>at&0x3F]
		if c.size() != 1 {
			return s.hashAny(word)
		}
		before := uint64(1)<<at - 1
		x, y = x&before|c.text()<<at|moved&^(before<<8|0xFF), y>>8
	}
	for y&highs != 0 {
		at := bits.TrailingZeros64(y&highs) &^ 7
		moved := y >> 8
		c := page[0xC0|moved>>at&0x3F]
		if c.size() != 1 {
			return s.hashAny(word)
		}
		before := uint64(1)<<at - 1
		y = y&before | c.text()<<at | moved&^(before<<8|0xFF)
	}
	if y == 0 {
		return xxhash8(x)
	}
	return avalanche(mixIn(mixIn(prime5+16, x), y))
}

// hashAny hashes a word of latin of any length, wherever it stands.
func (s *scanner) hashAny(word []byte) uint64 {
	page := pageOf(0xC0)
	out := slices.Grow(s.word[:0], len(word)+16)
	out = out[:cap(out)]
	n := 0
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c == latin1 {
			i++
			c := page[0xC0|word[i]&0x3F]
			out[n], out[n+1] = byte(c), byte(c>>8)
			n += c.size()
			continue
		}
		out[n] = c | 0x20
		if c >= '0' { // no sign between digits
			n++
		}
	}
	s.word = out[:0]
	return hashWord(out[:n])
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
// whether all letters are of ASCII.
func letterMask(src *[window]byte) (mask uint64, digits, plain bool) {
	var all, allDigits uint64
	for i := 0; i < window; i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		all |= x
		// Sums do not carry from byte to byte, as their terms lack the high bit.
		low := x &^ highs
		letter := low | lowerCase
		isLetter := (letter + (0x80-'a')*ones) &^ (letter + (0x80-'z'-1)*ones)
		isDigit := (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones) &^ x
		allDigits |= isDigit
		mask = mask>>8 | gather(isLetter&^x|isDigit)
	}
	digits = allDigits&highs != 0
	if all&highs == 0 {
		return mask, digits, true
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
	return mask | firsts&(seconds>>1) | seconds&(firsts<<1), digits, firsts == 0
}

// digitMask has a bit for each byte of the window that is a digit of ASCII, among
// letters and digits of ASCII: these differ in one bit.
func digitMask(src *[window]byte) (mask uint64) {
	for i := 0; i < window; i += 8 {
		mask = mask>>8 | gather(^binary.LittleEndian.Uint64(src[i:])<<1)
	}
	return mask
}

// gather makes the high bits of the eight bytes of x the highest byte of the
// result, in order, and clears the rest.
func gather(x uint64) uint64 {
	return (x & highs >> 7) * 0x0102040810204080 & (0xFF << 56)
}
