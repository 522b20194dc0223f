package eval

import (
	"slices"
	"unicode"
)

// A Range is the half-open range of bytes Start ≤ i < End of a text.
type Range struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// CommonLetters is how many letters and digits in a row two texts must have in
// common for [Passages] to take them for shared: six or seven words, more than
// stock phrases have.
const CommonLetters = 32

// Passages judges ranges that an aligner says two texts share. What they do
// share it takes from a notion that knows nothing of words, order and gaps: a
// letter is shared if it lies in a row of CommonLetters letters that the other
// text has somewhere, whatever their case and whatever signs and spaces lie
// between. So an edited word that an aligner bridges counts against its
// precision, and one that it matches between two edits may; a sentence that
// one text has twice and the other once counts against its recall.
//
// The zero value is ready.
type Passages struct{ precision, recall []float64 }

// PassageScores are figures over pairs of texts, which all have the same say.
type PassageScores struct {
	Pairs           int     `json:"pairs"`
	Precision       float64 `json:"precision"` // mean
	PrecisionMedian float64 `json:"precision_median"`
	Recall          float64 `json:"recall"` // mean
	RecallMedian    float64 `json:"recall_median"`
}

// Add takes a pair of an article and a page with the ranges found in each, in
// order and apart. Precision is the share of the letters found in the page that
// the article has, recall the share of the letters of the article that the
// page has that were found; each is 1 if there are none.
func (p *Passages) Add(article, page string, inArticle, inPage []Range) {
	a, b := lettersOf(article), lettersOf(page)
	found, right, _ := countIn(b, common(b, a), inPage)
	p.precision = append(p.precision, share(right, found))
	_, right, all := countIn(a, common(a, b), inArticle)
	p.recall = append(p.recall, share(right, all))
}

// Scores returns the figures of all pairs.
func (p *Passages) Scores() PassageScores {
	s := PassageScores{Pairs: len(p.precision)}
	s.Precision, s.PrecisionMedian = average(p.precision)
	s.Recall, s.RecallMedian = average(p.recall)
	return s
}

// average returns the mean and the (upper) median of figures.
func average(of []float64) (mean, median float64) {
	if len(of) == 0 {
		return 0, 0
	}
	of = slices.Sorted(slices.Values(of)) // in any order the same bits
	for _, f := range of {
		mean += f
	}
	return mean / float64(len(of)), of[len(of)/2]
}

// letter is a letter or digit, in small, and where it begins.
type letter struct {
	rune
	at int
}

func lettersOf(text string) []letter {
	var out []letter
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			out = append(out, letter{unicode.ToLower(r), i})
		}
	}
	return out
}

// common reports of each letter whether the other text has it too.
func common(text, other []letter) []bool {
	there := map[[CommonLetters]rune]bool{}
	window := func(of []letter, i int) (w [CommonLetters]rune) {
		for j := range w {
			w[j] = of[i+j].rune
		}
		return w
	}
	for i := range len(other) - CommonLetters + 1 {
		there[window(other, i)] = true
	}
	out := make([]bool, len(text))
	for i := range len(text) - CommonLetters + 1 {
		if there[window(text, i)] {
			for j := range CommonLetters {
				out[i+j] = true
			}
		}
	}
	return out
}

// countIn counts the letters in ranges, those of them that are shared, and all
// that are shared.
func countIn(text []letter, shared []bool, in []Range) (found, right, all int64) {
	for i, l := range text {
		for len(in) > 0 && in[0].End <= l.at {
			in = in[1:]
		}
		inside := len(in) > 0 && in[0].Start <= l.at
		if inside {
			found++
		}
		if shared[i] {
			all++
			if inside {
				right++
			}
		}
	}
	return found, right, all
}
