package cluster

import (
	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Figures say how much two documents share.
type Figures struct {
	// Jaccard is |A∩B| / |A∪B|, ContainmentA |A∩B| / |A|, and ContainmentB
	// |A∩B| / |B|, of the sets of shingles, each counted once.
	Jaccard      float64 `json:"jaccard"`
	ContainmentA float64 `json:"containment_a"`
	ContainmentB float64 `json:"containment_b"`

	// Score is the share of the smaller document that the larger has, by
	// weight. It decides whether two documents match.
	Score float64 `json:"score"`

	// Boilerplate is the share of the common weight that does not count, as it is
	// on the pages of many different articles.
	Boilerplate float64 `json:"boilerplate"`

	// Exact is false if only samples were compared; StdErr is then the
	// standard error of the largest of the figures, by the binomial
	// distribution.
	Exact  bool    `json:"exact"`
	StdErr float64 `json:"std_err"`
}

// figures returns the figures of a match, A being the document that keeps it.
func figures(m *records.Match) Figures {
	f := Figures{Jaccard: m.Jaccard(), Score: m.Score, Boilerplate: float64(m.Boilerplate), Exact: m.Exact}
	if m.Common > 0 {
		f.ContainmentA = float64(m.Common) / float64(m.A)
		f.ContainmentB = float64(m.Common) / float64(m.B)
	}
	if !m.Exact {
		f.StdErr = m.StdErr()
	}
	return f
}

type evidence = likeness.Evidence

// rules returns the constants of the rules that count in comparing.
func rules() likeness.Rules {
	return likeness.Rules{
		Prose: weightProse, Other: weightOther, LeastOwn: leastOwn, WholeCopy: wholeCopy,
		CoreShrinks: coreShrinks, MinCoreShare: minCoreShare,
	}
}

// compare measures what a and b share.
func compare(a, b *sketch) evidence { return rules().Compare(a, b) }

func weight(element uint64) int        { return rules().Weight(element) }
func weightOf(elements, prose int) int { return rules().WeightOf(elements, prose) }
func weigh(elements []uint64) int      { return rules().Weigh(elements) }
