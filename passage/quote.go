package passage

import (
	"unicode"
	"unicode/utf8"
)

// A quotation follows the quotation marks of a text from word to word: whether
// what stands between two words leaves the next one inside a quotation.
//
// The languages do not agree on which mark opens („ “, “ ”, » «, « »), so a mark
// opens if it touches only the word behind it, and closes if it touches only
// what is before. Between spaces only those of French say something.
type quotation struct{ open bool }

// isMark reports whether a character is a quotation mark. The single ones are
// apostrophes too, but as such they touch letters on both sides or stand at the
// end of a word outside of a quotation.
func isMark(r rune) bool {
	switch r {
	case '"', '\'', '“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '‹', '›', '「', '」', '『', '』', '＂', '﹁', '﹂':
		return true
	}
	return false
}

// read reads what stands before a word, of which a block may begin there: a
// quotation ends with its block. Most gaps are one space and are not read.
func (q *quotation) read(gap string, block bool) {
	if block {
		q.open = false
	}
	space := block // whether a space or an opening bracket is what was read last
	for i, r := range gap {
		switch {
		case r == '「' || r == '『' || r == '﹁':
			q.open = true
		case r == '」' || r == '』' || r == '﹂':
			q.open = false
		case isMark(r):
			switch before, behind := space, spaceIn(gap[i+utf8.RuneLen(r):]); {
			case before && !behind, before && r == '«':
				q.open = true
			case !before, r == '»':
				q.open = false
			}
		default:
			space = r == '(' || r == '[' || r == '—' || r == ':' || unicode.IsSpace(r)
		}
	}
}

// spaceIn reports whether there is a space in s.
func spaceIn(s string) bool {
	for _, r := range s {
		if unicode.IsSpace(r) {
			return true
		}
	}
	return false
}
