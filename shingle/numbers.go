package shingle

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// grouping remembers the number whose digits are in groups, as in 1,000,000.
type grouping struct {
	sign rune // between the groups so far
	end  int  // where the last of them ends in the text
}

// joins reports whether text[i:end] stands between groups of digits of one
// number, so that it does not count. It must be asked in the order of the text;
// asked again from the beginning of a word on, it answers the same.
//
// The rule needs no language: a number begins where no letter, digit or mark
// stands before it, with one to three digits of which the first is not 0. Any
// more groups have three digits, and the same sign before each.
func (g *grouping) joins(text string, i, end int) bool {
	sign := groupSign(text[i:end])
	if sign == 0 {
		return false
	}
	at := end
	for range 3 {
		size := digitAt(text, at)
		if size == 0 {
			return false
		}
		at += size
	}
	if digitAt(text, at) > 0 {
		return false
	}
	if i == g.end && sign != g.sign || i != g.end && !firstGroup(text[:i]) {
		return false
	}
	*g = grouping{sign, at}
	return true
}

// firstGroup reports whether a text ends in what may begin a number in groups.
func firstGroup(text string) bool {
	value := 0
	for count := 0; ; count++ {
		r, size := utf8.DecodeLastRuneInString(text)
		switch {
		case size > 0 && unicode.Is(unicode.Nd, r):
			if count == 3 {
				return false
			}
			value = digitValue(r)
			text = text[:len(text)-size]
		default:
			return value > 0 && !(unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
		}
	}
}

// groupSign returns what a character is between groups of digits, or 0: a comma,
// a full stop or a space, or what is compatible with these (as the spaces that do
// not break a line are), or the thousands separator of Arabic.
func groupSign(c string) rune {
	switch c {
	case ",", ".", " ":
		return rune(c[0])
	case "٬":
		return '٬'
	}
	if d := norm.NFKC.PropertiesString(c).Decomposition(); len(d) == 1 {
		return groupSign(string(d))
	}
	return 0
}

// digitAt returns the size of the decimal digit at text[i], or 0 if there is none.
func digitAt(text string, i int) int {
	if i >= len(text) {
		return 0
	}
	if c := text[i]; c < utf8.RuneSelf {
		if c-'0' < 10 {
			return 1
		}
		return 0
	}
	if r, size := utf8.DecodeRuneInString(text[i:]); unicode.Is(unicode.Nd, r) {
		return size
	}
	return 0
}
