package report

import (
	"strings"
	"unicode"

	"github.com/cbb30ed1/reprint/passage"
	"github.com/cbb30ed1/reprint/shingle"
)

const (
	leastTitle   = 3  // words that make a title one: "share" is a button's
	leastHeading = 4  // words of a line that may be a heading
	mostHeadings = 40 // lines at the beginning of a text that may be
	longLine     = 40 // bytes of a line that may go on in the next
	sharedLine   = .8 // of the bytes of a line that are in passages, for it to be shared
)

// headings are the lines of the canonical text that may stand above its cluster, and in how
// many members each is found. A line that only pages of its own outlet have may be a menu's:
// those of others count first.
type headings struct {
	lines         []shingle.Span
	others, close []int
}

func headingsOf(text string) headings {
	l := linesOf(text)
	return headings{l, make([]int, len(l)), make([]int, len(l))}
}

// count counts what a member shares with the canonical text.
func (h *headings) count(passages []passage.Passage, another bool) {
	for i, l := range h.lines {
		switch {
		case !held(l, passages, func(p passage.Passage) shingle.Span { return p.A }):
		case another:
			h.others[i]++
		default:
			h.close[i]++
		}
	}
}

// best returns the first line that is found about as often as any, or "".
func (h *headings) best(text string) string {
	for _, counts := range [][]int{h.others, h.close} {
		most := 0
		for _, n := range counts {
			most = max(most, n)
		}
		for i, n := range counts {
			if n > 0 && 2*n > most {
				return headline(text[h.lines[i].Start:h.lines[i].End])
			}
		}
	}
	return ""
}

// sharedHeading returns the first line of a member that it shares with the canonical text.
func sharedHeading(text string, passages []passage.Passage) string {
	for _, l := range linesOf(text) {
		if held(l, passages, func(p passage.Passage) shingle.Span { return p.B }) {
			return headline(text[l.Start:l.End])
		}
	}
	return ""
}

// held reports whether a line is in passages.
func held(l shingle.Span, passages []passage.Passage, side func(passage.Passage) shingle.Span) bool {
	bytes := 0
	for _, p := range passages {
		s := side(p)
		bytes += max(0, min(s.End, l.End)-max(s.Start, l.Start))
	}
	return float64(bytes) >= sharedLine*float64(l.End-l.Start)
}

// linesOf returns the first lines of a text that may be headings, without the space around
// them. A line that goes on from the one above, in a text with hard line ends, is none.
func linesOf(text string) (out []shingle.Span) {
	at, above := 0, ""
	for l := range strings.Lines(text) {
		trimmed := strings.TrimSpace(l)
		start := at + strings.Index(l, trimmed)
		at += len(l)
		goesOn := len(above) >= longLine && !strings.HasSuffix(above, ".") && !strings.HasSuffix(above, "!") && !strings.HasSuffix(above, "?")
		if above = trimmed; !goesOn && wordsIn(trimmed) >= leastHeading {
			if out = append(out, shingle.Span{Start: start, End: start + len(trimmed)}); len(out) == mostHeadings {
				break
			}
		}
	}
	return out
}

// wordsIn counts words; where these are not set apart, letters.
func wordsIn(s string) (n int) {
	inside := false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			n++
			inside = false
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			inside = false
		case !inside:
			n++
			inside = true
		}
	}
	return n
}
