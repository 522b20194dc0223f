package minhash

import (
	"fmt"
	"math"
	"sort"
)

const (
	// DefaultThreshold stands for 0 in TuneOptions.Threshold.
	DefaultThreshold = .5
	// DefaultRecall stands for 0 in TuneOptions.Recall.
	DefaultRecall = .99

	// background is the similarity at which Tuning.Background is stated: that of
	// two texts with some boilerplate in common and nothing else.
	background = .1
)

// TuneOptions are the targets of Tune.
type TuneOptions struct {
	// Slots to spend at most, 1 to 4096; 0 means 128.
	Slots int
	// Threshold is the Jaccard similarity at which Recall is wanted, above 0 and
	// at most 1; 0 means .5.
	Threshold float64
	// Recall is the least probability with which a pair at the threshold is to be
	// a candidate, above 0 and at most 1; 0 means .99.
	Recall float64
	// Pairs, if given, says how similar the pairs of the collection are: Pairs[i]
	// of them have a similarity in [i/n, (i+1)/n) with n = len(Pairs). Counts are
	// not negative. Given per document they predict candidates per document;
	// given for the whole collection, candidates in all. Leave out pairs that
	// share nothing, which are never candidates but would be counted as if spread
	// over the first interval.
	Pairs []float64

	_ struct{}
}

// Tuning is a choice of bands with what it will do.
type Tuning struct {
	Bands Bands
	// Recall at the threshold: at least the target. Above the threshold it is
	// greater.
	Recall float64
	// Background is the share of pairs with similarity .1 that become candidates,
	// to be verified in vain.
	Background float64
	// Candidates is the expected number of candidate pairs, in the unit of
	// TuneOptions.Pairs; 0 without it.
	Candidates float64
	// KeyBytes is the size of a document's band keys.
	KeyBytes int
}

// Tune chooses bands by their recall at the threshold: the most rows r for which
//
//	1 − (1 − t^r)^⌊slots/r⌋ ≥ recall
//
// and then the fewest bands b that still reach it: such a choice makes candidates of
// pairs of similarity s below t in proportion to (s/t)^r, so each row more divides
// the verifications in vain by t/s. With 128 slots, t = .5 and recall .99 it gives
// 35 bands of 3 rows (.9907).
//
// The rejected alternative, common in libraries, minimises the area of false
// positives below t plus that of false negatives above it. That assumes that
// similarities are spread evenly and says nothing about the threshold: for
// t = .8 and 128 slots it picks 9 bands of 13 rows, which find a pair of
// similarity .8 with probability .40.
//
// The error wraps ErrOptions for targets out of range and ErrUnreachable, with
// the best recall there is, if there are too few slots.
func Tune(o TuneOptions) (Tuning, error) {
	o, err := o.normalise()
	if err != nil {
		return Tuning{}, err
	}
	for r := o.Slots; r >= 1; r-- {
		most := o.Slots / r
		reaches := func(b int) bool { return Bands{Rows: r, Bands: b}.Recall(o.Threshold) >= o.Recall }
		if !reaches(most) {
			continue
		}
		fewest := 1 + sort.Search(most-1, func(i int) bool { return reaches(i + 1) })
		return o.outcome(Bands{Rows: r, Bands: fewest}), nil
	}
	best := Bands{Rows: 1, Bands: o.Slots}.Recall(o.Threshold)
	return Tuning{}, fmt.Errorf("%w: recall %g at similarity %g with %d slots, want at most %.4g, or more slots",
		ErrUnreachable, o.Recall, o.Threshold, o.Slots, best)
}

func (o TuneOptions) outcome(b Bands) Tuning {
	t := Tuning{
		Bands:      b,
		Recall:     b.Recall(o.Threshold),
		Background: b.Recall(background),
		KeyBytes:   8 * b.Bands,
	}
	width := 1 / float64(len(o.Pairs))
	for i, count := range o.Pairs {
		// Simpson's mean over the interval. The middle alone is wrong by a factor
		// of two for the rare candidates in the lowest, which has the most pairs.
		lo, hi := float64(i)*width, float64(i+1)*width
		t.Candidates += count * (b.Recall(lo) + 4*b.Recall((lo+hi)/2) + b.Recall(hi)) / 6
	}
	return t
}

func (o TuneOptions) normalise() (TuneOptions, error) {
	if o.Slots == 0 {
		o.Slots = DefaultSlots
	}
	if o.Threshold == 0 {
		o.Threshold = DefaultThreshold
	}
	if o.Recall == 0 {
		o.Recall = DefaultRecall
	}
	if o.Slots < 1 || o.Slots > maxSlots {
		return o, fmt.Errorf("%w: %d slots, want 1 to %d", ErrOptions, o.Slots, maxSlots)
	}
	// Written so that NaN fails.
	if !(o.Threshold > 0 && o.Threshold <= 1) {
		return o, fmt.Errorf("%w: threshold %g, want above 0 and at most 1", ErrOptions, o.Threshold)
	}
	if !(o.Recall > 0 && o.Recall <= 1) {
		return o, fmt.Errorf("%w: recall %g, want above 0 and at most 1", ErrOptions, o.Recall)
	}
	for i, count := range o.Pairs {
		if !(count >= 0 && !math.IsInf(count, 1)) {
			return o, fmt.Errorf("%w: %g pairs in interval %d, want a finite number not below 0", ErrOptions, count, i)
		}
	}
	return o, nil
}
