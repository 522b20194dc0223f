package postings

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

const longest = 32

// A table of which all is dead takes no memory when it was swept.
func TestSweepGivesMemoryBack(t *testing.T) {
	t.Parallel()
	table := NewTable(Options{Longest: longest})
	var live bitset.Set
	for n := range uint32(20_000) {
		live.Add(n)
		for i := range uint32(20) {
			table.Add((20*n+i)*2_654_435_761, Of(n), live, nil)
		}
	}
	before := table.Bytes()
	for n := range uint32(15_000) {
		live.Remove(n)
	}
	table.Sweep(live)
	require.Equal(t, 100_000, table.Len())
	require.Less(t, table.Bytes(), before*2/3)
	clear(live)
	table.Sweep(live)
	require.Zero(t, table.Len())
	require.Zero(t, table.Bytes())
}

// Where tags have to be shorter, all lists stay as they were.
func TestTagsAreShortened(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 9))
		table := NewTable(Options{Longest: longest})
		want := map[uint32][]Posting{}
		for _, base := range [...]uint32{0, 1<<17 - 300, 1<<19 - 300, 1<<21 - 300} {
			for n := range uint32(600) {
				for range 20 {
					key := uint32(rng.IntN(50))<<25 | uint32(rng.IntN(50))<<(seed*5)
					e := Of(base+n) | Posting(rng.IntN(1<<FlagBits))
					require.Equal(t, min(len(want[key])+1, longest), table.Add(key, e, nil, nil))
					if want[key] = append(want[key], e); len(want[key]) > longest {
						want[key] = want[key][1:]
					}
				}
			}
			total := 0
			for key, list := range want {
				require.Equal(t, list, table.Get(nil, key, nil, nil))
				total += len(list)
			}
			require.Equal(t, total, table.Len())
			if base == 0 {
				require.EqualValues(t, mostTagBits, table.tagBits)
			}
		}
		require.EqualValues(t, leastTagBits, table.tagBits)
	}
}
