package bitset

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The set against a map.
func TestSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	var s Set
	want := map[uint32]bool{}
	for range 5000 {
		n := uint32(rng.IntN(700))
		if rng.IntN(2) == 0 {
			s.Add(n)
			want[n] = true
		} else {
			s.Remove(n)
			delete(want, n)
		}
		n = uint32(rng.IntN(900))
		require.Equal(t, want[n], s.Has(n))
	}
	missing := s.Missing(800)
	require.Len(t, missing, 800-len(want))
	for _, n := range missing {
		require.False(t, want[n])
	}
}
