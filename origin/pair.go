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
	if _, _, w := lag(a, b); w != 0 {
		if out.FirstP = 1 / (1 + math.Exp(-math.Abs(w))); out.FirstP >= Threshold {
			if out.First = FromA; w < 0 {
				out.First = FromB
			}
		}
	}
	members := []*Member{a, b}
	p := newProblem(members, c)
	if len(p.members) == 1 {
		out.P[Same] = samePage
		out.Source, out.Likeliest, out.Probability = Same, Same, samePage
		return out
	}
	// The edges decide, not the origin: what stands above both is another matter.
	ab, ba := math.Exp(p.edge(a, b, nil)), math.Exp(p.edge(b, a, nil))
	sum := map[string]float64{}
	best := explanation{logZ: math.Inf(-1)}
	top := math.Inf(-1)
	xs := p.explanations()
	for _, x := range xs {
		top = max(top, x.logZ)
		if x.logZ > best.logZ {
			best = x
		}
	}
	total := 0.0
	for _, x := range xs {
		w := math.Exp(x.logZ - top)
		total += w
		if x.member >= 0 {
			if p.members[p.chosen[x.member]] == a {
				sum[FromA] += w
			} else {
				sum[FromB] += w
			}
			continue
		}
		root := p.hiddenRoot(p.chosen, x.hidden)
		ra, rb := root[0], root[1]
		if p.members[0] != a {
			ra, rb = rb, ra
		}
		z := ra*rb + ra*ab + rb*ba
		sum[FromA] += w * ra * ab / z
		sum[FromB] += w * rb * ba / z
		if x.origin.Kind == IsHidden {
			sum[Common] += w * ra * rb / z
		} else {
			sum[IsUnknown] += w * ra * rb / z
		}
	}
	all := []float64{sum[FromA] / total, sum[FromB] / total, sum[Common] / total, sum[IsUnknown] / total}
	sharpen(all)
	out.P[FromA], out.P[FromB], out.P[Common] = all[0], all[1], all[2]
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
