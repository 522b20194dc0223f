package shingle

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// A scanner finds the words of a text in one pass.
//
// Almost every character has the same normal form wherever it stands, and is
// looked up. The others (combining marks that may fuse with the letter before
// them, marks out of order, conjoining Hangul) are normalised by
// golang.org/x/text, in the smallest piece that decides them: a character
// that fuses with nothing before it, and what follows up to the next such.
type scanner struct {
	hashes []uint64 // of the words so far
	spans  []Span   // their bytes
	prose  prose
	number grouping
	strip  *strip

	word    []byte // normal form of the open word; none is open when empty
	span    Span   // bytes of the open word
	lone    bool   // the open word is a character that stands by itself
	pending bool   // an apostrophe follows the open word
	forms   [2][]byte
	iter    norm.Iter
	fold    cases.Caser
	ready   bool
}

func (s *scanner) scan(text string) {
	if !s.ready {
		s.fold, s.strip, s.ready = cases.Fold(), new(strip), true
	}
	s.hashes, s.spans, s.word = s.hashes[:0], s.spans[:0], s.word[:0]
	s.prose.reset()
	s.number = grouping{}
	for i := 0; i < len(text); {
		if i = s.latin(text, i); i < len(text) {
			i = s.characters(text, i)
		}
	}
	s.close()
	s.prose.end(len(s.spans))
}

// gap takes the ASCII characters between words from text[i] on, and returns
// where it stopped: at anything else, or at an apostrophe. So many words are before.
func (s *scanner) gap(text string, i, words int) int {
	for ; i < len(text); i++ {
		c := text[i]
		switch k := classes[c]; {
		case k == separator:
			if c <= ' ' {
				s.prose.space(words)
			}
		case k >= letter:
			return i
		case k == stop:
			if endsSentence(text, i) {
				s.prose.stop(words)
			}
		case c != '\r' || i+1 == len(text) || text[i+1] != '\n':
			s.prose.line(words)
		}
	}
	return i
}

// endsSentence tells a full stop, exclamation or question mark at text[i] that
// ends a sentence from one in a number, a name, an address or an ellipsis: a
// space follows, perhaps after closing quotes, or a sentence whose space got
// lost on the way ("workers.The"). The look ahead ends at the next such mark
// at the latest, so that all of them together read the text once.
func endsSentence(text string, i int) bool {
	if i > 0 && text[i-1] == '.' {
		return false
	}
	for j := i + 1; j < len(text); j++ {
		switch c := text[j]; {
		case c <= ' ':
			return true
		case c >= 'A' && c <= 'Z':
			return j == i+1 && i > 0 && text[i-1] >= 'a' && text[i-1] <= 'z'
		case c >= utf8.RuneSelf:
			// A closing quote, or a letter: only the quote ends a sentence.
			r, size := utf8.DecodeRuneInString(text[j:])
			if unicode.IsSpace(r) {
				return true
			}
			if !unicode.In(r, unicode.Pe, unicode.Pf, unicode.Pi) {
				return false
			}
			j += size - 1
		case c != '"' && c != '\'' && c != ')' && c != ']' && c != '*' && c != '_':
			return false
		}
	}
	return true
}

// extends reports whether a character belongs to the piece of the one before it.
func extends(c char) bool {
	return 1<<c.class()&(1<<mark|1<<ignored|1<<secondary|1<<halfSpace|1<<complex) != 0
}

// afterArabic reports whether a text ends in an Arabic letter or mark.
func afterArabic(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	switch {
	case r < 0x0610 || r == 0x0640:
		return false
	case r >= 0x0620 && r < 0x0660 || r >= 0x066E && r < 0x06D4:
		return true
	}
	return unicode.Is(unicode.Arabic, r) && (unicode.IsLetter(r) || unicode.IsMark(r))
}

func endsInDigit(word []byte) bool {
	return len(word) > 0 && word[len(word)-1]-'0' < 10
}

