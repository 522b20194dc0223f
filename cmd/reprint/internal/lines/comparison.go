package lines

import (
	"encoding/json"

	"github.com/cbb30ed1/reprint"
)

// A Comparison says how two texts relate.
type Comparison struct {
	N            json.RawMessage `json:"n,omitempty"`
	Relation     string          `json:"relation"`
	Confidence   float64         `json:"confidence"`
	Reason       string          `json:"reason"`
	Jaccard      float64         `json:"jaccard"`
	ContainmentA float64         `json:"containment_a"`
	ContainmentB float64         `json:"containment_b"`
	Passages     []Passage       `json:"passages"`
}

// A Passage is one that two texts share.
type Passage struct {
	AStart int  `json:"a_start"`
	AEnd   int  `json:"a_end"`
	BStart int  `json:"b_start"`
	BEnd   int  `json:"b_end"`
	Words  int  `json:"words"`
	Moved  bool `json:"moved"`
}

// ComparisonOf returns the line of a comparison.
func ComparisonOf(c reprint.Comparison) Comparison {
	l := Comparison{
		Relation: string(c.Relation), Confidence: Round(c.Confidence), Reason: c.Reason, Jaccard: Round(c.Jaccard),
		ContainmentA: Round(c.ContainmentA), ContainmentB: Round(c.ContainmentB), Passages: []Passage{},
	}
	for _, p := range c.Passages.Passages {
		l.Passages = append(l.Passages, Passage{p.A.Start, p.A.End, p.B.Start, p.B.End, p.Words, p.Moved})
	}
	return l
}
