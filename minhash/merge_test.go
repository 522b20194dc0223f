package minhash_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

// mergeLaws checks that sketching and merging are a homomorphism from sets under
// union, whence the merge inherits that union's laws.
func mergeLaws[S any](t *testing.T, sketch func([]uint64) S, merge func(a, b S) S) {
	t.Helper()
	r := rand.New(rand.NewPCG(13, 14))
	sizes := []int{0, 1, 3, 20, 63, 64, 65, 100, 300, 700, 1500}
	for range 300 {
		var sets [3][]uint64
		pool := distinct(r, 2000)
		for i := range sets {
			from := r.IntN(500)
			sets[i] = pool[from : from+sizes[r.IntN(len(sizes))]]
		}
		a, b, c := sketch(sets[0]), sketch(sets[1]), sketch(sets[2])
		name := fmt.Sprint(len(sets[0]), len(sets[1]), len(sets[2]))
		require.Equal(t, sketch(slices.Concat(sets[0], sets[1])), merge(a, b), "sketch of the union: %s", name)
		require.Equal(t, merge(a, b), merge(b, a), "commutative: %s", name)
		require.Equal(t, merge(merge(a, b), c), merge(a, merge(b, c)), "associative: %s", name)
		require.Equal(t, a, merge(a, a), "idempotent: %s", name)
		require.Equal(t, a, merge(a, sketch(nil)), "neutral: %s", name)
	}
}

func TestSignatureMergeLaws(t *testing.T) {
	for _, scheme := range []minhash.Scheme{{}, {Slots: 50}, {Slots: 1}, {Method: minhash.Classic, Slots: 8}} {
		t.Run(scheme.String(), func(t *testing.T) {
			t.Parallel()
			signer := newSigner(t, scheme)
			mergeLaws(t,
				func(set []uint64) minhash.Signature { return sign(signer, set) },
				func(a, b minhash.Signature) minhash.Signature {
					m := a.Clone()
					require.NoError(t, m.Merge(&b))
					return m
				})
		})
	}
}

// Two sets that reached different rounds: the slots of the smaller that the larger
// filled earlier must give way, and no others.
func TestMergeAcrossRounds(t *testing.T) {
	signer := newSigner(t, minhash.Scheme{})
	r := rand.New(rand.NewPCG(15, 16))
	lastRound := func(s minhash.Signature) uint64 { return slices.Max(s.Slots()) >> 48 }
	for range 200 {
		set := distinct(r, 400)
		few, many, all := sign(signer, set[:2]), sign(signer, set[2:]), sign(signer, set)
		require.Greater(t, lastRound(few), lastRound(many))
		require.NoError(t, few.Merge(&many))
		require.Equal(t, all, few)
	}
}

func TestMergeIntoZeroValue(t *testing.T) {
	sig := sign(newSigner(t, minhash.Scheme{}), consecutive(0, 9))
	var union minhash.Signature
	require.NoError(t, union.Merge(&sig))
	assert.Equal(t, sig, union)
	union.Slots()[0]++
	assert.NotEqual(t, sig, union, "they share no memory")
}

func TestUnlikeSchemes(t *testing.T) {
	var zero minhash.Signature
	base := sign(newSigner(t, minhash.Scheme{}), consecutive(0, 9))
	for _, scheme := range []minhash.Scheme{{Method: minhash.Classic}, {Slots: 64}, {Seed: 1}, {K: 3}} {
		other := sign(newSigner(t, scheme), consecutive(0, 9))
		_, err := base.Jaccard(&other)
		assert.ErrorIs(t, err, minhash.ErrScheme)
		assert.ErrorContains(t, err, "want the same scheme")
		assert.ErrorIs(t, other.Merge(&base), minhash.ErrScheme)
	}
	for _, o := range []*minhash.Signature{&zero, nil} {
		_, err := base.Jaccard(o)
		assert.ErrorIs(t, err, minhash.ErrScheme)
		assert.ErrorIs(t, base.Merge(o), minhash.ErrScheme)
		_, err = zero.Jaccard(o)
		assert.ErrorIs(t, err, minhash.ErrScheme, "two zero values have no scheme in common")
		assert.ErrorIs(t, zero.Merge(o), minhash.ErrScheme)
	}
}
