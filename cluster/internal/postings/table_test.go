package postings

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

const longest = 32

// Postings that are added together make the lists that they make one by one, in
// as many places.
func TestPending(t *testing.T) {
	t.Parallel()
	seeds := uint64(4)
	if testing.Short() { // the race detector finds nothing in what one goroutine does
		seeds = 1
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 3))
		one, many := NewTable(Options{Longest: longest}), NewTable(Options{Longest: longest})
		all := map[uint32]bool{}
		number := uint32(0)
		for round := range 30 {
			if round == 20 && seed%2 == 1 { // from here on numbers need wide places
				number += 1 << 21
			}
			// Some that are there, in segments of which some get most.
			for range 200 {
				number++
				key := uint32(rng.ExpFloat64()*3)<<16 | uint32(rng.IntN(200))
				all[key] = true
				for _, t := range []*Table{one, many} {
					t.Add(key, Of(number), nil, nil)
				}
			}
			pending := NewPending(1 << 13)
			for range 1 << rng.IntN(13) {
				key := uint32(rng.ExpFloat64()*3) << 16
				switch seed % 3 {
				case 0:
					key |= uint32(rng.IntN(1 << 16))
				case 1: // tags bunched at the end
					key |= 0xFF00 | uint32(rng.IntN(256))
				case 2:
					key = rng.Uint32()
				}
				if all[key] {
					continue
				}
				all[key] = true
				number++
				e := Of(number) | Posting(rng.IntN(1<<FlagBits))
				one.Add(key, e, nil, nil)
				pending.Add(key, e)
			}
			require.Positive(t, pending.Room())
			pending.Flush(many)
			require.Zero(t, pending.Len())
			require.Equal(t, one.Len(), many.Len())
			for key := range all {
				require.True(t, many.has(key))
				require.Equal(t, one.Get(nil, key, nil, nil), many.Get(nil, key, nil, nil))
			}
			require.InEpsilon(t, one.blocks.used(), many.blocks.used(), .05)
		}
	}
}

// A table of which all is dead takes no memory when it was swept.
func TestSweepGivesMemoryBack(t *testing.T) {
	t.Parallel()
	table := NewTable(Options{Longest: longest})
	var live bitset.Set
	for n := range uint32(20_000) {
		live.Add(n)
		table.Add(n*2_654_435_761, Of(n), live, nil)
	}
	before := table.Bytes()
	for n := range uint32(15_000) {
		live.Remove(n)
	}
	table.Sweep(live)
	require.Equal(t, 5000, table.Len())
	require.Less(t, table.Bytes(), before*2/3)
	clear(live)
	table.Sweep(live)
	require.Zero(t, table.Len())
	require.Zero(t, table.Bytes())
}

// Whatever their number, and whatever they have in common, hashes are sorted.
func TestSortHashes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 4))
	for _, n := range []int{0, 1, 2, 15, 16, 33, 1000, 100_000} {
		for _, mask := range []uint64{1<<32 - 1, 0xFFFF, 0xF0000000} {
			v := make([]uint64, n)
			for i := range v {
				v[i] = rng.Uint64()&mask<<32 | uint64(i%1000)
			}
			want := slices.Sorted(slices.Values(v))
			sortHashes(v, 0)
			require.True(t, slices.Equal(want, v))
		}
	}
}

// Keys that occur once and are not in the table are found, but for some that share
// their slot with others; no other key is taken for one.
func TestFindUnique(t *testing.T) {
	t.Parallel()
	for _, shares := range []int{1, 3} {
		rng := rand.New(rand.NewPCG(7, uint64(shares)))
		table := NewTable(Options{Longest: longest})
		counts := map[uint32]int{}
		var documents [][]uint32
		total := 0
		for range 200 {
			var keys []uint32
			for range 20 {
				key := rng.Uint32()
				if rng.IntN(3) == 0 {
					key = uint32(rng.IntN(1000)) * 4_000_000
				}
				if rng.IntN(10) == 0 {
					table.Add(key, Of(1), nil, nil)
				}
				keys = append(keys, key)
				counts[key]++
				total++
			}
			documents = append(documents, keys)
		}
		once := 0
		for key, n := range counts {
			if n == 1 && !table.has(key) {
				once++
			}
		}
		bits := make([]bitset.Set, len(documents))
		for i := range bits {
			bits[i] = make(bitset.Set, 1)
		}
		found := table.FindUnique(Batch{
			Groups: len(documents), Keys: total, Threads: shares,
			Visit: func(g int, _ *KeyBuffer, each func([]uint32, bitset.Set, int)) { each(documents[g], bits[g], 5) },
		})
		set := 0
		for g, keys := range documents {
			for i, key := range keys {
				if bits[g].Has(uint32(5 + i)) {
					set++
					require.Equal(t, 1, counts[key])
					require.False(t, table.has(key))
				}
			}
		}
		require.Equal(t, found, set)
		require.Greater(t, found, once*7/8)
	}
}
