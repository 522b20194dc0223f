package minhash_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

func TestTuneDefaults(t *testing.T) {
	got, err := minhash.Tune(minhash.TuneOptions{})
	require.NoError(t, err)
	assert.Equal(t, minhash.Bands{Rows: 3, Bands: 35}, got.Bands)
	assert.InDelta(t, .99066, got.Recall, .00001)
	assert.InDelta(t, .0344, got.Background, .00005)
	assert.Equal(t, 280, got.KeyBytes)
	assert.Zero(t, got.Candidates)
}

// All choices, the slow way.
func TestTuneIsTheBestChoice(t *testing.T) {
	for _, slots := range []int{1, 5, 64, 128, 200} {
		for _, threshold := range []float64{.1, .3, .5, .8, .95, 1} {
			for _, recall := range []float64{.5, .9, .99, .999} {
				var want minhash.Bands
				for r := 1; r <= slots; r++ {
					for b := 1; r*b <= slots; b++ {
						if 1-math.Pow(1-math.Pow(threshold, float64(r)), float64(b)) >= recall && r > want.Rows {
							want = minhash.Bands{Rows: r, Bands: b}
						}
					}
				}
				got, err := minhash.Tune(minhash.TuneOptions{Slots: slots, Threshold: threshold, Recall: recall})
				name := fmt.Sprintf("slots=%d threshold=%g recall=%g", slots, threshold, recall)
				if want.Rows == 0 {
					require.ErrorIs(t, err, minhash.ErrUnreachable, name)
					continue
				}
				require.NoError(t, err, name)
				require.Equal(t, want, got.Bands, name)
				require.GreaterOrEqual(t, got.Recall, recall, name)
			}
		}
	}
}

func TestTuneUnreachable(t *testing.T) {
	_, err := minhash.Tune(minhash.TuneOptions{Slots: 16, Threshold: .1})
	require.ErrorIs(t, err, minhash.ErrUnreachable)
	assert.ErrorContains(t, err, "want at most 0.8147", "it says what can be had: 1−.9¹⁶")
}

func TestTuneOutOfRange(t *testing.T) {
	for _, o := range []minhash.TuneOptions{
		{Slots: -1}, {Slots: 4097},
		{Threshold: -.1}, {Threshold: 1.1}, {Threshold: math.NaN()},
		{Recall: -.1}, {Recall: 1.1}, {Recall: math.NaN()},
		{Pairs: []float64{1, -1}}, {Pairs: []float64{math.NaN()}}, {Pairs: []float64{math.Inf(1)}},
	} {
		_, err := minhash.Tune(o)
		assert.ErrorIs(t, err, minhash.ErrOptions, "%+v", o)
	}
}

// The prediction against the sum over the pairs themselves: 100,000 of them, most
// with next to nothing in common, as in a collection of texts.
func TestTuneCandidates(t *testing.T) {
	histogram := make([]float64, 20)
	tuning, err := minhash.Tune(minhash.TuneOptions{Pairs: histogram})
	require.NoError(t, err)
	assert.Zero(t, tuning.Candidates)
	var want float64
	for i := range 100000 {
		j := math.Pow((float64(i)+.5)/100000, 6) // median .016
		histogram[int(j*20)]++
		want += tuning.Bands.Recall(j)
	}
	tuning, err = minhash.Tune(minhash.TuneOptions{Pairs: histogram})
	require.NoError(t, err)
	assert.InEpsilon(t, want, tuning.Candidates, .01)
}

// The criterion that Tune rejects, for the figure in its documentation.
func TestIntegratedErrorMissesTheThreshold(t *testing.T) {
	const threshold, slots, steps = .8, 128, 400
	best, least := minhash.Bands{}, math.Inf(1)
	for b := 1; b <= slots; b++ {
		for r := 1; r*b <= slots; r++ {
			bands, area := minhash.Bands{Rows: r, Bands: b}, 0.0
			for i := range steps {
				u := (float64(i) + .5) / steps
				area += bands.Recall(u*threshold) * threshold / steps
				area += (1 - bands.Recall(threshold+u*(1-threshold))) * (1 - threshold) / steps
			}
			if area < least {
				best, least = bands, area
			}
		}
	}
	assert.Equal(t, minhash.Bands{Rows: 13, Bands: 9}, best)
	assert.InDelta(t, .40, best.Recall(threshold), .005)

	ours, err := minhash.Tune(minhash.TuneOptions{Threshold: threshold})
	require.NoError(t, err)
	assert.GreaterOrEqual(t, ours.Recall, .99)
}
