package store

import (
	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// Answers of the index, in the types of package reprint.

func addedOf(a cluster.Added) reprint.Added {
	return reprint.Added{Decision: decisionOf(engine.DecisionOf(a)), Events: a.Events, Position: a.Position}
}

func decisionOf(d engine.Decision) reprint.Decision {
	return reprint.Decision{Relation: d.Relation, Of: d.Of, Cluster: d.Cluster, Size: d.Size, Matches: matchesOf(d.Matches)}
}

func matchesOf(found []cluster.Match) []reprint.Match {
	if len(found) == 0 {
		return nil
	}
	out := make([]reprint.Match, len(found))
	for i, m := range found {
		out[i] = matchOf(m)
	}
	return out
}

func matchOf(m cluster.Match) reprint.Match {
	return reprint.Match{ID: m.ID, Relation: engine.RelationOfMatch(m), Figures: m.Figures}
}

func clusterOf(c cluster.Cluster) reprint.Cluster {
	out := reprint.Cluster{ID: c.ID, Members: make([]reprint.Member, len(c.Members))}
	for i, m := range c.Members {
		out.Members[i] = reprint.Member{ID: m.ID, Of: m.Of, Figures: m.Figures}
		if m.Of != "" {
			out.Members[i].Relation = engine.RelationOf(m.Verdict, m.Figures)
		}
	}
	return out
}

// described returns a cluster of the index, with what the store has of its members. It is
// for one who has entered.
func (s *Store) described(c cluster.Cluster) (reprint.Cluster, error) {
	out := clusterOf(c)
	v := s.view()
	defer v.release()
	for i := range out.Members {
		m := &out.Members[i]
		l, err := s.locate(v, m.ID)
		if err == nil && l != nil {
			var d Document
			d, err = s.document(v, m.ID, l)
			m.Site, m.Title, m.URL, m.Published = d.Site, d.Title, d.URL, d.Document.Published
		}
		if err != nil {
			return reprint.Cluster{}, err
		}
	}
	return out, nil
}

var _ reprint.Collection = (*Store)(nil)
