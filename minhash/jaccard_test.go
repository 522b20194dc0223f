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

const (
	pairs = 2000
	// Statistics are refused beyond 4.5 standard errors: by chance once in 147,000
	// for a right estimator, or once in 700 runs for the 200 statistics of this
	// package if the seeds were drawn anew. They are fixed, so it does not recur.
	sigmas = 4.5
)

var (
	sizes        = []int{10, 30, 200, 1000}
	similarities = []float64{.1, .3, .5, .6, .7, .9}
)

// computed returns the sizes that are computed: with -short, as under the race detector, which
// finds nothing in what one goroutine computes, only the first.
func computed(sizes []int) []int {
	if testing.Short() {
		return sizes[:1]
	}
	return sizes
}

// commonFor is the intersection of two sets of n that brings J = c/(2n−c) next to j.
func commonFor(n int, j float64) int { return int(math.Round(2 * float64(n) * j / (1 + j))) }

func trueJaccard(n, common int) float64 { return float64(common) / float64(2*n-common) }

type moments struct{ n, sum, squares float64 }

func (m *moments) add(x float64) { m.n++; m.sum += x; m.squares += x * x }
func (m *moments) mean() float64 { return m.sum / m.n }
func (m *moments) sd() float64 {
	return math.Sqrt(max(0, (m.squares-m.sum*m.sum/m.n)/(m.n-1)))
}

func TestJaccardAgainstTheory(t *testing.T) {
	for _, method := range []minhash.Method{minhash.FastSimilarity, minhash.Classic} {
		for _, n := range computed(sizes) {
			t.Run(fmt.Sprintf("method=%v/shingles=%d", method, n), func(t *testing.T) {
				t.Parallel()
				for i, m := range measureJaccard(t, method, n) {
					c := commonFor(n, similarities[i])
					j := trueJaccard(n, c)
					theory := math.Sqrt(j * (1 - j) / minhash.DefaultSlots)
					t.Logf("J=%.3f mean=%.4f theory=%.4f sd=%.4f", j, m.mean(), theory, m.sd())
					assert.InDelta(t, j, m.mean(), sigmas*theory/math.Sqrt(m.n), "mean, J=%.3f", j)
					// The standard error of a sample variance is √(2/N) of it.
					most := theory * math.Sqrt(1+sigmas*math.Sqrt(2/m.n))
					if method == minhash.Classic && n == 10 {
						most *= 1.2 // h1 + i·h2 is not independent for each i
					}
					assert.Less(t, m.sd(), most, "standard deviation, J=%.3f", j)
					if method == minhash.FastSimilarity && n == 30 && similarities[i] == .6 {
						assert.InDelta(t, .030, m.sd(), .003, "the documented gain")
					}
				}
			})
		}
	}
}

// measureJaccard estimates each of the similarities on pairs of random sets. The sets
// of one trial grow from the same three strands (common, only A, only B), so that
// Classic, which takes 128 steps a shingle, signs each shingle once and not six times.
func measureJaccard(t *testing.T, method minhash.Method, n int) []moments {
	r := rand.New(rand.NewPCG(uint64(method), uint64(n)))
	out := make([]moments, len(similarities))
	marks := make([]int, len(similarities))
	rests := make([]int, len(similarities))
	for i, j := range similarities {
		marks[i] = commonFor(n, j)
		rests[len(rests)-1-i] = n - marks[i]
	}
	signer := newSigner(t, minhash.Scheme{Method: method, Seed: 1})
	for range pairs {
		both := prefixes(t, signer, distinct(r, n), marks)
		onlyA := prefixes(t, signer, distinct(r, n), rests)
		onlyB := prefixes(t, signer, distinct(r, n), rests)
		for i := range similarities {
			a, b := both[i].Clone(), both[i].Clone()
			require.NoError(t, a.Merge(&onlyA[len(rests)-1-i]))
			require.NoError(t, b.Merge(&onlyB[len(rests)-1-i]))
			e, err := a.Jaccard(&b)
			require.NoError(t, err)
			out[i].add(e.Value)
		}
	}
	return out
}

// prefixes gives the signatures of the first marks[0], marks[1], … of the shingles.
func prefixes(t *testing.T, signer *minhash.Signer, shingles []uint64, marks []int) []minhash.Signature {
	out := make([]minhash.Signature, len(marks))
	var piece minhash.Signature
	from := 0
	for i, to := range marks {
		signer.Sign(&piece, shingles[from:to])
		if i > 0 {
			out[i] = out[i-1].Clone()
		}
		require.NoError(t, out[i].Merge(&piece))
		from = to
	}
	return out
}

