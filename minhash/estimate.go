package minhash

import "math"

// Estimate is an estimated quantity with its standard error, in its own unit: a
// share of 1 for similarities, a number of shingles for cardinalities.
type Estimate struct {
	Value, StdErr float64
}

// Exact reports whether the value is certain: it was counted on whole sets, or one
// of them is empty.
func (e Estimate) Exact() bool { return e.StdErr == 0 }

// share estimates a probability from hits among n independent trials, drawn from
// a population of which a share of sampled was drawn (0 for an infinite one).
//
// The standard error is that of the binomial, with the finite population's factor
// 1−sampled, at the smoothed p = (hits+½)/(n+1): the unsmoothed one claims
// certainty whenever all trials agree, and has no value at n = 0, where this one
// is ½, which is to say that nothing is known.
func share(hits, n int, sampled float64) Estimate {
	p := (float64(hits) + .5) / (float64(n) + 1)
	e := Estimate{StdErr: math.Sqrt((1 - sampled) * p * (1 - p) / float64(max(n, 1)))}
	if n > 0 {
		e.Value = float64(hits) / float64(n)
	}
	return e
}
