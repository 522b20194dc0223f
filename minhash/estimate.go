package minhash

import "math"

// Estimate is an estimated quantity with its standard error, in its own unit: a
// share of 1 for similarities, a number of shingles for cardinalities.
type Estimate struct {
	Value, StdErr float64
}

// Exact reports whether the value is certain, which it is of an empty set.
func (e Estimate) Exact() bool { return e.StdErr == 0 }

// share estimates a probability from hits among n independent trials, n above 0.
//
// The standard error is that of the binomial at the smoothed p = (hits+½)/(n+1):
// the unsmoothed one claims certainty whenever all trials agree.
func share(hits, n int) Estimate {
	p := (float64(hits) + .5) / (float64(n) + 1)
	return Estimate{Value: float64(hits) / float64(n), StdErr: math.Sqrt(p * (1 - p) / float64(n))}
}
