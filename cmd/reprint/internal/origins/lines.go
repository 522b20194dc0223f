package origins

import (
	"math"

	provenance "github.com/cbb30ed1/reprint/origin"
)

// A PairLine says which of two is the source of the other.
type PairLine struct {
	Pair       string         `json:"pair"`
	Source     *string        `json:"source"`
	Confidence float64        `json:"confidence"`
	Likeliest  string         `json:"likeliest,omitempty"`
	First      *string        `json:"first"`
	FirstP     float64        `json:"first_confidence,omitempty"`
	Evidence   []evidenceJSON `json:"evidence,omitempty"`
}

type evidenceJSON struct {
	Member      string  `json:"member"`
	Source      string  `json:"source,omitempty"`
	Rule        string  `json:"rule"`
	Weight      float64 `json:"weight"`
	Contradicts bool    `json:"contradicts,omitempty"`
	Start       *int    `json:"start,omitempty"`
	End         *int    `json:"end,omitempty"`
	Byline      bool    `json:"byline,omitempty"`
}

// maxEvidence is the number of pieces of evidence that a line lists.
const maxEvidence = 8

func evidenceLines(all []provenance.Evidence) []evidenceJSON {
	var out []evidenceJSON
	for _, e := range all {
		if len(out) == maxEvidence {
			break
		}
		if e.Weight < 0.05 && e.Weight > -0.05 {
			continue
		}
		j := evidenceJSON{Member: e.Member, Source: e.Source, Rule: e.Rule, Weight: round(e.Weight), Contradicts: e.Contradicts()}
		if e.Edit != nil {
			j.Start, j.End = &e.Edit.Start, &e.Edit.End
		}
		if e.Credit != nil {
			j.Start, j.End, j.Byline = &e.Credit.Start, &e.Credit.End, e.Credit.Byline
		}
		out = append(out, j)
	}
	return out
}

// A ClusterLine says whose the article of a cluster is.
type ClusterLine struct {
	Cluster     string         `json:"cluster"`
	Size        int            `json:"size,omitempty"`
	Origin      string         `json:"origin"`
	Confidence  float64        `json:"confidence"`
	Likeliest   string         `json:"likeliest"`
	Independent int            `json:"independent"`
	First       *string        `json:"first"`
	FirstP      float64        `json:"first_confidence,omitempty"`
	Sources     []takenJSON    `json:"sources,omitempty"`
	Evidence    []evidenceJSON `json:"evidence,omitempty"`
}

type takenJSON struct {
	Member     string  `json:"member"`
	From       string  `json:"from"`
	Confidence float64 `json:"confidence"`
}

// LineOf returns the line of an answer.
func LineOf(cluster string, r provenance.Answer) ClusterLine {
	l := ClusterLine{
		Cluster: cluster, Origin: r.Origin.String(), Confidence: round(r.Probability), Likeliest: r.Likeliest.String(),
		Independent: r.Independent, FirstP: round(r.First.Probability), Evidence: evidenceLines(r.Evidence),
	}
	if r.First.Member != "" {
		l.First = &r.First.Member
	}
	for _, t := range r.Sources {
		l.Sources = append(l.Sources, takenJSON{t.Member, t.From.String(), round(t.Probability)})
	}
	return l
}

func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }
