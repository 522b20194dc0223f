package shingle

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// hashLatin appends so many words of the strip, which begins at data[i], and their
// hashes. It takes all words for short and plain ones first, and then corrects those
// that are not: a branch for each word would cost more.
func (s *scanner) hashLatin(data []byte, i, words int, ms []masks) {
	first := len(s.spans)
	s.spans = slices.Grow(s.spans, words)[:first+words]
	s.hashes = slices.Grow(s.hashes, words)[:first+words]
	spans, hashes := s.spans[first:], s.hashes[first:]
	var accents uint64
	for w := range ms {
		accents |= ms[w].accents
	}
	high := uint64(highs)
	if accents == 0 {
		high = 0
	}
	edges := &s.strip.edges
	short := words
	for ; short > 0; short-- {
		start, end := edges.word(short - 1)
		if i+start+8 <= len(data) {
			break
		}
		// Fewer than eight bytes are left of the text.
		spans[short-1], hashes[short-1] = Span{i + start, i + end}, s.hashAny(data[i+start:i+end])
	}
	n := loadShort(hashes[:short], spans, &s.strip.rest, edges, data[i:], i, high)
	rest := s.strip.rest[:n]
	page := pageOf(0xC0)
	if high != 0 {
		rest = rest[:spellShort(rest, hashes, spans, data, page)]
	}
	hashAll(hashes[:short])
	for _, k := range rest {
		hashes[k] = s.hashLong(data, spans[k], page)
	}
	n = 0
	for _, at := range s.strip.joints {
		for n < words && spans[n].End < at {
			n++
		}
		if n < words { // else latin left the word, and comes back to it
			hashes[n] = s.hashAny(data[spans[n].Start:spans[n].End])
		}
	}
}

// rest are indices of words. After them there is room for one.
type rest [chunk*window/2 + 1]uint16

// loadShortGo stores the words between edges, as many as there are values, in spans,
// and the first eight bytes of each, in small letters, in values. The edges are places
// of text, which itself begins at the place at; eight bytes of it are there for each.
// It notes in rest the words that this is wrong for, and returns their number: those
// that are longer, or have one of the bits high in the eight bytes.
func loadShortGo(values []uint64, spans []Span, rest *rest, e *edges, text []byte, at int, high uint64) (n int) {
	spans = spans[:len(values)]
	for i := range values {
		start, end := e.word(i)
		spans[i] = Span{at + start, at + end}
		size := end - start
		x := binary.LittleEndian.Uint64(text[start:start+8]) & leading[size&15]
		values[i] = x | lowerCase&leading[size&15]
		rest[n] = uint16(i)
		// No branch depends on the word. The sign is that of 8-size, or set by a bit of x.
		x &= high
		n += int((uint64(8-size) | x | -x) >> 63)
	}
	return n
}

// spellShort puts the normal forms of words of up to eight bytes in their places among
// values, and leaves the other words in rest. It returns the number of these.
func spellShort(rest []uint16, values []uint64, spans []Span, data []byte, page *page) (n int) {
	for _, k := range rest {
		w := spans[k]
		if size := w.End - w.Start; size <= 8 {
			x := binary.LittleEndian.Uint64(data[w.Start:]) & leading[size]
			if x, _, ok := spell(x, 0, page); ok {
				values[k] = x
				continue
			}
		}
		rest[n] = k
		n++
	}
	return n
}

// hashLong hashes a word that is not short and plain. There are eight bytes of data
// from where it begins.
func (s *scanner) hashLong(data []byte, w Span, page *page) uint64 {
	word := data[w.Start:w.End]
	if len(word) <= 8 || len(word) > 16 {
		return s.hashAny(word)
	}
	x := binary.LittleEndian.Uint64(word)
	y := binary.LittleEndian.Uint64(word[len(word)-8:]) >> (-8 * len(word) & 63)
	if (x|y)&highs == 0 {
		x, y = x|lowerCase, y|lowerCase&leading[len(word)-8]
	} else {
		var ok bool
		if x, y, ok = spell(x, y, page); !ok {
			return s.hashAny(word)
		}
		if y == 0 {
			return xxhash8(x)
		}
	}
	return avalanche(mixIn(mixIn(prime5+16, x), y))
}

// spell makes the normal form of a word of up to sixteen bytes that has letters À to ÿ,
// unless one of them becomes two. x and y hold the word, lowest first, and zeros. Most
// of these letters become one of ASCII: it puts that in the place of the first byte, and
// moves what follows the second.
func spell(x, y uint64, page *page) (x1, y1 uint64, ok bool) {
	const letters = 0x4040404040404040 // a bit of the letters of ASCII, and not of digits
	x |= x & letters >> 1 &^ (x & highs >> 2)
	y |= y & letters >> 1 &^ (y & highs >> 2)
	for x&highs != 0 {
		at := bits.TrailingZeros64(x&highs) &^ 7
		moved := x>>8 | y<<56
		c := page[0xC0|moved>>at&0x3F]
		if c.size() != 1 {
			return 0, 0, false
		}
		before := uint64(1)<<at - 1
		x, y = x&before|c.text()<<at|moved&^(before<<8|0xFF), y>>8
	}
	for y&highs != 0 {
		at := bits.TrailingZeros64(y&highs) &^ 7
		moved := y >> 8
		c := page[0xC0|moved>>at&0x3F]
		if c.size() != 1 {
			return 0, 0, false
		}
		before := uint64(1)<<at - 1
		y = y&before | c.text()<<at | moved&^(before<<8|0xFF)
	}
	return x, y, true
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

const (
	highs     = 0x8080808080808080
	lowerCase = 0x2020202020202020 // turns capital letters of ASCII into small ones, and leaves digits
)

// leading has masks of the first so many bytes of eight. What is longer is taken for
// any of these: it is hashed again.
var leading = [16]uint64{0, 1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1, 1<<40 - 1, 1<<48 - 1, 1<<56 - 1, 1<<64 - 1}
