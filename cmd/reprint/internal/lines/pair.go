package lines

import "github.com/cbb30ed1/reprint"

// A Pair says how two documents match.
type Pair struct {
	A            string   `json:"a"`
	B            string   `json:"b"`
	Relation     string   `json:"relation"`
	Jaccard      float64  `json:"jaccard"`
	ContainmentA float64  `json:"containment_a"`
	ContainmentB float64  `json:"containment_b"`
	Exact        bool     `json:"exact"`
	StdErr       *float64 `json:"std_err,omitempty"`
}

// PairOf returns the line of a document and an earlier one that it matches.
func PairOf(id string, m reprint.Match) Pair {
	return Pair{
		A: m.ID, B: id, Relation: string(m.Relation), Jaccard: Round(m.Jaccard),
		ContainmentA: Round(m.ContainmentB), ContainmentB: Round(m.ContainmentA),
		Exact: m.Exact, StdErr: stdErr(m.Figures),
	}
}
