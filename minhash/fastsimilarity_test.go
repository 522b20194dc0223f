package minhash_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

// A reading of the documentation, as plain as can be: no early end but the paper's,
// every round over every shingle, big numbers where products overflow.

func plainMix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func plainRound(x, seed uint64, i, t int) (bin int, value uint64) {
	const g = 0x9e3779b97f4a7c15
	key := plainMix(plainMix(seed+g) + uint64(i+1)*g)
	h := new(big.Int).SetUint64(plainMix(x ^ key))
	h.Mul(h, big.NewInt(int64(t)))
	two64 := new(big.Int).Lsh(big.NewInt(1), 64)
	quotient, rest := new(big.Int).DivMod(h, two64, new(big.Int))
	return int(quotient.Int64()), rest.Uint64() / (1 << 16)
}

func plainFastSimilarity(set []uint64, seed uint64, t int) []uint64 {
	type slot struct {
		filled bool
		round  int
		value  uint64
	}
	slots := make([]slot, t)
	filled := 0
	for i := 0; i < 2*t && len(set) > 0 && filled < t; i++ {
		for _, x := range set {
			b, v := plainRound(x, seed, i, t)
			if i >= t {
				b = i - t
			}
			s := &slots[b]
			switch {
			case !s.filled:
				*s = slot{true, i, v}
				filled++
			case i < s.round || i == s.round && v < s.value:
				s.round, s.value = i, v
			}
		}
	}
	words := make([]uint64, t)
	for b, s := range slots {
		words[b] = math.MaxUint64
		if s.filled {
			words[b] = uint64(s.round)<<48 + s.value
		}
	}
	return words
}

func TestFastSimilarityIsThePaper(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for _, slots := range []int{1, 2, 3, 7, 64, 100, 127, 128, 129, 300} {
		for _, n := range []int{0, 1, 2, 10, 30, 500} {
			seed := r.Uint64()
			set := distinct(r, n)
			sig := sign(newSigner(t, minhash.Scheme{Slots: slots, Seed: seed}), set)
			require.Equal(t, plainFastSimilarity(set, seed, slots), sig.Slots(), "slots=%d shingles=%d", slots, n)
		}
	}
}

// The last rounds, that few sets reach, are reached by a single shingle.
func TestFastSimilarityFillsEverySlot(t *testing.T) {
	sig := sign(newSigner(t, minhash.Scheme{Slots: 4096}), []uint64{0})
	late := 0
	for b, w := range sig.Slots() {
		if round := int(w >> 48); round >= 4096 {
			late++
			require.Equal(t, 4096+b, round)
		}
	}
	// (1−1/t)^t of the slots; the variance is below that of the binomial.
	assert.InDelta(t, 4096/math.E, late, sigmas*math.Sqrt(4096*.37*.63))
}

func TestSignIgnoresOrderAndRepetition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	for _, scheme := range []minhash.Scheme{{}, {Slots: 77}, {Method: minhash.Classic, Slots: 16}} {
		for _, n := range []int{1, 5, 60, 400} {
			set := distinct(r, n)
			again := slices.Concat(set, set[:n/2], set[:n/3+1])
			r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
			signer := newSigner(t, scheme)
			assert.Equal(t, sign(signer, set), sign(signer, again), "%v shingles=%d", scheme, n)
		}
	}
}

// A signature does not depend on what its signer or its memory was used for before.
func TestSignStartsAfresh(t *testing.T) {
	for _, method := range []minhash.Method{minhash.FastSimilarity, minhash.Classic} {
		signer := newSigner(t, minhash.Scheme{Method: method})
		var sig minhash.Signature
		for _, n := range []int{40, 3, 900, 0, 1} {
			set := consecutive(n, n)
			signer.Sign(&sig, set)
			assert.Equal(t, sign(newSigner(t, minhash.Scheme{Method: method}), set), sig, "%v shingles=%d", method, n)
		}
	}
}

func TestSignAllocatesNothing(t *testing.T) {
	for _, method := range []minhash.Method{minhash.FastSimilarity, minhash.Classic} {
		for _, n := range []int{0, 30, 700} {
			t.Run(fmt.Sprintf("method=%v/shingles=%d", method, n), func(t *testing.T) {
				signer := newSigner(t, minhash.Scheme{Method: method})
				set := consecutive(0, n)
				sig := sign(signer, set)
				other := sig.Clone()
				keys := make([]uint64, 0, 35)
				encoded := make([]byte, 0, 2000)
				assert.Zero(t, testing.AllocsPerRun(20, func() {
					signer.Sign(&sig, set)
					_, _ = sig.Jaccard(&other)
					_ = sig.Merge(&other)
					_ = sig.Cardinality()
					_, _ = sig.AppendBands(keys, minhash.Bands{Rows: 3, Bands: 35})
					encoded, _ = sig.AppendBinary(encoded[:0])
					_ = sig.UnmarshalBinary(encoded)
				}))
			})
		}
	}
}
