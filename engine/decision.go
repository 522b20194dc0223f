package engine

import (
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/passage"
)

// A Decision says what a document is among others; see reprint.Decision.
type Decision struct {
	Relation passage.Relation
	Of       string
	Cluster  string
	Size     int
	Matches  []cluster.Match
}

// DecisionOf returns the decision on a document that was added. Only what is in its
// cluster counts, so that the relation never contradicts the cluster: one that is alone is
// new, also where it shares enough with another to be a match.
func DecisionOf(a cluster.Added) Decision {
	d := Decision{Cluster: a.Cluster, Size: a.Size, Matches: a.Matches}
	d.decide(func(m cluster.Match) bool { return m.Together })
	return d
}

// decide sets Relation and Of by the matches that count. The closest relation counts, as
// whoever has a copy of a page need not know that it is also an excerpt of something; and
// within a relation the strongest match, which comes first.
func (d *Decision) decide(counts func(cluster.Match) bool) {
	for _, closest := range [...]passage.Relation{passage.Copy, passage.Excerpt, passage.Revision} {
		for _, m := range d.Matches {
			if counts(m) && RelationOfMatch(m) == closest {
				d.Relation, d.Of = closest, m.ID
				return
			}
		}
	}
}
