package hits

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table against a map, through growing and being used again.
func TestHits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5))
	var h Table
	for _, n := range []int{10, 100_000, 0, 50, 3000} {
		h.Reset()
		want := map[uint32]uint32{}
		for range n {
			doc := uint32(rng.IntN(1 + n/2))
			h.At(doc).Weight++
			want[doc]++
		}
		require.Equal(t, len(want), h.used)
		for _, s := range h.slots {
			if s.doc != 0 {
				require.Equal(t, want[s.doc-1], s.Weight)
				delete(want, s.doc-1)
			}
		}
		require.Empty(t, want)
	}
}

// Shares against a map.
func TestShares(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var s Shares
		want, most := map[uint64]int{}, 0
		for range 1 + rng.IntN(60) {
			who := rng.Uint64N(1+rng.Uint64N(40)) << rng.IntN(40)
			s.Add(who)
			want[who]++
			most = max(most, want[who])
		}
		for who, n := range want {
			require.Equal(t, n == most, s.IsLargest(who))
		}
	}
}
