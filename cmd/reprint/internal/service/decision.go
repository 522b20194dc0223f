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

// decide sums up a decision of the store in one word.
func decide(id string, of reprint.Decision) decision {
	d := decision{ID: id, Decision: isNew, Of: of.Of, Cluster: of.Cluster, Size: of.Size}
	if !of.New() {
		d.Decision = string(of.Relation)
	}
	for _, m := range of.Matches {
		d.Matches = append(d.Matches, match{m.ID, m.Relation, round(m.Jaccard), round(m.Score)})
	}
	return d
}
