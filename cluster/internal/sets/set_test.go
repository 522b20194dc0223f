package sets

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Sets against maps from shingles to whether they are running text.
func TestSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var s Set
	for round := range 300 {
		n := rng.IntN(10 << (round % 10))
		want := map[uint64]uint64{}
		s.Reset()
		for i := range n {
			h := rng.Uint64()
			switch {
			case round%5 == 4:
				h >>= 40 // all in one bucket
			case i%3 == 0 && len(want) > 0:
				for h = range want {
					break
				}
			}
			prose := uint64(rng.IntN(2))
			s.Add([]uint64{h}, prose == 1)
			want[Round(h&^1)] |= prose
		}
		s.Sort()
		require.Equal(t, len(want), s.Len())
		require.True(t, slices.IsSorted(s.elements))
		for i, e := range s.elements {
			require.Equal(t, want[e&^1], e&1)
			require.True(t, i == 0 || s.elements[i-1]>>1 < e>>1)
		}
	}
}
