package reprint

import (
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/passage"
)

// A Relation says how two documents belong together. The zero value is none.
type Relation = passage.Relation

// The relations. Those of documents that match are the first three: one
// article.
const (
	Copy      = passage.Copy      // the same article, with small edits
	Excerpt   = passage.Excerpt   // one is a shortened or embedded piece of the other
	Revision  = passage.Revision  // two versions of one article
	Derived   = passage.Derived   // different articles, of which one reuses a passage
	Template  = passage.Template  // the same form or boilerplate with other facts
	Unrelated = passage.Unrelated // nothing of these
)

// relation judges a match by its figures: most of both is a copy, most of the
// smaller one in a larger one is an excerpt.
func relation(f Figures) Relation {
	if f.Verdict != 0 {
		return verdicts[f.Verdict]
	}
	switch {
	case f.Jaccard >= .8:
		return Copy
	case max(f.ContainmentA, f.ContainmentB, f.Score) >= .9:
		return Excerpt
	}
	return Revision
}

// A Comparison says how two documents relate, and where they agree.
type Comparison struct {
	Relation   Relation
	Confidence float64 // how likely the relation is right, 0 to 1
	Reason     string  // what decided, in words
	Figures            // exact, A being the first document

	// Passages are what both texts have, the differences in them, and what
	// remains on each side.
	Passages passage.Alignment
}

// Compare says how two documents relate. The detector's documents tell what of
// the two is form or boilerplate; the two need not be among them, and do not
// count if they are. It takes no account of the thresholds of a match.
func (d *Detector) Compare(a, b Document) Comparison {
	r, s := d.readers.Get().(*reader), d.readers.Get().(*reader)
	defer d.readers.Put(r)
	defer d.readers.Put(s)
	p, q := r.read(a), s.read(b)
	known := d.index.Common(p, q)
	c := Comparison{Figures: cluster.Compare(p, q)}
	c.Boilerplate = known.Shared
	j := r.aligner.Compare(&c.Passages, a.words(), b.words(), passage.Corpus{
		SameSite:    known.SameSite,
		Boilerplate: known.Shared, BoilerplateA: known.A, BoilerplateB: known.B,
		Others: known.Others,
	})
	c.Relation, c.Confidence, c.Reason = j.Relation, j.Confidence, j.Reason.String()
	return c
}
