package lines

import "github.com/cbb30ed1/reprint"

// An Explanation says why two documents are together or apart.
type Explanation struct {
	A                 string   `json:"a"`
	B                 string   `json:"b"`
	Together          bool     `json:"together"`
	Why               string   `json:"why"`
	Candidate         bool     `json:"candidate"`
	SharedBands       []int    `json:"shared_bands"`
	Bands             int      `json:"bands"`
	SharedSample      int      `json:"shared_sample"`
	SharedBoilerplate int      `json:"shared_boilerplate"`
	SampleA           int      `json:"sample_a"`
	SampleB           int      `json:"sample_b"`
	Match             bool     `json:"match"`
	Jaccard           float64  `json:"jaccard"`
	ContainmentA      float64  `json:"containment_a"`
	ContainmentB      float64  `json:"containment_b"`
	Containment       float64  `json:"containment"`
	Boilerplate       float64  `json:"boilerplate"`
	Exact             bool     `json:"exact"`
	StdErr            *float64 `json:"std_err,omitempty"`
	Cores             *float64 `json:"cores,omitempty"`
	Overlap           float64  `json:"overlap"`
	Chain             []Link   `json:"chain,omitempty"`
}

// A Link is a document of the chain that joins two.
type Link struct {
	ID          string  `json:"id"`
	Of          string  `json:"of,omitempty"`
	Jaccard     float64 `json:"jaccard,omitempty"`
	Containment float64 `json:"containment,omitempty"`
}

// ExplanationOf returns the line of an explanation.
func ExplanationOf(e reprint.Explanation) Explanation {
	l := Explanation{
		A: e.A, B: e.B, Together: e.Together, Why: e.Why, Candidate: e.Candidate,
		SharedBands: append([]int{}, e.SharedBands...), Bands: e.Bands, SharedSample: e.SharedSample,
		SharedBoilerplate: e.SharedBoilerplate, SampleA: e.SampleA, SampleB: e.SampleB, Match: e.Match,
		Jaccard: Round(e.Jaccard), ContainmentA: Round(e.ContainmentA), ContainmentB: Round(e.ContainmentB),
		Containment: Round(e.Score), Boilerplate: Round(e.Boilerplate), Exact: e.Exact, StdErr: stdErr(e.Figures),
		Overlap: e.Overlap,
	}
	if !e.Together {
		c := Round(e.Cores)
		l.Cores = &c
	}
	for _, m := range e.Chain {
		l.Chain = append(l.Chain, Link{m.ID, m.Of, Round(m.Jaccard), Round(m.Score)})
	}
	return l
}
