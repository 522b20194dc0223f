package postings

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The block of a key is found however keys are spread.
func TestFindBlock(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 1))
	for n := range 200 {
		var firsts []uint32
		for i := range n {
			key := rng.Uint32() >> (n % 32)
			firsts = append(firsts, key)
			if i%3 == 0 && n%2 == 0 {
				firsts = append(firsts, key+1)
			}
		}
		slices.Sort(firsts)
		firsts = slices.Compact(firsts)
		var f fences
		for _, key := range firsts {
			f.add(key, 0)
		}
		for i := range 300 {
			key := rng.Uint32() >> (i % 33)
			want := -1
			for j, first := range firsts {
				if first <= key {
					want = j
				}
			}
			require.Equal(t, want, f.find(key), "%d in %v", key, firsts)
		}
	}
}

// Where blocks end is kept by halves, and comes out whole.
func TestEndsOfBlocks(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 2))
	for _, most := range []int64{1 << 10, 1 << 30, math.MaxInt32, 1<<32 - 1} {
		var f fences
		ends := []int64{}
		end := int64(0)
		for i := range 500 {
			if end += rng.Int64N(most + 1); i%7 == 0 {
				end = (end>>32+1)<<32 + int64(i%3) - 1 // at the edge
				if n := len(ends); n > 0 && end-ends[n-1] >= 1<<32 {
					end = ends[n-1] + 1
				}
			}
			f.add(uint32(i), end)
			ends = append(ends, end)
		}
		f.clip()
		require.Zero(t, f.start(0))
		for i, end := range ends {
			require.Equal(t, end, f.end(i))
			if i > 0 {
				require.Equal(t, ends[i-1], f.start(i))
			}
		}
	}
}
