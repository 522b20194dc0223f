package cluster

import (
	"fmt"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// An Explanation says why two documents are together or apart.
type Explanation struct {
	A string `json:"a,omitempty"`
	B string `json:"b,omitempty"`
	Figures

	// How b is found when a is looked up: by the bands with these numbers, of
	// so many, and by so many sampled shingles, of SampleA and SampleB.
	SharedBands  []int `json:"shared_bands,omitempty"`
	Bands        int   `json:"bands"`
	SharedSample int   `json:"shared_sample"`
	SampleA      int   `json:"sample_a"`
	SampleB      int   `json:"sample_b"`

	// How much of the shared sample is boilerplate, which does not count.
	SharedBoilerplate int `json:"shared_boilerplate"`

	// Candidate says whether they share enough to be compared, and Match whether
	// the comparison makes a match.
	Candidate bool `json:"candidate"`
	Match     bool `json:"match"`

	// Together says whether they are in one cluster. Chain then names the documents
	// from a to b along the matches that joined the cluster.
	Together bool   `json:"together"`
	Chain    []Step `json:"chain,omitempty"`

	// The overlap of the cores of their clusters if they are apart, by weight
	// of the smaller; it must reach Overlap for two clusters to merge.
	Cores   float64 `json:"cores"`
	Overlap float64 `json:"overlap"`

	// Why is the outcome in words.
	Why string `json:"why,omitempty"`
}

// A Step is a document of a chain. Of names the next one, and Figures describe the
// match with it: A is the document, B is Of. The last step has none.
type Step struct {
	ID string `json:"id"`
	Of string `json:"of,omitempty"`
	Figures
}

// Explain says why two documents are together or apart. It returns an error
// that wraps ErrUnknown if one of them is not there.
func (x *Index) Explain(a, b string) (out Explanation, err error) {
	defer x.evictIfIdle()
	x.rlock()
	defer x.mu.RUnlock()
	defer x.rescue(&err)
	if err := x.Err(); err != nil {
		return out, err
	}
	var docs [2]*records.Document
	for i, id := range []string{a, b} {
		if docs[i] = x.docs.Find(id); docs[i] == nil {
			return Explanation{}, fmt.Errorf("%w: %q", ErrUnknown, id)
		}
	}
	p, q := docs[0], docs[1]
	var mine, its unpacked
	a1, b1 := x.sketch(p, &mine), x.sketch(q, &its)
	a1.Sequence, b1.Sequence = mine.Sequence(x.docs.Sequence(p)), its.Sequence(x.docs.Sequence(q))
	e := compare(&a1, &b1)
	same := x.docs.Briefs[p.Number].SameSite(&x.docs.Briefs[q.Number])
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	judged := p == q || s.judge(&e, &a1, &b1, same)
	out = Explanation{
		A: a, B: b, Figures: figures(&e.Match), Overlap: x.o.Overlap,
		SampleA: int(p.Sampled), SampleB: int(q.Sampled),
	}
	bandsA, bandsB := x.docs.AllBands(p), x.docs.AllBands(q)
	out.Bands = min(len(bandsA), len(bandsB))
	for i := range out.Bands {
		if bandsA[i] == bandsB[i] {
			out.SharedBands = append(out.SharedBands, i)
		}
	}
	boilerplate := sets.Union(x.clustered().Lead(p).Boilerplate(nil), x.clustered().Lead(q).Boilerplate(nil))
	common := sets.Intersect(nil, p.Sample(nil), q.Sample(nil))
	out.SharedSample = len(common)
	out.SharedBoilerplate = len(sets.Intersect(nil, common, boilerplate))
	own := weigh(sets.Without(common, boilerplate))
	out.Candidate = x.promising(&x.docs.Briefs[p.Number], &x.docs.Briefs[q.Number], uint32(own), uint32(len(out.SharedBands))) ||
		isNear(len(out.SharedBands), out.Bands) || records.Linked(p, q)
	out.Match = judged && x.allowed(p, q, same) && x.matching(p, q, &e.Match, same)
	out.Together = x.clustered().Cluster(p) == x.clustered().Cluster(q)
	switch {
	case p == q:
	case out.Together:
		out.Chain = x.chain(x.group(p), p, q)
	default:
		c, d := x.coreOf(x.side(p), true, &mine), x.coreOf(x.side(q), true, &its)
		out.Cores = compare(&c, &d).Score
	}
	out.Why = x.why(p, q, same, &e.Match, &out)
	return out, nil
}

func (x *Index) why(p, q *records.Document, same bool, m *records.Match, e *Explanation) string {
	switch {
	case p == q:
		return "they are the same document"
	case e.Together && e.Match:
		return "they match, and the cores of their clusters overlapped"
	case e.Together:
		return "they do not match each other, but are joined through others"
	case p.Size == 0 || q.Size == 0:
		return "one of them has no words"
	case !x.allowed(p, q, same):
		return "the filter for sites or times keeps them apart"
	case e.SharedSample == 0 && e.Jaccard == 0:
		return "they share nothing"
	case !e.Candidate && e.SharedBoilerplate > 0:
		return "what they share is boilerplate, on the pages of many different articles"
	case !e.Candidate:
		return "their samples share too little for them to be compared"
	case int(min(p.Words, q.Words)) < x.o.MinWords && e.Jaccard < nearExact:
		return fmt.Sprintf("one of them has fewer than %d words, and they are not nearly the same", x.o.MinWords)
	case e.Jaccard < x.o.Jaccard:
		return fmt.Sprintf("their Jaccard similarity is below %.2f", x.o.Jaccard)
	case e.Score >= x.o.Containment && m.Apart:
		return "they share enough, but are not one article by where they differ"
	case !e.Match && e.Boilerplate > 0:
		return fmt.Sprintf("without boilerplate the smaller shares less than %.2f", x.o.Containment)
	case !e.Match:
		return fmt.Sprintf("the smaller shares less than %.2f", x.o.Containment)
	case x.digested(x.clustered().Lead(p), x.clustered().Lead(q), m):
		return "one of them holds several articles, of which the other is one"
	case e.Cores >= x.o.Overlap:
		return "they match by what is known now, but not when the later one was added"
	}
	return fmt.Sprintf("they match, but the cores of their clusters overlap by less than %.2f", x.o.Overlap)
}

// chain returns the documents on the way from a to b, without those that are gone.
func (x *Index) chain(g *records.Group, a, b *records.Document) (chain []Step) {
	for _, s := range x.docs.Chain(g, a, b) {
		step := Step{ID: s.Document.ID}
		if s.Next != nil {
			if s.Common == 0 { // nothing is known of the two
				s.Match = x.compareDocuments(s.Document, s.Next)
			}
			step.Of, step.Figures = s.Next.ID, figures(&s.Match)
		}
		chain = append(chain, step)
	}
	return chain
}