// Shingles that are anything but random, a fresh seed for each pair, and other
// numbers of slots.
func TestJaccardOfConsecutiveNumbers(t *testing.T) {
	t.Parallel()
	for _, slots := range []int{1, 3, 100, 128, 200, 1024} {
		for _, n := range []int{5, 30, 300} {
			common := commonFor(n, .5)
			j := trueJaccard(n, common)
			a, b := consecutive(0, n), consecutive(n-common, n)
			var m moments
			trials := 1000
			for seed := range trials {
				signer := newSigner(t, minhash.Scheme{Seed: uint64(seed), Slots: slots})
				p, q := sign(signer, a), sign(signer, b)
				e, err := p.Jaccard(&q)
				require.NoError(t, err)
				m.add(e.Value)
			}
			theory := math.Sqrt(j * (1 - j) / float64(slots))
			assert.InDelta(t, j, m.mean(), sigmas*theory/math.Sqrt(m.n), "slots=%d shingles=%d", slots, n)
			assert.Less(t, m.sd(), theory*math.Sqrt(1+sigmas*math.Sqrt(2/m.n)), "slots=%d shingles=%d", slots, n)
		}
	}
}

func consecutive(from, n int) []uint64 {
	set := make([]uint64, n)
	for i := range set {
		set[i] = uint64(from + i)
	}
	return set
}

func TestJaccardStdErrIsHonest(t *testing.T) {
	signer := newSigner(t, minhash.Scheme{})
	r := rand.New(rand.NewPCG(3, 4))
	a, b := overlapping(r, 700, 0)
	p, q := sign(signer, a), sign(signer, b)

	same, err := p.Jaccard(&p)
	require.NoError(t, err)
	assert.Equal(t, 1.0, same.Value)
	assert.InDelta(t, .0055, same.StdErr, .0001, "all slots agree: sure, but not certain")
	assert.False(t, same.Exact())

	none, err := p.Jaccard(&q)
	require.NoError(t, err)
	assert.Equal(t, 0.0, none.Value)
	assert.InDelta(t, .0055, none.StdErr, .0001)
}

func TestEmptyIsSimilarToNothing(t *testing.T) {
	for _, method := range []minhash.Method{minhash.FastSimilarity, minhash.Classic} {
		signer := newSigner(t, minhash.Scheme{Method: method})
		empty, one := sign(signer, nil), sign(signer, []uint64{7})
		assert.True(t, empty.Empty())
		assert.False(t, one.Empty())
		for _, pair := range [][2]*minhash.Signature{{&empty, &empty}, {&empty, &one}, {&one, &empty}} {
			e, err := pair[0].Jaccard(pair[1])
			require.NoError(t, err)
			assert.Equal(t, minhash.Estimate{}, e)
			assert.True(t, e.Exact())
		}
		assert.Equal(t, minhash.Estimate{}, empty.Cardinality())
		keys, err := empty.AppendBands(nil, minhash.Bands{Rows: 3, Bands: 35})
		require.NoError(t, err)
		assert.Empty(t, keys)
	}
}

func TestCardinalityAgainstTheory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method minhash.Method
		slots  int
		sizes  []int
	}{
		{minhash.FastSimilarity, 128, []int{1, 10, 30, 128, 700, 5000}},
		{minhash.FastSimilarity, 20, []int{1, 10, 300}},
		{minhash.Classic, 128, []int{1, 10, 30, 200}},
	} {
		signer := newSigner(t, minhash.Scheme{Method: tt.method, Slots: tt.slots, Seed: 5})
		r := rand.New(rand.NewPCG(5, 6))
		for _, n := range tt.sizes {
			var m, stated moments
			for range 1000 {
				sig := sign(signer, distinct(r, n))
				e := sig.Cardinality()
				m.add(e.Value)
				stated.add(e.StdErr)
			}
			t.Logf("%v slots=%d n=%d mean=%.3f sd=%.4f stated=%.4f", tt.method, tt.slots, n, m.mean(), m.sd(), stated.mean())
			bias := .1 // of the stated error, as documented
			if tt.slots < 64 {
				bias = .25
			}
			assert.InDelta(t, float64(n), m.mean(), bias*stated.mean()+sigmas*m.sd()/math.Sqrt(m.n), "%v n=%d", tt.method, n)
			assert.Less(t, m.sd(), stated.mean()*1.15, "%v n=%d", tt.method, n)
		}
	}
}
