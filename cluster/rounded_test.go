package cluster

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Shingles that only what is dropped of their hashes tells apart are one shingle, in
// memory, in a storage and in what is read from it again.
func TestMemoryRoundsAsAStorageDoes(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{"exact": {}, "samples": {SamplesOnly: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, rng := newMaker(t, 3), rand.New(rand.NewPCG(3, 5))
			inMemory, s := newIndex(t, o), newMapStorage()
			x := openStored(t, o, s)
			position := uint64(0)
			for i := range 30 {
				article := m.text(300 + rng.IntN(700))
				for version := range 3 {
					text := append(m.text(rng.IntN(300)), article...)
					for j, h := range article { // other hashes that are rounded to these
						text[len(text)-len(article)+j] = sets.Round(h)&^1 | rng.Uint64N(1<<24)<<1
					}
					e := m.entry(fmt.Sprint(i, version), text)
					require.Len(t, text, e.Set.Len())
					position++
					s.entries[position] = e
					want, err := inMemory.Add(e)
					require.NoError(t, err)
					got, err := x.AddAt(x.prepare(&e), position)
					require.NoError(t, err)
					require.Equal(t, want, got)
					require.Len(t, want.Matches, version)
					for _, found := range want.Matches {
						if !o.SamplesOnly {
							require.InDelta(t, float64(len(article)), found.ContainmentA*float64(len(text)), 1e-6)
						}
					}
					if rng.IntN(9) == 0 {
						checkpoint(t, x)
						x = openStored(t, o, s)
					}
				}
			}
		})
	}
}
