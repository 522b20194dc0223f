package shingle

import (
	"slices"
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
	spans  []Span   // their bytes, if wanted
	prose  prose

	offsets bool   // whether spans are wanted
	word    []byte // normal form of the open word; none is open when empty
	span    Span   // bytes of the open word
	lone    bool   // the open word is a character that stands by itself
	pending bool   // an apostrophe follows the open word
	forms   [2][]byte
	iter    norm.Iter
	fold    cases.Caser
	ready   bool
}

func (s *scanner) scan(text string, offsets bool) {
	if !s.ready {
		s.fold, s.ready = cases.Fold(), true
	}
	s.hashes, s.spans, s.word, s.offsets = s.hashes[:0], s.spans[:0], s.word[:0], offsets
	s.prose.reset()
	for i := 0; i < len(text); {
		if text[i] >= utf8.RuneSelf {
			i = s.characters(text, i)
			continue
		}
		switch ascii[text[i]] {
		case letter:
			if len(s.word) == 0 {
				if end := s.asciiWords(text, i); end > i {
					i = end
					continue
				}
			}
			end := i + 1
			for end < len(text) && text[end] < utf8.RuneSelf && ascii[text[end]] == letter {
				end++
			}
			if end < len(text) && text[end] >= utf8.RuneSelf && extends(text[end:]) {
				end-- // the last letter may fuse with what follows
			}
			if end == i {
				i = s.piece(text, i)
				continue
			}
			s.open(letter, i, end)
			for _, c := range []byte(text[i:end]) {
				s.word = append(s.word, c|c&0x40>>1)
			}
			i = end
		case stop:
			s.close()
			if endsSentence(text, i) {
				s.prose.stop()
			}
			i++
		case line:
			s.close()
			if text[i] != '\r' || i+1 == len(text) || text[i+1] != '\n' {
				s.prose.line(len(s.hashes))
			}
			i++
		case apostrophe:
			s.feed(apostrophe, 0, i, i+1)
			i++
		default:
			s.close()
			if text[i] <= ' ' {
				s.prose.space(len(s.hashes))
			}
			i++
		}
	}
	s.close()
	s.prose.end(len(s.hashes))
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

// extends reports whether the character that text starts with belongs to the
// piece of the character before it.
func extends(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	c := charOf(r).class()
	return c == mark || c == complex || c == ignored
}

// characters feeds characters that are not ASCII, from text[i] on, and returns
// where it stopped: it goes on while each is followed by one that does not
// extend it, so that each is decoded once.
func (s *scanner) characters(text string, i int) int {
	r, size := decode(text[i:])
	c := charOf(r)
	for {
		if c.class() >= complex {
			return s.piece(text, i)
		}
		end := i + size
		if end == len(text) || text[end] < utf8.RuneSelf {
			s.feed(c.class(), c, i, end)
			return end
		}
		r, size = decode(text[end:])
		next := charOf(r)
		if k := next.class(); k == mark || k == complex || k == ignored {
			return s.piece(text, i)
		}
		if c.class() == letter && !s.lone {
			if len(s.word) == 0 {
				s.span.Start = i
			}
			s.span.End, s.pending = end, false
			s.word = c.appendTo(s.word)
		} else {
			s.feed(c.class(), c, i, end)
		}
		i, c = end, next
	}
}

// decode is utf8.DecodeRuneInString, inlined for characters of two bytes.
func decode(text string) (rune, int) {
	if len(text) > 1 && text[0] >= 0xC2 && text[0] <= 0xDF && text[1]&0xC0 == 0x80 {
		return rune(text[0]&0x1F)<<6 | rune(text[1]&0x3F), 2
	}
	return utf8.DecodeRuneInString(text)
}

// piece feeds the character at text[i] and those that extend it, and returns
// where they end.
func (s *scanner) piece(text string, i int) int {
	r, size := utf8.DecodeRuneInString(text[i:])
	first := charOf(r)
	one := i + size
	end, plain, order := one, first.class() < complex, first.ccc()
	for end < len(text) && text[end] >= utf8.RuneSelf {
		r, size = utf8.DecodeRuneInString(text[end:])
		c := charOf(r)
		if k := c.class(); k == complex {
			plain = false
		} else if k == mark {
			plain = plain && (c.ccc() == 0 || c.ccc() >= order)
			order = c.ccc()
		} else if k != ignored {
			break
		}
		end += size
	}
	if !plain {
		s.normalise(text, i, end)
		return end
	}
	s.feed(first.class(), first, i, one)
	for i = one; i < end; {
		r, size = utf8.DecodeRuneInString(text[i:])
		c := charOf(r)
		s.feed(c.class(), c, i, i+size)
		i += size
	}
	return end
}

// normalise feeds the normal form of text[start:end], all of it as standing
// at that place. It goes by norm.Iter and Caser.Transform, since their handier
// sisters allocate.
func (s *scanner) normalise(text string, start, end int) {
	a, b := s.forms[0][:0], s.forms[1][:0]
	s.iter.InitString(norm.NFKC, text[start:end])
	for !s.iter.Done() {
		a = append(a, s.iter.Next()...)
	}
	for i := 0; i < len(a); {
		r, size := utf8.DecodeRune(a[i:])
		if charOf(r).ownClass() != ignored {
			b = utf8.AppendRune(b, r)
		}
		i += size
	}
	a = s.appendFold(a[:0], b)
	b = b[:0]
	s.iter.Init(norm.NFKC, a)
	for !s.iter.Done() {
		b = append(b, s.iter.Next()...)
	}
	s.forms[0], s.forms[1] = a, b
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		s.feed(charOf(r).ownClass(), newChar(0, 0, string(b[i:i+size])), start, end)
		i += size
	}
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
	case ignored:
	case stop:
		s.close()
		s.prose.stop()
	case line:
		s.close()
		s.prose.line(len(s.hashes))
	default:
		// Addresses and encoded data are joined by ASCII signs; the points
		// between Tibetan syllables, dashes, and ideographic commas join
		// nothing.
		s.close()
		s.prose.space(len(s.hashes))
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
	if s.offsets {
		s.spans = append(s.spans, s.span)
	}
	if s.lone {
		// Thai and Lao are the four blocks of 64 characters from U+0E00.
		s.prose.character(len(s.hashes), s.word[0] == 0xE0 && s.word[1]&^3 == 0xB8)
	} else {
		s.prose.word()
	}
	s.word, s.lone = s.word[:0], false
}

// ascii gives the class of each character below 128.
var ascii = func() (t [utf8.RuneSelf]class) {
	for c := range t {
		t[c] = classify(rune(c))
	}
	return t
}()
