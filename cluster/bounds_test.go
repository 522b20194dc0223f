package cluster

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bound of memory for what an index in a storage has loaded, as documented.
func TestRuleCache(t *testing.T) {
	o, err := Options{}.WithDefaults()
	require.NoError(t, err)
	assert.Equal(t, 64<<20, o.Cache)
}

// A shingle that fewer than 4 documents hold is boilerplate for none. So when one
// of them is removed, its list need not be read.
func TestRuleFewHolders(t *testing.T) {
	reads := func(holders int) int {
		rng := rand.New(rand.NewPCG(1, 1))
		take := func(n int) (out []uint64) {
			for range n {
				out = append(out, rng.Uint64())
			}
			return out
		}
		common := take(100)
		s := newMapStorage()
		x := openStored(t, Options{Scale: 1}, s)
		for i := range holders {
			e := Entry{ID: fmt.Sprint(i), Words: 1000}
			e.Set.Add(append(take(900), common...), true)
			e.Set.Sort()
			position := uint64(i + 1)
			s.entries[position] = e
			p, err := x.Prepare(e)
			require.NoError(t, err)
			_, err = x.AddAt(p, position)
			require.NoError(t, err)
		}
		checkpoint(t, x)
		before := x.Stats().Reads
		_, ok, err := x.RemoveAt("0", uint64(holders+1))
		require.NoError(t, err)
		require.True(t, ok)
		return x.Stats().Reads - before
	}
	assert.Less(t, reads(3), 50)
	assert.Greater(t, reads(4), 50)
}
