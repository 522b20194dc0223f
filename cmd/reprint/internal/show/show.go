// Package show writes comparisons and explanations for people.
package show

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/passage"
)

// Show writes a comparison for people: the judgement, the figures, and both
// texts in one, passages with their edits and what lies between.
func Show(w io.Writer, c *reprint.Comparison, a, b string) error {
	v := &view{marks: plain, a: a, b: b, c: &c.Passages}
	if f := terminal(w); f != nil {
		v.marks, w = coloured, f // which lets our colours pass; the texts are clean
	}
	fmt.Fprintf(&v.out, "%s%s%s, %.0f %% sure: %s\n\n", v.strong, c.Relation, v.end, 100*c.Confidence, c.Reason)
	fmt.Fprintf(&v.out, "Jaccard similarity %.3f\nof A in B          %.3f\nof B in A          %.3f\n", c.Jaccard, c.ContainmentA, c.ContainmentB)
	v.texts()
	_, err := v.out.WriteTo(w)
	return err
}

// terminal returns the terminal behind w, if it is one and shows colours. What stands
// before it says so by a method File.
func terminal(w io.Writer) *os.File {
	f, _ := w.(*os.File)
	if t, ok := w.(interface{ File() *os.File }); ok {
		f = t.File()
	}
	if f == nil || !term.IsTerminal(int(f.Fd())) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return f
}

// marks are what stands around the parts of a text.
type marks struct{ strong, onlyA, endA, onlyB, endB, faint, end string }

var (
	plain    = marks{onlyA: "[-", endA: "-]", onlyB: "{+", endB: "+}"}
	coloured = marks{
		strong: "\x1b[1m", onlyA: "\x1b[31;9m", endA: "\x1b[0m", onlyB: "\x1b[32m", endB: "\x1b[0m",
		faint: "\x1b[2m", end: "\x1b[0m",
	}
)

// A view is two texts as they are shown. Passages are numbered in the order of
// A, from 1.
type view struct {
	marks
	a, b string
	c    *passage.Alignment
	out  bytes.Buffer
}

// texts shows the passages in the order of A. What B has alone, and the place
// there of a passage that was moved, stand behind the passage that is before
// them in B and was not.
func (v *view) texts() {
	partsA, partsB := v.c.A, v.c.B
	moved := v.movedInB()
	sideB := func(limit int) {
		for len(partsB) > 0 && partsB[0].Start < limit || len(moved) > 0 && v.c.Passages[moved[0]].B.Start < limit {
			if len(moved) == 0 || len(partsB) > 0 && partsB[0].Start < v.c.Passages[moved[0]].B.Start {
				partsB = v.rest("+", v.b, partsB)
			} else {
				fmt.Fprintf(&v.out, "\n%s+ here B has passage %d%s\n", v.faint, moved[0]+1, v.end)
				moved = moved[1:]
			}
		}
	}
	for i := range v.c.Passages {
		p := &v.c.Passages[i]
		for len(partsA) > 0 && partsA[0].Start < p.A.Start {
			partsA = v.rest("-", v.a, partsA)
		}
		if !p.Moved {
			sideB(p.B.Start)
		}
		v.passage(i+1, p)
	}
	for len(partsA) > 0 {
		partsA = v.rest("-", v.a, partsA)
	}
	sideB(len(v.b) + 1)
}

// movedInB returns the passages out of order, as they follow in B.
func (v *view) movedInB() []int {
	var out []int
	for i, p := range v.c.Passages {
		if !p.Moved {
			continue
		}
		at := len(out)
		for at > 0 && v.c.Passages[out[at-1]].B.Start > p.B.Start {
			at--
		}
		out = append(out[:at], append([]int{i}, out[at:]...)...)
	}
	return out
}

// rest shows the first of the parts and those that follow it without anything
// between, and returns the others.
func (v *view) rest(sign, text string, parts []passage.Part) []passage.Part {
	words, n := 0, 0
	for n < len(parts) && (n == 0 || !v.between(sign, parts[n-1].End, parts[n].Start)) {
		words += parts[n].Words
		n++
	}
	fmt.Fprintf(&v.out, "\n%s%s %d %s: %s%s\n", v.faint, sign, words, plural(words), ends(clean(text[parts[0].Start:parts[n-1].End])), v.end)
	return parts[n:]
}

// between reports whether a passage stands between two places of a text.
func (v *view) between(sign string, from, to int) bool {
	for i := range v.c.Passages {
		s := v.c.Passages[i].A
		if sign == "+" {
			s = v.c.Passages[i].B
		}
		if from <= s.Start && s.End <= to {
			return true
		}
	}
	return false
}

// passage shows a passage as A has it, and its edits.
func (v *view) passage(n int, p *passage.Passage) {
	moved := ""
	if p.Moved {
		moved = ", moved"
	}
	fmt.Fprintf(&v.out, "\n%s= passage %d, %d %s%s%s\n", v.strong, n, p.Words, plural(p.Words), moved, v.end)
	at := p.A.Start
	for _, e := range p.Edits {
		v.out.WriteString(clean(v.a[at:e.A.Start]))
		if e.A.Start < e.A.End {
			v.out.WriteString(v.onlyA + clean(v.a[e.A.Start:e.A.End]) + v.endA)
		}
		if e.B.Start < e.B.End {
			if e.A.Start < e.A.End || v.out.Bytes()[v.out.Len()-1] != ' ' {
				v.out.WriteByte(' ')
			}
			v.out.WriteString(v.onlyB + clean(v.b[e.B.Start:e.B.End]) + v.endB)
		}
		at = e.A.End
	}
	v.out.WriteString(clean(v.a[at:p.A.End]))
	v.out.WriteByte('\n')
}

func plural(words int) string {
	if words == 1 {
		return "word"
	}
	return "words"
}

// shown is how many characters are shown of each end of what only one text has.
const shown = 60

// ends shortens a text to its beginning and its end.
func ends(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	r := []rune(text)
	if len(r) <= 2*shown+20 {
		return text
	}
	head, tail := string(r[:shown]), string(r[len(r)-shown:])
	// Between words, if the script has spaces.
	if i := strings.LastIndexByte(head, ' '); i > len(head)/2 {
		head = head[:i]
	}
	if i := strings.IndexByte(tail, ' '); i >= 0 && i < len(tail)/2 {
		tail = tail[i+1:]
	}
	return head + " … " + tail
}

// clean makes a text fit for a terminal: control characters, which could move
// its cursor, and those that turn the direction of what follows are left out;
// white space is one space or line break.
func clean(text string) string {
	var b strings.Builder
	space := rune(0)
	for _, r := range text {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			space = '\n'
			continue
		case unicode.IsSpace(r):
			if space == 0 {
				space = ' '
			}
			continue
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			continue
		}
		if space != 0 {
			b.WriteRune(space)
			space = 0
		}
		b.WriteRune(r)
	}
	if space != 0 {
		b.WriteRune(space)
	}
	return b.String()
}
