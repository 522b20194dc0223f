package cluster

import "math"

// A sketch is what two documents, or two cores, are compared by.
type sketch struct {
	elements []uint64
	limit    uint64   // all elements of the original up to here are present
	known    uint64   // up to here it is known which of them are boilerplate
	form     []uint64 // those that are
	weight   int      // of all elements
}

// Figures say how much two documents share.
type Figures struct {
	// Jaccard is |A∩B| / |A∪B|, ContainmentA |A∩B| / |A|, and ContainmentB
	// |A∩B| / |B|, of the sets of shingles, each counted once.
	Jaccard, ContainmentA, ContainmentB float64

	// Score is the share of the smaller document that the larger has, by
	// weight: what decides.
	Score float64

	// Boilerplate is the share of the common weight that was not counted, as
	// it is on the pages of many different articles.
	Boilerplate float64

	// Exact is false if only samples were at hand; StdErr is then the
	// standard error of the largest of the figures, by the binomial
	// distribution.
	Exact  bool
	StdErr float64
}

// evidence is the outcome of comparing two sketches.
type evidence struct {
	Figures
	alike float64 // Jaccard similarity by weight, without boilerplate
}

// swap returns the evidence as seen from the other document.
func (e evidence) swap() evidence {
	e.Figures = e.Figures.swap()
	return e
}

// compare measures what a and b share. Boilerplate is known on the samples
// only, so its share there is taken for its share in the whole; where there is
// none, which is nearly always, all figures are those of the sets.
func compare(a, b *sketch) evidence {
	limit := min(a.limit, b.limit)
	ea, eb := upTo(a.elements, limit), upTo(b.elements, limit)
	n, sharedA, sharedB := shared(ea, eb)
	e := evidence{Figures: Figures{Exact: limit == math.MaxUint64}}
	if m := float64(min(len(ea), len(eb))); !e.Exact {
		p := (float64(n) + .5) / (m + 1)
		e.StdErr = math.Sqrt(p * (1 - p) / max(m, 1))
	}
	if n == 0 {
		return e
	}
	e.Jaccard = float64(n) / float64(len(ea)+len(eb)-n)
	e.ContainmentA = float64(n) / float64(len(ea))
	e.ContainmentB = float64(n) / float64(len(eb))
	wa, wb := float64(a.weightUpTo(ea)), float64(b.weightUpTo(eb))
	ia, ib := float64(sharedA), float64(sharedB)
	if len(a.form) > 0 || len(b.form) > 0 {
		form := union(a.form, b.form)
		known := min(a.known, b.known, limit)
		ka, kb := upTo(ea, known), upTo(eb, known)
		common := intersect(ka, kb)
		e.Boilerplate = formShare(common, form)
		ia *= 1 - e.Boilerplate
		ib *= 1 - e.Boilerplate
		fa, fb := 1-formShare(ka, form), 1-formShare(kb, form)
		if min(fa, fb) < leastOwn {
			return e // one of them is a form and little else
		}
		wa *= fa
		wb *= fb
	}
	if wb < wa {
		wa, wb, ia, ib = wb, wa, ib, ia
	}
	e.Score = min(1, ia/wa)
	in := min(ia, ib)
	e.alike = min(1, in/(wa+wb-in))
	return e
}

// A document whose weight is boilerplate but for less than this share matches
// nothing by what is left.
const leastOwn = .05

func (s *sketch) weightUpTo(part []uint64) int {
	if len(part) == len(s.elements) {
		return s.weight
	}
	return weigh(part)
}

// formShare returns the share of the elements' weight that is in form.
func formShare(elements, form []uint64) float64 {
	if len(form) == 0 || len(elements) == 0 {
		return 0
	}
	_, w, _ := shared(elements, form)
	return float64(w) / float64(weigh(elements))
}

// meet returns the core of a cluster that is made of two with the cores a and
// b: their overlap where that is nearly all of the smaller one, so that what
// a page adds to the article wears off; else the smaller one. Nor does a core
// wear away by many small differences: least is the weight of the smallest
// document, and no overlap of less than a third of that takes a core's place.
func meet(a, b *sketch, e evidence, least int) sketch {
	small := a
	if b.weight < a.weight {
		small = b
	}
	keep := sketch{small.elements, small.limit, small.known, union(a.form, b.form), small.weight}
	if e.Score < nearlyAll {
		return keep
	}
	limit := min(a.limit, b.limit)
	common := intersect(upTo(a.elements, limit), upTo(b.elements, limit))
	weight := weigh(common)
	if float64(weight) < wornOut*float64(least) {
		return keep
	}
	return sketch{common, limit, min(a.known, b.known), keep.form, weight}
}

const (
	nearlyAll = .9
	wornOut   = .3
)
