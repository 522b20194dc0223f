package shingle

import (
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A class says what a character does to the word it meets.
type class uint8

const zeroWidthNonJoiner = '\u200c'

const (
	separator  class = iota // ends a word
	stop                    // ends a word and, at its place, a sentence
	line                    // ends a word and a line
	letter                  // a letter or number: starts or goes on with a word
	mark                    // a combining mark: goes on with a word, starts none
	alone                   // a word by itself, with the marks that follow
	apostrophe              // dropped between two letters, else a separator
	ignored                 // as if it were not there
	secondary               // a mark that is dropped, and is part of the word all the same
	halfSpace               // ends a word of Arabic letters, else ignored
	complex                 // only normalisation of its surroundings can tell
	several                 // becomes several characters, whatever comes before it
)

// A char is what the scanner needs of one character, in one word:
// up to four bytes of its normalised form, their count, the class of that
// form, its canonical combining class, and the class of the character itself
// where it stands in text already normalised.
type char uint64

func newChar(c class, ccc uint8, text string) char {
	v := char(c)<<40 | char(ccc)<<48 | char(len(text))<<32
	for i := range len(text) {
		v |= char(text[i]) << (8 * i)
	}
	return v
}

func (c char) class() class    { return class(c >> 40 & 0xFF) }
func (c char) ccc() uint8      { return uint8(c >> 48) }
func (c char) size() int       { return int(c >> 32 & 7) }
func (c char) ownClass() class { return class(c >> 56) }

// text is the normalised form as a number, its first byte lowest.
func (c char) text() uint64 { return uint64(uint32(c)) }

func (c char) appendTo(dst []byte) []byte {
	dst = append(dst, byte(c), byte(c>>8), byte(c>>16), byte(c>>24))
	return dst[:len(dst)-4+c.size()]
}

// Characters are looked up in pages of 256, each computed from the Unicode
// tables of the standard library and golang.org/x/text when first met: a page
// takes 2 kB and about 100 µs, and a text rarely needs more than five. What
// is kept is a pure function of the character, so it may be shared.
type page [256]char

var pages [(utf8.MaxRune >> 8) + 1]atomic.Pointer[page]

func charOf(r rune) char { return pageOf(r)[r&0xFF] }

// pageOf returns the page of a character.
func pageOf(r rune) *page {
	p := pages[r>>8].Load()
	if p == nil {
		p = new(page)
		caser := cases.Fold()
		for i := range p {
			c := r&^0xFF | rune(i)
			p[i] = describe(c, caser) | char(classify(c))<<56
		}
		pages[r>>8].Store(p)
	}
	return p
}

// charMet is charOf for a character whose page was met before, and otherwise 0,
// a separator. It is short enough to inline.
func charMet(r rune) char {
	if p := pages[r>>8].Load(); p != nil {
		return p[r&0xFF]
	}
	return 0
}

// describe computes the entry of one character. It may call a character
// complex too often, at the price of speed, but never too seldom: whatever
// could change or be changed by its neighbours in the normal form is complex.
// Marks that are dropped change nothing, and what is ignored neither: text is
// decomposed when they go.
func describe(r rune, caser cases.Caser) char {
	switch {
	case r == zeroWidthNonJoiner:
		return newChar(halfSpace, 0, "")
	case isIgnored(r):
		return newChar(ignored, 0, "")
	case isSecondary(r):
		return newChar(secondary, 0, "")
	}
	s := string(r)
	text := variant(r)
	if !unicode.Is(unicode.Lo, r) || norm.NFKC.PropertiesString(s).Decomposition() != nil {
		text = fold(s, caser)
	} else if text == "" { // letters without case do not fold
		text = s
	}
	if text == "" {
		return newChar(ignored, 0, "")
	}
	first, size := utf8.DecodeRuneInString(text)
	kind := classify(first)
	simple := true
	for _, q := range text[size:] {
		switch c := classify(q); {
		case c < letter && kind < letter:
			kind = separator // an ellipsis ends no sentence
		case c != letter || kind != letter:
			simple = false
		}
	}
	composed := norm.NFKC.String(s)
	switch {
	case simple && kind < letter:
		return newChar(kind, 0, "")
	case simple && len(text) <= 4 && inert(composed) && inert(text):
		return newChar(kind, norm.NFKC.PropertiesString(text).CCC(), text)
	case starts(s) && starts(composed) && starts(norm.NFKD.String(s)) && starts(text):
		return newChar(several, 0, "")
	}
	return newChar(complex, 0, "")
}

// starts reports whether normalisation never joins s to what stands before it.
func starts(s string) bool {
	return s != "" && norm.NFKC.PropertiesString(s).BoundaryBefore()
}

// inert reports whether no character of s can combine with one before it. (A
// mark that only must stand in its right order among other marks is inert.)
func inert(s string) bool {
	for _, q := range s {
		if c := string(q); norm.NFKC.QuickSpanString("x"+c) != 1+len(c) {
			return false
		}
	}
	return true
}

// classify gives the class of a character of normalised text.
func classify(r rune) class {
	switch r {
	case '\n', '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		return line
	case '.', '!', '?', '。', '؟', '۔', '।', '॥', '።', '፧', '։', '។', '။', '།', '༎':
		return stop
	case '\'', '‘', '’', 'ʻ', 'ʼ', '׳':
		return apostrophe
	case 'ー', '〆', '〼':
		return alone // of no script by their property, yet Kana and Han by use
	}
	switch {
	case isIgnored(r):
		return ignored
	case unicode.IsMark(r):
		return mark
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
			unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return alone
		}
		return letter
	}
	return separator
}
