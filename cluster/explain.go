package cluster

import (
	"fmt"
	"slices"
)

// An Explanation says why two documents are together or apart.
type Explanation struct {
	A, B string
	Figures

	// How b is found when a is looked up: by the bands with these numbers, of
	// so many, and by so many sampled shingles, of SampleA and SampleB.
	SharedBands                    []int
	Bands                          int
	SharedSample, SampleA, SampleB int

	// What of the shared sample was boilerplate, and thus did not count.
	SharedBoilerplate int

	// Candidate is whether they share enough to be compared at all, Match
	// whether the figures then suffice.
	Candidate, Match bool

	// Together is whether they are in one cluster; Chain then names the
	// documents from a to b along the matches that hold the cluster together.
	Together bool
	Chain    []Member

	// The overlap of the cores of their clusters if they are apart, by weight
	// of the smaller; it must reach Overlap for two clusters to merge.
	Cores   float64
	Overlap float64

	// Why is the outcome in words.
	Why string
}

// Explain says why two documents are together or apart. It returns an error
// that wraps ErrUnknown if one of them is not there.
func (x *Index) Explain(a, b string) (Explanation, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var docs [2]*document
	for i, id := range []string{a, b} {
		n, ok := x.numbers[id]
		if !ok {
			return Explanation{}, fmt.Errorf("%w: %q", ErrUnknown, id)
		}
		docs[i] = x.docs[n]
	}
	p, q := docs[0], docs[1]
	a1, b1 := p.sketch(nil), q.sketch(nil)
	e := compare(&a1, &b1)
	out := Explanation{
		A: a, B: b, Figures: e.Figures, Overlap: x.o.Overlap,
		SampleA: int(p.sampled), SampleB: int(q.sampled),
	}
	if p.ties != nil && q.ties != nil {
		out.Bands = min(len(p.ties.bands), len(q.ties.bands))
		for i := range out.Bands {
			if p.ties.bands[i] == q.ties.bands[i] {
				out.SharedBands = append(out.SharedBands, i)
			}
		}
	}
	common := intersect(p.sample(nil), q.sample(nil))
	out.SharedSample = len(common)
	out.SharedBoilerplate = len(intersect(common, union(a1.form, b1.form)))
	own := without(common, union(a1.form, b1.form))
	out.Candidate = x.promising(p, candidate{q, weigh(own), len(out.SharedBands)}, p.sampleWeight()) || p.linked(q)
	out.Match = x.allowed(p, q) && x.matching(p, q, e)
	out.Together = p.cluster() == q.cluster()
	switch {
	case p == q:
	case out.Together:
		out.Chain = p.group().chain(p, q)
	default:
		c, d := p.core(), q.core()
		out.Cores = compare(&c, &d).Score
	}
	out.Why = x.why(p, q, &out)
	return out, nil
}

// linked reports whether a document was found to match another.
func (d *document) linked(o *document) bool {
	return d.follows() == o || o.follows() == d || slices.ContainsFunc(d.matches(), func(m match) bool { return m.to == o })
}

// core returns the core of the document's cluster.
func (d *document) core() sketch {
	if g := d.group(); g != nil {
		return g.core
	}
	return d.sketch(nil)
}

func (x *Index) why(p, q *document, e *Explanation) string {
	switch {
	case p == q:
		return "they are the same document"
	case e.Together && e.Match:
		return "they match, and the cores of their clusters overlapped"
	case e.Together:
		return "they do not match each other, but are joined through others"
	case p.size == 0 || q.size == 0:
		return "one of them has no words"
	case !x.allowed(p, q):
		return "the filter for sites or times keeps them apart"
	case e.SharedSample == 0 && e.Jaccard == 0:
		return "they share nothing"
	case !e.Candidate && e.SharedBoilerplate > 0:
		return "what they share is boilerplate, on the pages of many different articles"
	case !e.Candidate:
		return "their samples share too little for them to be compared"
	case int(min(p.words, q.words)) < x.o.MinWords && e.Jaccard < nearExact:
		return fmt.Sprintf("one of them has fewer than %d words, and they are not nearly the same", x.o.MinWords)
	case e.Jaccard < x.o.Jaccard:
		return fmt.Sprintf("their Jaccard similarity is below %.2f", x.o.Jaccard)
	case !e.Match && e.Boilerplate > 0:
		return fmt.Sprintf("without boilerplate the smaller shares less than %.2f", x.o.Containment)
	case !e.Match:
		return fmt.Sprintf("the smaller shares less than %.2f", x.o.Containment)
	case e.Cores >= x.o.Overlap:
		return "they match by what is known now, but not when the later one was added"
	}
	return fmt.Sprintf("they match, but the cores of their clusters overlap by less than %.2f", x.o.Overlap)
}

// chain returns the documents on the way from a to b.
func (g *group) chain(a, b *document) []Member {
	type step struct {
		doc *document
		Member
	}
	came := map[*document]step{}
	g.walk(b, func(d, from *document, f Figures) bool {
		m := Member{ID: d.id, Figures: f}
		if from != nil {
			m.Of = from.id
		}
		came[d] = step{from, m}
		return d != a
	})
	var chain []Member
	for d := a; d != nil; d = came[d].doc {
		m := came[d].Member
		if next := came[d].doc; next != nil && next.gone {
			for next.gone {
				next = came[next].doc
			}
			s, t := d.sketch(nil), next.sketch(nil)
			m = Member{ID: d.id, Of: next.id, Figures: compare(&s, &t).Figures}
		}
		if !d.gone {
			chain = append(chain, m)
		}
	}
	return chain
}
