package cluster

import "math"

// A sketch is what two documents, or two cores, are compared by.
type sketch struct {
	elements []uint64
	limit    uint64   // all elements of the original up to here are present
	known    uint64   // up to here it is known which of them are boilerplate
	form     []uint64 // those that are
	weight   int      // of all elements
	sequence []uint32 // for the judge; nil where there is none
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

// A match is what was found in comparing two documents, as one of them keeps it
// of the other.
type match struct {
	score        float64
	with         uint32 // the number of the other
	common, a, b uint32 // elements: those of both, of this one, of the other, as far as both are known
	boilerplate  float32
	exact        bool
	apart        bool // the judge says that they are two articles
	verdict      Verdict
}

// swap returns the match as the other document, with is the number of this one,
// keeps it.
func (m match) swap(with uint32) match {
	m.with, m.a, m.b = with, m.b, m.a
	return m
}

// jaccard returns the Jaccard similarity.
func (m *match) jaccard() float64 {
	if m.common == 0 {
		return 0
	}
	return float64(m.common) / float64(m.a+m.b-m.common)
}

// figures returns the figures, A being the document that keeps the match.
func (m *match) figures() Figures {
	f := Figures{Jaccard: m.jaccard(), Score: m.score, Boilerplate: float64(m.boilerplate), Exact: m.exact}
	if m.common > 0 {
		f.ContainmentA = float64(m.common) / float64(m.a)
		f.ContainmentB = float64(m.common) / float64(m.b)
	}
	if !m.exact {
		least := float64(min(m.a, m.b))
		p := (float64(m.common) + .5) / (least + 1)
		f.StdErr = math.Sqrt(p * (1 - p) / max(least, 1))
	}
	return f
}

// evidence is the outcome of comparing two sketches.
type evidence struct {
	match
	alike        float64 // Jaccard similarity by weight, without boilerplate
	formA, formB float64 // share of each that is boilerplate
}

// compare measures what a and b share. Boilerplate is known on the samples
// only, so its share there is taken for its share in the whole; where there is
// none, which is nearly always, all figures are those of the sets.
func compare(a, b *sketch) evidence {
	limit := min(a.limit, b.limit)
	ea, eb := upTo(a.elements, limit), upTo(b.elements, limit)
	n, sharedA, sharedB := shared(ea, eb)
	e := evidence{match: match{
		common: uint32(n), a: uint32(len(ea)), b: uint32(len(eb)), exact: limit == math.MaxUint64,
	}}
	if n == 0 {
		return e
	}
	wa, wb := float64(a.weightUpTo(ea)), float64(b.weightUpTo(eb))
	ia, ib := float64(sharedA), float64(sharedB)
	if len(a.form) > 0 || len(b.form) > 0 {
		known := min(a.known, b.known, limit)
		ka, kb := upTo(ea, known), upTo(eb, known)
		var buf [256]uint64
		form := formShare(intersect(buf[:0], ka, kb), a.form, b.form)
		e.boilerplate = float32(form)
		ia *= 1 - form
		ib *= 1 - form
		fa, fb := 1-formShare(ka, a.form, b.form), 1-formShare(kb, a.form, b.form)
		e.formA, e.formB = 1-fa, 1-fb
		if min(fa, fb) < leastOwn {
			return e // one of them is a form and little else
		}
		wa *= fa
		wb *= fb
	}
	if wb < wa {
		wa, wb, ia, ib = wb, wa, ib, ia
	}
	e.score = min(1, ia/wa)
	in := min(ia, ib)
	e.alike = min(1, in/(wa+wb-in))
	return e
}

func (s *sketch) weightUpTo(part []uint64) int {
	if len(part) == len(s.elements) {
		return s.weight
	}
	return weigh(part)
}

// formShare returns the share of the elements' weight that is in the form of
// one document or of the other.
func formShare(elements, a, b []uint64) float64 {
	if len(elements) == 0 {
		return 0
	}
	form, total := 0, 0
	i, j := 0, 0
	for _, e := range elements {
		for i < len(a) && a[i]>>1 < e>>1 {
			i++
		}
		for j < len(b) && b[j]>>1 < e>>1 {
			j++
		}
		w := weight(e)
		total += w
		if i < len(a) && a[i]>>1 == e>>1 || j < len(b) && b[j]>>1 == e>>1 {
			form += w
		}
	}
	return float64(form) / float64(total)
}

// A core is what the documents of a cluster have in common: elements of its
// own, or all that one of them has. Its elements are not changed.
type core struct {
	kept
	of           uint32 // the number of the document plus one, or 0
	limit, known uint64
	form         []uint64
	weight       int
}

func (x *Index) coreSketch(c *core, buf *unpacked) sketch {
	k := c.kept
	if c.of > 0 {
		k = x.kept(x.doc(c.of - 1))
	}
	buf.elements = k.first(k.len(), buf.elements)
	return sketch{elements: buf.elements, limit: c.limit, known: c.known, form: c.form, weight: c.weight}
}

// meet returns the core of a cluster that is made of two with the cores a and
// b: their overlap where that is nearly all of the smaller one, so that what
// a page adds to the article wears off; else the smaller one. Nor does a core
// wear away by many small differences: least is the weight of the smallest
// document, and no overlap of less than minCoreShare of that takes a core's place.
// Where the elements are those of a or b, that is returned as well.
func meet(a, b *sketch, e *evidence, least int) (core sketch, of *sketch) {
	small := a
	if b.weight < a.weight {
		small = b
	}
	form := union(a.form, b.form)
	if e.score >= coreShrinks {
		limit := min(a.limit, b.limit)
		common := intersect(nil, upTo(a.elements, limit), upTo(b.elements, limit))
		if weight := weigh(common); float64(weight) >= minCoreShare*float64(least) {
			return sketch{elements: common, limit: limit, known: min(a.known, b.known), form: form, weight: weight}, nil
		}
	}
	return sketch{elements: small.elements, limit: small.limit, known: small.known, form: form, weight: small.weight}, small
}
