package minhash_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"
	gominhash "github.com/dgryski/go-minhash"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

func goMinWise(seed uint64, slots int, set []uint64) *gominhash.MinWise {
	h1, h2 := minhash.ClassicHashes(seed)
	m := gominhash.NewMinWise(h1, h2, slots)
	for _, x := range set {
		m.Push(binary.LittleEndian.AppendUint64(nil, x))
	}
	return m
}

func classicSigner(t *testing.T, slots int) *minhash.Signer {
	return newSigner(t, minhash.Scheme{Method: minhash.Classic, Slots: slots})
}

func TestClassicIsGoMinhash(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for _, slots := range []int{1, 16, 128, 300} {
		for _, n := range []int{0, 1, 30, 300} {
			seed := r.Uint64()
			scheme := minhash.Scheme{Method: minhash.Classic, Slots: slots, Seed: seed}
			a, b := overlapping(r, n, n/2)
			p, q := sign(newSigner(t, scheme), a), sign(newSigner(t, scheme), b)
			theirs, others := goMinWise(seed, slots, a), goMinWise(seed, slots, b)
			require.Equal(t, theirs.Signature(), p.Slots())
			if n > 0 {
				e, err := p.Jaccard(&q)
				require.NoError(t, err)
				require.InDelta(t, theirs.Similarity(others), e.Value, 1e-15)
			}
			theirs.Merge(others)
			require.NoError(t, p.Merge(&q))
			require.Equal(t, theirs.Signature(), p.Slots())
		}
	}
}

// The hashes are the documented ones, whatever the length of the input.
func TestClassicHashes(t *testing.T) {
	h1, h2 := minhash.ClassicHashes(0)
	digest := xxhash.NewWithSeed(0x9e3779b97f4a7c15)
	for _, text := range []string{"", "a", "8 bytes.", "a text that is longer than the 32 bytes of a block"} {
		digest.ResetWithSeed(0x9e3779b97f4a7c15)
		_, _ = digest.WriteString(text)
		assert.Equal(t, xxhash.Sum64String(text), h1([]byte(text)))
		assert.Equal(t, digest.Sum64(), h2([]byte(text)))
	}
}

// What go-minhash does, in the version that go.mod pins, and what comes of it here.
func TestFaultsOfGoMinhash(t *testing.T) {
	set := consecutive(0, 50)
	small, large := sign(classicSigner(t, 16), set), sign(classicSigner(t, 128), set)

	t.Run("Merge of unequal sizes", func(t *testing.T) {
		mine := goMinWise(0, 128, set)
		mine.Merge(goMinWise(0, 16, consecutive(50, 50)))
		assert.NotEqual(t, goMinWise(0, 128, consecutive(0, 100)).Signature(), mine.Signature(), "silently wrong")
		assert.Panics(t, func() { goMinWise(0, 16, set).Merge(goMinWise(0, 128, set)) })

		for _, pair := range [][2]minhash.Signature{{small, large}, {large, small}} {
			before := pair[0].Clone()
			assert.ErrorIs(t, pair[0].Merge(&pair[1]), minhash.ErrScheme)
			assert.Equal(t, before, pair[0], "unchanged")
		}
	})
	t.Run("Similarity of unequal sizes", func(t *testing.T) {
		assert.Panics(t, func() { goMinWise(0, 16, set).Similarity(goMinWise(0, 128, set)) })
		_, err := small.Jaccard(&large)
		assert.ErrorIs(t, err, minhash.ErrScheme)
	})
	t.Run("Similarity of other hash functions", func(t *testing.T) {
		assert.Less(t, goMinWise(0, 128, set).Similarity(goMinWise(1, 128, set)), .1, "a number all the same")
		seeded := sign(newSigner(t, minhash.Scheme{Method: minhash.Classic, Seed: 1}), set)
		_, err := large.Jaccard(&seeded)
		assert.ErrorIs(t, err, minhash.ErrScheme)
	})
	t.Run("Similarity of empty sets", func(t *testing.T) {
		assert.Equal(t, 1.0, goMinWise(0, 16, nil).Similarity(goMinWise(0, 16, nil)))
		empty := sign(classicSigner(t, 16), nil)
		e, err := empty.Jaccard(&empty)
		require.NoError(t, err)
		assert.Zero(t, e.Value)
	})
	t.Run("Cardinality of MinWise", func(t *testing.T) {
		theirs := goMinWise(0, 16, nil).Cardinality()
		empty := sign(classicSigner(t, 16), nil)
		assert.Equal(t, minhash.Estimate{}, empty.Cardinality(), "of an empty set; go-minhash: %d", theirs)

		one := sign(classicSigner(t, 128), set[:1])
		e := one.Cardinality()
		assert.NotEqual(t, math.Trunc(e.Value), e.Value, "not truncated")
		assert.InDelta(t, 1, e.Value, sigmas*e.StdErr)
	})
	t.Run("Cardinality of BottomK", func(t *testing.T) {
		h1, _ := minhash.ClassicHashes(0)
		assert.Panics(t, func() { gominhash.NewBottomK(h1, 16).Cardinality() })
	})
	t.Run("repetition in BottomK", func(t *testing.T) {
		h1, _ := minhash.ClassicHashes(0)
		theirs := gominhash.NewBottomK(h1, 16)
		for range 16 {
			theirs.Push([]byte("same"))
		}
		assert.Len(t, theirs.Signature(), 16, "sixteen elements of a set of one")
		once, often := sign(newSigner(t, minhash.Scheme{}), []uint64{7}), sign(newSigner(t, minhash.Scheme{}), slices.Repeat([]uint64{7}, 200))
		assert.Equal(t, once, often)
	})
	t.Run("SignatureBbit", func(t *testing.T) {
		// Every 65th value is dropped at 1 bit, so that 130 values fill 2 words.
		// This package has no b-bit form: its encoding keeps every slot.
		assert.Len(t, goMinWise(0, 130, set).SignatureBbit(1), 2)
		encoded, err := large.MarshalBinary()
		require.NoError(t, err)
		var decoded minhash.Signature
		require.NoError(t, decoded.UnmarshalBinary(encoded))
		assert.Equal(t, large.Slots(), decoded.Slots())
	})
}
