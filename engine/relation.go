package engine

import (
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/passage"
)

// RelationOf returns the relation of two documents that match. If no judge was asked,
// the figures decide: if both share most, it is a copy; if the larger has most of the
// smaller, an excerpt; else a revision.
func RelationOf(v cluster.Verdict, f cluster.Figures) passage.Relation {
	if v != 0 && int(v) < len(verdicts) {
		return verdicts[v]
	}
	switch {
	case f.Jaccard >= .8:
		return passage.Copy
	case max(f.ContainmentA, f.ContainmentB, f.Score) >= .9:
		return passage.Excerpt
	}
	return passage.Revision
}

// RelationOfMatch is RelationOf for a match. An article and a digest that holds it are
// not one article: the digest has a passage of it.
func RelationOfMatch(m cluster.Match) passage.Relation {
	if m.Digest {
		return passage.Derived
	}
	return RelationOf(m.Verdict, m.Figures)
}

// A Comparison says how two documents relate, and where they agree. It has the
// fields of reprint.Comparison.
type Comparison struct {
	Relation   passage.Relation
	Confidence float64
	Reason     string
	cluster.Figures
	Passages passage.Alignment
}

// Compare says how two documents relate; see reprint.Detector.Compare. The error
// wraps cluster.ErrStorage if the storage of the index has failed, and ErrLarge if a
// document has too many words; an index in memory has no other errors.
func (e *Engine) Compare(a, b Document) (c Comparison, err error) {
	err = e.readBoth(a, b, func(r *reader, p, q cluster.Entry) error {
		c, err = e.compare(r, a, b, p, q)
		return err
	})
	return c, err
}

func (e *Engine) compare(r *reader, a, b Document, p, q cluster.Entry) (Comparison, error) {
	known := e.index.Common(p, q)
	if err := e.index.Err(); err != nil {
		return Comparison{}, err
	}
	c := Comparison{Figures: cluster.Compare(p, q)}
	c.Boilerplate = known.Shared
	j := r.aligner.Compare(&c.Passages, a.words(), b.words(), passage.Corpus{
		SameSite:    known.SameSite,
		Boilerplate: known.Shared, BoilerplateA: known.A, BoilerplateB: known.B,
		Others: known.Others,
	})
	c.Relation, c.Confidence, c.Reason = j.Relation, j.Confidence, j.Reason.String()
	return c, nil
}