// characters takes one character after the other from text[i] on, and returns
// where it stopped: at a word for latin to begin with, past the first character.
//
// A letter or mark goes to the word at once. When the next character turns out
// to fuse with it, the word goes back to what it was before them, and the piece
// that they are is normalised.
func (s *scanner) characters(text string, i int) int {
	first := i
	word := s.word
	// A piece may begin here, where the word is this.
	begin, size, end, pending := i, len(word), s.span.End, s.pending
	order := uint8(0)
	for i < len(text) {
		var c char
		n := 1
		if b := text[i]; b < utf8.RuneSelf {
			c = ascii[b]
			if c.class() != letter {
				if endsInDigit(word) && s.number.joins(text, i, i+1) {
					i++
					continue
				}
				s.word = word
				if c.class() == apostrophe {
					s.feed(apostrophe, 0, i, i+1)
					i++
				} else {
					s.close()
					i = s.gap(text, i, len(s.spans))
				}
				word = s.word
				begin, size, end, pending = i, len(word), s.span.End, s.pending
				continue
			}
		} else if b >= 0xC2 && b < 0xE0 && i+1 < len(text) && text[i+1]&0xC0 == 0x80 {
			c, n = charOf(rune(b&0x1F)<<6|rune(text[i+1]&0x3F)), 2
		} else {
			c, n = decode(text, i)
		}
		switch k := c.class(); {
		case k == letter && !s.lone:
			if len(word) == 0 {
				if i > first && (text[i] < utf8.RuneSelf || text[i] == latin1) {
					s.word = word
					return i
				}
				s.span.Start = i
			}
			begin, size, end, pending, order = i, len(word), s.span.End, s.pending, 0
			word = c.appendTo(word)
			i += n
			// Mostly more letters of two bytes follow.
			for i+1 < len(text) && text[i] >= 0xC2 && text[i] < 0xE0 && text[i+1]&0xC0 == 0x80 {
				c = charMet(rune(text[i]&0x1F)<<6 | rune(text[i+1]&0x3F))
				if k := c.class(); k == letter {
					begin, size, end, pending = i, len(word), i, false
					word = c.appendTo(word)
				} else if k != secondary {
					break
				}
				i += 2
			}
			s.span.End, s.pending = i, false
			continue
		case k == mark && len(word) > 0 && !s.pending && (c.ccc() == 0 || c.ccc() >= order):
			word = c.appendTo(word)
			i += n
			s.span.End, order = i, c.ccc()
			continue
		case k == secondary:
			i += n
			if len(word) > 0 && !s.pending {
				s.span.End = i
			}
			continue
		case k == halfSpace && afterArabic(text[:i]):
			s.word = word
			s.close()
			s.prose.space(len(s.spans))
			i += n
		case k == ignored || k == halfSpace:
			i += n
			continue
		case k == mark || k == complex:
			s.word, s.span.End, s.pending = word[:size], end, pending
			s.lone = s.lone && size > 0
			i = s.piece(text, begin)
		case k == several:
			s.word = word
			i = s.piece(text, i)
		case k == letter: // after a character that stands alone
			s.word = word
			s.close()
		case k == alone:
			s.word = word
			s.close()
			begin, i = s.singles(text, i)
			word, size, end, pending, order = s.word, 0, s.span.End, false, 0
			continue
		case endsInDigit(word) && s.number.joins(text, i, i+n):
			i += n
			continue
		default:
			s.word = word
			if next, _ := decode(text, i+n); extends(next) {
				i = s.piece(text, i)
			} else {
				s.feed(k, c, i, i+n)
				i += n
			}
		}
		word = s.word
		begin, size, end, pending, order = i, len(word), s.span.End, s.pending, 0
	}
	s.word = word
	return i
}

// singles takes characters that stand alone from text[i] on. The last is left
// open if a mark may follow it, and open is then its place; otherwise
// both results are where the others end.
func (s *scanner) singles(text string, i int) (open, end int) {
	first, bare := len(s.spans), 0
	hashes, spans := s.hashes, s.spans
	c, n := decode(text, i)
	for c.class() == alone {
		next, m := decode(text, i+n)
		if extends(next) || next.class() == several {
			break
		}
		hashes = append(hashes, xxhash8(c.text()))
		spans = append(spans, Span{i, i + n})
		if isBare(byte(c), byte(c>>8)) {
			bare++
		}
		i += n
		c, n = next, m
	}
	s.hashes, s.spans = hashes, spans
	s.prose.single(first, len(hashes), bare)
	if c.class() != alone {
		return i, i
	}
	s.open(alone, i, i+n)
	s.word = c.appendTo(s.word)
	return i, i + n
}

// isBare holds for the first two bytes of a Thai or Lao character: these are
// the four blocks of 64 characters from U+0E00.
func isBare(b0, b1 byte) bool { return b0 == 0xE0 && b1&^3 == 0xB8 }

