package cluster

import "fmt"

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
	e := compare(x.marked(p), x.marked(q))
	out := Explanation{
		A: a, B: b, Figures: e.Figures, Overlap: x.o.Overlap,
		Bands: len(p.bands), SampleA: p.sampled, SampleB: q.sampled,
	}
	for i := range min(len(p.bands), len(q.bands)) {
		if p.bands[i] == q.bands[i] {
			out.SharedBands = append(out.SharedBands, i)
		}
	}
	common := intersect(p.elements[:p.sampled], q.elements[:q.sampled])
	out.SharedSample = len(common)
	out.SharedBoilerplate = len(intersect(common, union(x.marked(p).form, x.marked(q).form)))
	out.Candidate = out.SharedSample > out.SharedBoilerplate
	out.Match = x.allowed(p, q) && x.matching(p, q, e)
	out.Together = p.home() == q.home()
	if out.Together {
		out.Chain = p.home().chain(p, q)
	} else {
		out.Cores = compare(&p.home().core, &q.home().core).Score
	}
	out.Why = x.why(p, q, &out)
	return out, nil
}

// marked returns the sketch of a document with its boilerplate, which a
// follower does not keep.
func (x *Index) marked(d *document) *sketch {
	s := d.sketch
	if d.follows != nil {
		s.form = d.follows.form
	}
	return &s
}

func (x *Index) why(p, q *document, e *Explanation) string {
	switch {
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
		return "they share too little to be compared"
	case min(p.words, q.words) < x.o.MinWords && e.Jaccard < nearExact:
		return fmt.Sprintf("one of them has fewer than %d words, and they are not nearly the same", x.o.MinWords)
	case e.Jaccard < x.o.Jaccard:
		return fmt.Sprintf("their Jaccard similarity is below %.2f", x.o.Jaccard)
	case !e.Match && e.Boilerplate > 0:
		return fmt.Sprintf("without boilerplate the smaller shares less than %.2f", x.o.Containment)
	case !e.Match:
		return fmt.Sprintf("the smaller shares less than %.2f", x.o.Containment)
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
		chain = append(chain, came[d].Member)
	}
	return chain
}
