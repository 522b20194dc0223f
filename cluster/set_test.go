package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
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
			want[h&^1] |= prose
		}
		s.Sort()
		require.Equal(t, len(want), s.Len())
		require.True(t, slices.IsSorted(s.elements))
		for _, e := range s.elements {
			require.Equal(t, want[e&^1], e&1)
		}
	}
}

func TestSetOperations(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	make := func() (elements []uint64, flags map[uint64]uint64) {
		flags = map[uint64]uint64{}
		for range rng.IntN(60) {
			flags[uint64(rng.IntN(80))] = uint64(rng.IntN(2))
		}
		for h, f := range flags {
			elements = append(elements, h<<1|f)
		}
		slices.Sort(elements)
		return elements, flags
	}
	for range 2000 {
		a, inA := make()
		b, inB := make()
		n, wa, wb := 0, 0, 0
		for h, f := range inA {
			if g, ok := inB[h]; ok {
				n++
				wa += 1 + 9*int(f)
				wb += 1 + 9*int(g)
			}
		}
		gotN, gotA, gotB := shared(a, b)
		assert.Equal(t, []int{n, wa, wb}, []int{gotN, gotA, gotB})

		both := intersect(nil, a, b)
		assert.Len(t, both, n)
		for _, e := range both {
			assert.Equal(t, inA[e>>1]&inB[e>>1], e&1)
		}
		assert.Equal(t, len(a)-n, len(without(a, b)))
		assert.Equal(t, len(a)+len(b)-n, len(union(a, b)))
		assert.Equal(t, weigh(a), weigh(both)+weigh(without(a, b))+wa-weigh(both))

		limit := uint64(rng.IntN(170))
		for _, e := range upTo(a, limit) {
			assert.LessOrEqual(t, e>>1, limit>>1)
		}
		assert.True(t, slices.IsSorted(union(a, b)))
	}
}
