package minhash_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

func TestSchemeDefaults(t *testing.T) {
	got, err := minhash.Scheme{}.Normalise()
	require.NoError(t, err)
	assert.Equal(t, minhash.Scheme{Method: minhash.FastSimilarity, Slots: 128, K: 5}, got)
	assert.Equal(t, "fast-similarity slots=128 seed=0x0 k=5", got.String())
	assert.Equal(t, got, newSigner(t, minhash.Scheme{}).Scheme())
	assert.Equal(t, "(no scheme)", minhash.Scheme{}.String())
	assert.Equal(t, "classic", minhash.Classic.String())
	assert.Equal(t, "method(7)", minhash.Method(7).String())
}

// Defaults written out or left out make equal signatures.
func TestDefaultsAreComparable(t *testing.T) {
	set := consecutive(0, 50)
	a := sign(newSigner(t, minhash.Scheme{}), set)
	b := sign(newSigner(t, minhash.Scheme{Slots: 128, K: 5}), set)
	assert.Equal(t, a, b)
	assert.True(t, a.Scheme() == b.Scheme())
}

func TestSchemeOutOfRange(t *testing.T) {
	for _, s := range []minhash.Scheme{
		{Method: 2}, {Slots: -1}, {Slots: 4097}, {K: -1}, {K: 256},
	} {
		assert.ErrorIs(t, s.Validate(), minhash.ErrOptions, "%+v", s)
		_, err := minhash.NewSigner(s)
		assert.ErrorIs(t, err, minhash.ErrOptions, "%+v", s)
	}
	assert.NoError(t, minhash.Scheme{Method: minhash.Classic, Slots: 4096, K: 255}.Validate())
}
