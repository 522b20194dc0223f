package engine

import (
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/passage"
)

// A judge tells the index how two documents relate, from the passages they share.
type judge struct{ aligner passage.Aligner }

// verdicts are the relations by their number as a verdict. An index in a storage
// keeps these numbers, so new ones go at the end.
var verdicts = [...]passage.Relation{
	"", passage.Copy, passage.Excerpt, passage.Revision, passage.Derived, passage.Template, passage.Unrelated,
}

func (j *judge) Judge(a, b []uint32, c cluster.Corpus) (cluster.Verdict, cluster.Outcome) {
	found := j.aligner.Relate(a, b, passage.Corpus{
		SameSite: c.SameSite, Boilerplate: c.Boilerplate, BoilerplateA: c.BoilerplateA, BoilerplateB: c.BoilerplateB,
	})
	var v cluster.Verdict
	for i, r := range verdicts {
		if r == found.Relation {
			v = cluster.Verdict(i)
		}
	}
	switch {
	case found.Relation == passage.Copy || found.Relation == passage.Revision:
		return v, cluster.Unites
	case found.Relation == passage.Excerpt:
		return v, cluster.Joins
	case found.Relation == passage.Derived:
		return v, cluster.Links
	}
	return v, cluster.Separates
}
