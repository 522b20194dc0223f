package eval

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// Calibration judges answers that come with a probability, or that are not given:
// how often they are right, and whether they are right as often as they say. The
// zero value is ready.
type Calibration struct {
	answers   []answer
	abstained int
}

type answer struct {
	p     float64
	right bool
}

// CalibrationScores are figures over answers.
type CalibrationScores struct {
	Questions int     `json:"questions"`
	Answered  int     `json:"answered"`
	Accuracy  float64 `json:"accuracy"` // of those answered
	// ECE is the expected calibration error over ten bins of equal width (Guo and
	// others 2017): the mean distance between how sure answers are and how often
	// they are right.
	ECE float64 `json:"ece"`
	// Coverage98 is the largest share of the answers given, the surest first, of
	// which 98 % are right. Of equally sure ones the wrong go first.
	Coverage98 float64 `json:"coverage_98"`
}

// Add takes an answer and its probability.
func (c *Calibration) Add(p float64, right bool) {
	c.answers = append(c.answers, answer{max(0, min(1, p)), right})
}

// Abstain takes a question that was not answered.
func (c *Calibration) Abstain() { c.abstained++ }

// Scores returns the figures.
func (c *Calibration) Scores() CalibrationScores {
	s := CalibrationScores{Questions: len(c.answers) + c.abstained, Answered: len(c.answers)}
	if s.Answered == 0 {
		return s
	}
	sorted := slices.Clone(c.answers)
	slices.SortFunc(sorted, func(a, b answer) int {
		return cmp.Or(cmp.Compare(b.p, a.p), cmp.Compare(toInt(a.right), toInt(b.right)))
	})
	right, best := 0, 0
	for i, a := range sorted {
		right += toInt(a.right)
		if float64(right) >= .98*float64(i+1) {
			best = i + 1
		}
	}
	n := float64(s.Answered)
	s.Accuracy, s.Coverage98 = float64(right)/n, float64(best)/n
	for _, b := range c.bins() {
		s.ECE += math.Abs(b.p-b.right) * float64(b.n) / n
	}
	return s
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A bin is the answers with a probability in a tenth.
type bin struct {
	n        int
	p, right float64 // means
}

func (c *Calibration) bins() [10]bin {
	var out [10]bin
	for _, a := range c.answers {
		b := &out[min(9, int(a.p*10))]
		b.n++
		b.p += a.p
		b.right += float64(toInt(a.right))
	}
	for i := range out {
		if b := &out[i]; b.n > 0 {
			b.p /= float64(b.n)
			b.right /= float64(b.n)
		}
	}
	return out
}

// ErrNoAnswers is returned by Plot where there is nothing to draw.
var ErrNoAnswers = errors.New("eval: no answers to plot")

// Plot writes a reliability plot as SVG: for each tenth of probability a dot
// at how often its answers were right, its area in proportion to their number.
// Dots on the diagonal are calibrated.
func (c *Calibration) Plot(w io.Writer, title string) error {
	if len(c.answers) == 0 {
		return ErrNoAnswers
	}
	const size, left, top = 300.0, 50.0, 30.0
	x := func(p float64) float64 { return left + p*size }
	y := func(p float64) float64 { return top + (1-p)*size }
	var err error
	put := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format+"\n", args...)
		}
	}
	put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="11">`, left+size+20, top+size+45)
	put(`<rect width="100%%" height="100%%" fill="#fff"/>`)
	put(`<text x="%g" y="18" font-size="13">%s</text>`, left, escape(title))
	for i := 0; i <= 10; i += 2 {
		p := float64(i) / 10
		put(`<path d="M%g %gH%gM%g %gV%g" stroke="#ddd"/>`, x(0), y(p), x(1), x(p), y(0), y(1))
		put(`<text x="%g" y="%g" text-anchor="end">%.1f</text>`, x(0)-6, y(p)+4, p)
		put(`<text x="%g" y="%g" text-anchor="middle">%.1f</text>`, x(p), y(0)+16, p)
	}
	put(`<path d="M%g %gL%g %g" stroke="#888" stroke-dasharray="4 3"/>`, x(0), y(0), x(1), y(1))
	for _, b := range c.bins() {
		if b.n == 0 {
			continue
		}
		r := 3 + 14*math.Sqrt(float64(b.n)/float64(len(c.answers)))
		put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#36c" fill-opacity=".6"><title>%d answers, %.3f sure, %.3f right</title></circle>`,
			x(b.p), y(b.right), r, b.n, b.p, b.right)
	}
	put(`<text x="%g" y="%g" text-anchor="middle">probability that was given</text>`, x(.5), y(0)+34)
	put(`<text x="14" y="%g" text-anchor="middle" transform="rotate(-90 14 %g)">share that was right</text>`, y(.5), y(.5))
	put(`</svg>`)
	return err
}

func escape(s string) string {
	var out []rune
	for _, r := range s {
		switch r {
		case '<':
			out = append(out, []rune("&lt;")...)
		case '&':
			out = append(out, []rune("&amp;")...)
		default:
			out = append(out, r)
		}
	}
	return string(out)
}
