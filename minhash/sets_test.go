package minhash_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

func newSigner(t testing.TB, scheme minhash.Scheme) *minhash.Signer {
	t.Helper()
	s, err := minhash.NewSigner(scheme)
	require.NoError(t, err)
	return s
}

func sign(s *minhash.Signer, shingles []uint64) (sig minhash.Signature) {
	s.Sign(&sig, shingles)
	return sig
}

// distinct gives n random values. That two of them are equal has a chance below
// n²/2⁶⁵, 10⁻¹² at the sizes in these tests.
func distinct(r *rand.Rand, n int) []uint64 {
	set := make([]uint64, n)
	for i := range set {
		set[i] = r.Uint64()
	}
	return set
}

// overlapping gives two sets of n shingles that have common of them in common.
func overlapping(r *rand.Rand, n, common int) (a, b []uint64) {
	return overlappingSizes(r, n, n, common)
}

func overlappingSizes(r *rand.Rand, na, nb, common int) (a, b []uint64) {
	all := distinct(r, na+nb-common)
	return all[:na:na], all[na-common:]
}
