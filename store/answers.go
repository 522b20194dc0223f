package store

import (
	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// Answers of the index, in the types of package reprint.

func addedOf(a cluster.Added) reprint.Added {
	return reprint.Added{Cluster: a.Cluster, Size: a.Size, Matches: matchesOf(a.Matches), Events: a.Events}
}

func matchesOf(found []cluster.Match) []reprint.Match {
	if len(found) == 0 {
		return nil
	}
	out := make([]reprint.Match, len(found))
	for i, m := range found {
		out[i] = reprint.Match{ID: m.ID, Relation: engine.RelationOfMatch(m), Figures: m.Figures}
	}
	return out
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
