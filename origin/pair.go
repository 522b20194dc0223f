package origin

import (
	"math"
)

// Pair sources.
const (
	FromA  = "a"      // b took it from a
	FromB  = "b"      // a took it from b
	Common = "common" // both from a third, which is absent
	Same   = "same"   // one page, twice
)

// A PairAnswer says which of two documents has an article from the other.
type PairAnswer struct {
	Source      string // FromA, FromB, Common, Same, or "" where it is not to be told
	Probability float64
	Likeliest   string             // also where Source is ""
	P           map[string]float64 // of each of the four
	First       string             // FromA, FromB or "": published first, by clocks alone
	FirstP      float64
	Evidence    []Evidence
}

// JudgePair says which of two documents has an article from the other.
// Exchanging them exchanges the sides of the answer and changes nothing else.
func JudgePair(a, b *Member, c *Corpus) PairAnswer {
	out := PairAnswer{P: map[string]float64{}}
	ms := c.informed([]*Member{a, b})
	a, b = ms[0], ms[1]
	if _, _, w := lag(a, b); w != 0 {
		if out.FirstP = 1 / (1 + math.Exp(-math.Abs(w))); out.FirstP >= Threshold {
			if out.First = FromA; w < 0 {
				out.First = FromB
			}
		}
	}
	p := newProblem(ms, c)
	if len(p.members) == 1 {
		out.P[Same] = samePage
		out.Source, out.Likeliest, out.Probability = Same, Same, samePage
		return out
	}
	// The edges decide, not the origin: what stands above both is another matter.
	// All is computed for the first and the second by ID, so that the order in
	// which they were given cannot matter.
	first, second := p.edges.edge[1], p.edges.edge[2] // first→second, second→first
	var sum [4]float64                                // first, second, common, unknown
	xs := p.explanations()
	best := xs[0]
	for _, x := range xs {
		if x.logZ > best.logZ {
			best = x
		}
	}
	for _, x := range xs {
		if x.member >= 0 {
			sum[x.member] += x.p
			continue
		}
		root := p.hiddenRoot(p.chosen, x.hidden)
		z := root[0]*root[1] + root[0]*first + root[1]*second
		sum[0] += x.p * (root[0] / z) * first
		sum[1] += x.p * (root[1] / z) * second
		both := 2
		if x.origin == unnamed && !p.joint {
			both = 3
		}
		sum[both] += x.p * (root[0] / z) * root[1]
	}
	sharpen(sum[:])
	out.P[FromA], out.P[FromB], out.P[Common] = sum[0], sum[1], sum[2]
	if p.members[0].ID != a.ID {
		out.P[FromA], out.P[FromB] = sum[1], sum[0]
	}
	for _, k := range []string{Common, FromA, FromB} {
		if out.P[k] > out.Probability {
			out.Likeliest, out.Probability = k, out.P[k]
		}
	}
	if out.P[FromA] == out.P[FromB] && out.Likeliest != Common {
		out.Likeliest = ""
	}
	if out.Probability >= Threshold {
		out.Source = out.Likeliest
	}
	out.Evidence = p.evidence(best, p.sources(best))
	return out
}

// samePage is the probability that two documents of one page are one.
const samePage = 0.98
