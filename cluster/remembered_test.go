package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Lists that were read are remembered, and follow what is written.
func TestRememberedLists(t *testing.T) {
	p := &listCache{most: 4000}
	want := map[uint32][]posting{}
	rng := rand.New(rand.NewPCG(3, 5))
	for round := range 300 {
		for range 10 {
			k := uint32(rng.IntN(500))
			if got, ok := p.get(k); ok {
				require.Equal(t, append([]posting{}, want[k]...), append([]posting{}, got...), k)
			} else {
				p.set(k, want[k])
			}
		}
		l := newLayer()
		for range 5 {
			k, e := uint32(rng.IntN(500)), postingOf(uint32(round))
			if l.add(k, e, nil); rng.IntN(3) == 0 {
				l.complete[k] = true
			}
		}
		for k := range uint32(500) {
			if l.complete[k] {
				want[k] = nil
			}
			want[k] = l.get(slices.Clone(want[k]), k, nil)
		}
		p.follow(&l)
	}
}
