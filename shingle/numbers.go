package shingle

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// grouping remembers the number whose digits are in groups, as in 1,000,000.
type grouping struct {
	sign  rune // between the groups so far
	ascii bool // whether their digits are of ASCII
	end   int  // where the last of them ends in the text
}

// joins reports whether text[i:end] stands between groups of digits of one
// number, so that it does not count. It must be asked in the order of the text;
// asked again from the beginning of a word on, it answers the same.
//
// The rule needs no language: a number begins where no letter, number or mark
// stands before it, with one to three digits of which the first is not 0. Any
// more groups have three digits, and the same sign before each. The digits are
// all of ASCII, or none.
func (g *grouping) joins(text string, i, end int) bool {
	sign := rune(text[i])
	if sign != ',' && sign != '.' && sign != ' ' {
		if sign = groupSign(text[i:end]); sign == 0 {
			return false
		}
	}
	at := end
	ascii := at < len(text) && text[at] < utf8.RuneSelf
	for range 3 {
		size := digitAt(text, at)
		if size == 0 || size == 1 != ascii {
			return false
		}
		at += size
	}
	if digitAt(text, at) > 0 {
		return false
	}
	if i == g.end {
		if sign != g.sign || ascii != g.ascii {
			return false
		}
	} else if !firstGroup(text[:i], ascii) {
		return false
	}
	*g = grouping{sign, ascii, at}
	return true
}

// firstGroup reports whether a text ends in what may begin a number in groups, of
// digits of ASCII or of others.
func firstGroup(text string, ascii bool) bool {
	value, count := 0, 0
	if ascii {
		for ; len(text) > 0 && text[len(text)-1]-'0' < 10 && count < 4; count++ {
			value = int(text[len(text)-1] - '0')
			text = text[:len(text)-1]
		}
		if len(text) > 0 && text[len(text)-1] < utf8.RuneSelf {
			return count <= 3 && value > 0 && classes[text[len(text)-1]] != letter
		}
	}
	r, size := utf8.DecodeLastRuneInString(text)
	for ; !ascii && unicode.Is(unicode.Nd, r) && size > 1 && count < 4; count++ {
		value = digitValue(r)
		text = text[:len(text)-size]
		r, size = utf8.DecodeLastRuneInString(text)
	}
	return count <= 3 && value > 0 && !(unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
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
	switch {
	case i >= len(text):
		return 0
	case text[i]-'0' < 10:
		return 1
	case text[i] < utf8.RuneSelf:
		return 0
	}
	return wideDigit(text[i:])
}

func wideDigit(text string) int {
	if r, size := utf8.DecodeRuneInString(text); unicode.Is(unicode.Nd, r) {
		return size
	}
	return 0
}
