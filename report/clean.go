package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes a text fit to be shown: valid UTF-8 with line feeds and tabs as
// its only controls, and nothing that changes the direction of what follows.
// The marks U+200E, U+200F and U+061C stay: they are letters without a shape,
// change nothing but their neighbours' place, and texts need them.
func clean(text string) string {
	if !strings.ContainsFunc(text, unclean) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i, r := range text { // invalid bytes come as U+FFFD, one by one
		switch {
		case r == '\r' && strings.HasPrefix(text[i+1:], "\n"):
		case r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
		case r == '\uFEFF' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u206F':
		case unclean(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unclean(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\uFEFF' || r >= '\u2028' && r <= '\u202E' || r >= '\u2066' && r <= '\u206F':
		return true
	}
	return unicode.IsControl(r)
}

// line is clean for what stands on one line.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// boundary returns the last place up to n where no character is cut.
func boundary(text string, n int) int {
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// units counts, for each byte of a text, the UTF-16 units before it: scripts in
// a page count places in text by them.
type units []int32

// of sets u to the counts of a valid text, in the same memory if it suffices.
func (u units) of(text string) units {
	u = u[:0]
	n := int32(0)
	for _, r := range text {
		for range utf8.RuneLen(r) {
			u = append(u, n)
		}
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return append(u, n)
}
