package minhash_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

func TestBandRecallAgainstTheory(t *testing.T) {
	for _, tt := range []struct {
		method minhash.Method
		sizes  []int
		bands  minhash.Bands
	}{
		{minhash.FastSimilarity, []int{10, 30, 200, 1000}, minhash.Bands{Rows: 3, Bands: 35}},
		{minhash.FastSimilarity, []int{10, 30, 200, 1000}, minhash.Bands{Rows: 8, Bands: 16}},
		{minhash.Classic, []int{30}, minhash.Bands{Rows: 3, Bands: 35}},
	} {
		for _, n := range computed(tt.sizes) {
			for _, j := range []float64{.1, .2, .3, .5, .7, .9} {
				t.Run(fmt.Sprintf("method=%v/bands=%dx%d/shingles=%d/j=%g", tt.method, tt.bands.Bands, tt.bands.Rows, n, j), func(t *testing.T) {
					t.Parallel()
					common := commonFor(n, j)
					found := foundByBands(t, tt.method, n, common, tt.bands)
					want := tt.bands.Recall(trueJaccard(n, common))
					t.Logf("found %.4f, theory %.4f", found, want)
					slack := sigmas * math.Sqrt(want*(1-want)/pairs)
					if tt.method == minhash.Classic || n < minhash.DefaultSlots {
						slack += .02 // the slots are not independent
					}
					assert.InDelta(t, want, found, slack+.001)
				})
			}
		}
	}
}

func foundByBands(t *testing.T, method minhash.Method, n, common int, bands minhash.Bands) float64 {
	r := rand.New(rand.NewPCG(uint64(n), uint64(common)))
	signer := newSigner(t, minhash.Scheme{Method: method, Seed: 3})
	var p, q minhash.Signature
	var x, y []uint64
	found := 0
	for range pairs {
		a, b := overlapping(r, n, common)
		signer.Sign(&p, a)
		signer.Sign(&q, b)
		var err error
		x, err = p.AppendBands(x[:0], bands)
		require.NoError(t, err)
		y, err = q.AppendBands(y[:0], bands)
		require.NoError(t, err)
		for i := range x {
			if x[i] == y[i] {
				found++
				break
			}
		}
	}
	return float64(found) / pairs
}

// Keys are equal where all rows are, and nowhere else.
func TestBandKeys(t *testing.T) {
	signer := newSigner(t, minhash.Scheme{})
	r := rand.New(rand.NewPCG(17, 18))
	bands := minhash.Bands{Rows: 2, Bands: 63}
	seen := map[uint64][3]uint64{}
	for range 300 {
		a, b := overlapping(r, 100, 60)
		for _, set := range [][]uint64{a, b} {
			sig := sign(signer, set)
			keys, err := sig.AppendBands([]uint64{42}, bands)
			require.NoError(t, err)
			require.Len(t, keys, 1+bands.Bands)
			require.Equal(t, uint64(42), keys[0], "appended")
			for j, k := range keys[1:] {
				rows := [3]uint64{uint64(j), sig.Slots()[2*j], sig.Slots()[2*j+1]}
				if before, ok := seen[k]; ok {
					require.Equal(t, before, rows)
				}
				seen[k] = rows
			}
		}
	}
	assert.Less(t, len(seen), 300*2*63, "some bands were shared, or nothing was tested")
}

func TestBandsOutOfRange(t *testing.T) {
	sig := sign(newSigner(t, minhash.Scheme{}), consecutive(0, 9))
	dst := []uint64{1}
	for _, b := range []minhash.Bands{{}, {Rows: 1}, {Bands: 1}, {Rows: -1, Bands: -1}, {Rows: 3, Bands: 43},
		{Rows: math.MaxInt, Bands: 2}, {Rows: 2, Bands: math.MaxInt}} {
		got, err := sig.AppendBands(dst, b)
		assert.ErrorIs(t, err, minhash.ErrOptions, "%+v", b)
		assert.Equal(t, dst, got)
	}
	var zero minhash.Signature
	_, err := zero.AppendBands(dst, minhash.Bands{Rows: 1, Bands: 1})
	assert.ErrorIs(t, err, minhash.ErrScheme)
	_, err = sig.AppendBands(dst, minhash.Bands{Rows: 1, Bands: 128})
	assert.NoError(t, err)
}

func TestBandsRecall(t *testing.T) {
	b := minhash.Bands{Rows: 3, Bands: 35}
	assert.InDelta(t, .99066, b.Recall(.5), .00001)
	assert.Equal(t, 105, b.Slots())
	assert.Zero(t, b.Recall(0))
	assert.Zero(t, b.Recall(-1))
	assert.Equal(t, 1.0, b.Recall(1))
	assert.Equal(t, 1.0, b.Recall(2))
	assert.InEpsilon(t, 2e-60, minhash.Bands{Rows: 20, Bands: 2}.Recall(.001), 1e-9, "not rounded to nothing")
}
