package cluster

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A filter has what was added, and of other keys no more than one in 100 when
// it is full, as long as it is small.
func TestFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const keys = 200_000
	f := newFilter(keys)
	known := map[uint32]bool{}
	for len(known) < keys {
		k := rng.Uint32()
		known[k] = true
		f.add(k)
	}
	for k := range known {
		require.True(t, f.has(k))
	}
	passed, asked := 0, 0
	for asked < 200_000 {
		if k := rng.Uint32(); !known[k] {
			asked++
			if f.has(k) {
				passed++
			}
		}
	}
	assert.Less(t, passed, asked/100)
}
