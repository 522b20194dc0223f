package records

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A table of a storage with hardly any memory has what one in memory has, whatever
// is evicted, and writes what has changed at each checkpoint, and nothing else.
func TestCachedTable(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 3))
		stored := map[uint32]int{} // what was written
		p := &pool{budget: 100}
		c := &cached[int]{
			what: "number", pool: p, size: func(*int) int { return 10 },
			load: func(n uint32) *int { v := stored[n]; return &v },
		}
		c.kind = p.register(c.evict)
		m := &memory[int]{}
		var there bitset.Set
		changed := map[uint32]bool{}
		var written map[uint32]int // by the checkpoint under way
		for range 3000 {
			n := uint32(rng.IntN(m.Len() + 1))
			switch {
			case int(n) == m.Len() || !there.Has(n):
				v, w := rng.Int(), 0
				w = v
				m.Put(n, &v)
				c.Put(n, &w)
				there.Add(n)
				changed[n] = true
			case rng.IntN(3) == 0:
				m.Delete(n)
				c.Delete(n)
				there.Remove(n)
				changed[n] = true
			case rng.IntN(2) == 0:
				*m.Edit(n)++
				*c.Edit(n)++
				changed[n] = true
			default:
				require.Equal(t, *m.Get(n), *c.Get(n))
			}
			require.Equal(t, m.Len(), c.Len())
			p.evict()
			switch rng.IntN(40) {
			case 0:
				if written != nil {
					break
				}
				written = map[uint32]int{}
				c.flush(func(n uint32, there bool) {
					require.True(t, changed[n])
					delete(changed, n)
					if written[n] = -1; there {
						written[n] = *c.Get(n)
					}
				})
				require.Empty(t, changed)
			case 1:
				for n, v := range written {
					if stored[n] = v; v < 0 {
						delete(stored, n)
					}
				}
				if written != nil {
					c.flushed()
				}
				written = nil
			}
		}
		for n := range uint32(m.Len()) {
			if !there.Has(n) {
				require.Nil(t, c.Get(n))
				continue
			}
			require.Equal(t, *m.Get(n), *c.Get(n))
		}
	}
}

// What is clean is evicted in the order of loading until the pool is within its
// budget.
func TestPoolEvictsInOrder(t *testing.T) {
	p := &pool{budget: 25}
	var gone []uint32
	dirty := map[uint32]bool{0: true}
	kind := p.register(func(n uint32) bool {
		if dirty[n] {
			return false
		}
		gone = append(gone, n)
		return true
	})
	for n := range uint32(5) {
		p.add(kind, n, 10)
	}
	require.True(t, p.full())
	p.evict()
	require.Equal(t, []uint32{1, 2, 3}, gone)
	require.False(t, p.full())
	p.evict()
	require.Equal(t, []uint32{1, 2, 3}, gone)
}
