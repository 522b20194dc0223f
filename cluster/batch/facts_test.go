package batch

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Facts are told from rows.
func TestFacts(t *testing.T) {
	f := &Facts{}
	for _, value := range []string{"", "q", "y", "y1234567", "y12345678x", "g1"} {
		require.ErrorIs(t, f.Add(Row{Value: []byte(value)}), ErrRow, "%q", value)
	}
}

// A table has what was added, in whatever order and however often it is read meanwhile.
func TestTable(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 100, 5000} {
		rng := rand.New(rand.NewPCG(uint64(n), 1))
		want := map[uint64]int{}
		var x table[int]
		for i := range n {
			key := rng.Uint64()
			switch {
			case n == 100:
				key = uint64(i) - 50 // no hashes, in their order as numbers with a sign
			case i%3 == 0:
				key >>= 40
			}
			if _, ok := want[key]; ok {
				continue // there is one of a document
			}
			want[key] = i
			x.add(int64(key), i)
			if i%1000 == 0 {
				x.sort()
				got, ok := x.get(key)
				require.True(t, ok)
				require.Equal(t, i, got)
			}
		}
		require.Equal(t, n > 0 && n != 1 && n != 100, x.unsorted)
		x.sort()
		for key, i := range want {
			got, ok := x.get(key)
			require.True(t, ok)
			require.Equal(t, i, got)
		}
		for range 1000 {
			key := rng.Uint64()
			if _, ok := want[key]; !ok {
				_, ok = x.get(key)
				require.False(t, ok)
			}
		}
	}
}
