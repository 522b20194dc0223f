package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A memtable does what the table of an index in memory does.
func TestMemtable(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 8))
		keys := 3 + rng.IntN(3000)
		key := func() uint32 { return uint32(rng.IntN(keys)) * 0x9E3779B1 }
		m, p := &memtable{}, newPostings(longestList)
		var there bitset
		for n := range uint32(500) {
			there.add(n)
		}
		for i := range 4000 {
			k, e := key(), postingOf(uint32(rng.IntN(500)))|posting(rng.IntN(8))
			switch rng.IntN(12) {
			case 0:
				m.remove(k)
				if p.segments != nil {
					for _, e := range p.get(nil, k, nil) {
						p.remove(k, e.doc())
					}
				}
			case 1:
				there.remove(e.doc())
			case 2:
				if p.segments != nil {
					m.mark(k, e.doc(), i%2 == 0)
					p.mark(k, e.doc(), i%2 == 0)
				}
			case 3:
				require.Equal(t, p.add(k, e, nil), m.add(k, e, nil))
			default:
				require.Equal(t, p.add(k, e, there), m.add(k, e, there))
			}
			require.Equal(t, p.entries, m.entries)
			require.Equal(t, p.get(nil, k, nil), m.get(nil, k, nil))
			require.Equal(t, p.get(nil, k, there), m.get(nil, k, there))
		}
		var want, got []keyed
		for k, e := range p.all() {
			want = append(want, keyed{key: k, posting: e})
		}
		for k, e := range m.all() {
			got = append(got, keyed{key: k, posting: e})
		}
		require.True(t, slices.Equal(want, got))
	}
}
