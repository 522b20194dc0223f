package service

import "github.com/cbb30ed1/reprint"

// A decision is what a pipeline acts on, and why.
type decision struct {
	ID       string  `json:"id"`
	Decision string  `json:"decision"`          // "new", "copy", "excerpt" or "revision"
	Of       string  `json:"of,omitempty"`      // of which document, where it is not new
	Cluster  string  `json:"cluster,omitempty"` // of a query that finds nothing there is none
	Size     int     `json:"size,omitempty"`
	Matches  []match `json:"matches,omitempty"`
}

type match struct {
	ID          string           `json:"id"`
	Relation    reprint.Relation `json:"relation"`
	Jaccard     float64          `json:"jaccard"`
	Containment float64          `json:"containment"`
}

// isNew is the decision on a document that carries no article that is there.
const isNew = "new"

// decide sums up an answer of the store in one word. A document alone in its
// cluster is new, also where it shares enough with another to be listed as a match:
// so the word never contradicts the cluster. Of several matches the closest
// relation counts, as whoever has a copy of a page needs not know that it is also
// an excerpt of something; and within a relation the strongest match, which comes
// first.
func decide(id string, a reprint.Added) decision {
	d := decision{ID: id, Decision: isNew, Cluster: a.Cluster, Size: a.Size}
	for _, m := range a.Matches {
		d.Matches = append(d.Matches, match{m.ID, m.Relation, round(m.Jaccard), round(m.Score)})
	}
	if a.Size == 1 {
		return d
	}
	for _, closest := range []reprint.Relation{reprint.Copy, reprint.Excerpt, reprint.Revision} {
		for _, m := range a.Matches {
			if m.Relation == closest {
				d.Decision, d.Of = string(closest), m.ID
				return d
			}
		}
	}
	return d
}