// decode looks up the character at text[i] and gives its length in bytes: that
// of U+FFFD and 1 for a byte that is part of none, and at the end of the text
// a separator and 0.
func decode(text string, i int) (char, int) {
	if i >= len(text) {
		return 0, 0
	}
	b := text[i]
	if b < utf8.RuneSelf {
		return ascii[b], 1
	}
	if b >= 0xE0 && b < 0xF0 && i+2 < len(text) && text[i+1]&0xC0 == 0x80 && text[i+2]&0xC0 == 0x80 {
		r := rune(b&0x0F)<<12 | rune(text[i+1]&0x3F)<<6 | rune(text[i+2]&0x3F)
		if c := charMet(r); c != 0 && r >= 0x800 && r>>11 != 0xD800>>11 {
			return c, 3
		}
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	return charOf(r), n
}

// piece feeds the character at text[i] and those that extend it, and returns
// where they end.
func (s *scanner) piece(text string, i int) int {
	first, n := decode(text, i)
	one := i + n
	end, plain, order := one, first.class() < complex, first.ccc()
	for end < len(text) && text[end] >= utf8.RuneSelf {
		c, n := decode(text, end)
		if !extends(c) || c.class() == halfSpace && afterArabic(text[:end]) {
			break
		}
		switch c.class() {
		case complex:
			plain = false
		case mark:
			plain = plain && (c.ccc() == 0 || c.ccc() >= order)
			order = c.ccc()
		}
		end += n
	}
	if !plain {
		s.normalise(text, i, end)
		return end
	}
	s.feed(first.class(), first, i, one)
	for i = one; i < end; {
		c, n := decode(text, i)
		s.feed(c.class(), c, i, i+n)
		i += n
	}
	return end
}

// normalise feeds the normal form of text[start:end], all of it as standing
// at that place. It does what fold does, by means that do not allocate.
func (s *scanner) normalise(text string, start, end int) {
	a, b := s.forms[0][:0], s.forms[1][:0]
	if r, size := utf8.DecodeRuneInString(text[start:end]); size == end-start {
		if to := variant(r); to != "" { // nothing of this changes any more
			s.feedAll(append(a, to...), start, end)
			return
		}
	}
	b = append(b, text[start:end]...)
	a = appendDecomposed(a, b)
	b = s.appendFold(b[:0], a)
	a = appendDecomposed(a[:0], b)
	b = b[:0]
	for i := 0; i < len(a); {
		r, size := utf8.DecodeRune(a[i:])
		if to := variant(r); to != "" {
			b = append(b, to...)
		} else {
			b = append(b, a[i:i+size]...)
		}
		i += size
	}
	a = a[:0]
	s.iter.Init(norm.NFKC, b)
	for !s.iter.Done() {
		a = append(a, s.iter.Next()...)
	}
	s.forms[0], s.forms[1] = a, b
	s.feedAll(a, start, end)
}

// feedAll feeds a normal form.
func (s *scanner) feedAll(form []byte, start, end int) {
	for i := 0; i < len(form); {
		r, size := utf8.DecodeRune(form[i:])
		s.feed(charOf(r).ownClass(), newChar(0, 0, string(form[i:i+size])), start, end)
		i += size
	}
}

// appendDecomposed appends what decompose makes of src.
func appendDecomposed(dst, src []byte) []byte {
	for len(src) > 0 {
		p := norm.NFKC.Properties(src)
		some := p.Decomposition()
		if some == nil {
			some = src[:p.Size()]
		}
		src = src[p.Size():]
		for len(some) > 0 {
			r, size := utf8.DecodeRune(some)
			if c := charOf(r).class(); c != ignored && c != halfSpace && c != secondary {
				dst = append(dst, some[:size]...)
			}
			some = some[size:]
		}
	}
	return dst
}

// appendFold appends the case folding of src to dst, which is empty.
func (s *scanner) appendFold(dst, src []byte) []byte {
	for room := len(src); ; room *= 2 {
		dst = slices.Grow(dst, room)
		n, _, err := s.fold.Transform(dst[:cap(dst)], src, true)
		if err != transform.ErrShortDst {
			return dst[:n]
		}
	}
}

// feed adds one character of normalised text, which stands at the bytes start
// to end of the original.
func (s *scanner) feed(k class, c char, start, end int) {
	switch k {
	case letter:
		s.open(letter, start, end)
		s.word = c.appendTo(s.word)
	case alone:
		s.close()
		s.open(alone, start, end)
		s.word = c.appendTo(s.word)
	case mark:
		if s.pending {
			s.close()
		}
		if len(s.word) > 0 {
			s.word = c.appendTo(s.word)
			s.span.End = end
		}
	case apostrophe:
		if len(s.word) == 0 || s.lone || s.pending {
			s.close()
		} else {
			s.pending = true
		}
	case secondary:
		if len(s.word) > 0 && !s.pending {
			s.span.End = end
		}
	case ignored, halfSpace:
	case stop:
		s.close()
		s.prose.stop(len(s.spans))
	case line:
		s.close()
		s.prose.line(len(s.spans))
	default:
		// Addresses and encoded data are joined by ASCII signs; the points
		// between Tibetan syllables, dashes, and ideographic commas join
		// nothing.
		s.close()
		s.prose.space(len(s.spans))
	}
}

// open makes sure that a word is open which takes a letter at start to end.
func (s *scanner) open(k class, start, end int) {
	if s.lone {
		s.close()
	}
	if len(s.word) == 0 {
		s.span.Start, s.lone = start, k == alone
	}
	s.span.End, s.pending = end, false
}

// close ends the open word, if there is one.
func (s *scanner) close() {
	s.pending = false
	if len(s.word) == 0 {
		return
	}
	s.word = slices.Grow(s.word, 8)
	s.hashes = append(s.hashes, hashWord(s.word))
	s.spans = append(s.spans, s.span)
	if s.lone {
		bare := 0
		if isBare(s.word[0], s.word[1]) {
			bare = 1
		}
		s.prose.single(len(s.spans)-1, len(s.spans), bare)
		s.lone = false
	}
	s.word = s.word[:0]
}

// ascii describes each character below 128.
var ascii = func() (t [utf8.RuneSelf]char) {
	for c := range t {
		t[c] = newChar(classify(rune(c)), 0, strings.ToLower(string(rune(c))))
	}
	return t
}()

// classes gives the class of each of them, and for all other bytes complex.
var classes = func() (t [256]class) {
	for c := range t {
		t[c] = complex
		if c < len(ascii) {
			t[c] = ascii[c].class()
		}
	}
	return t
}()
