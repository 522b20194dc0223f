package sets

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// 31 bits of a hash are left, or 39 of those that samples have, and whether it is running
// text.
func TestRound(t *testing.T) {
	for e, want := range map[uint64]uint64{
		0:                  0,
		1:                  1,
		1<<25 | 1<<24:      1 << 25,
		1<<60 - 1:          1<<60 - 1<<25 | Prose,
		1 << 60:            1 << 60,
		1<<60 | 1<<33 | 6:  1<<60 | 1<<33,
		1<<60 | 1<<32 | 7:  1<<60 | Prose,
		1<<64 - 1:          1<<64 - 1<<33 | Prose,
		0x0123456789abcdef: 0x0123456788000001,
		0x123456789abcdef0: 0x1234567800000000,
	} {
		require.Equal(t, want, Round(e), "%#x", e)
		require.Equal(t, want, Round(want))
	}
	rng := rand.New(rand.NewPCG(12, 1))
	for range 10_000 {
		a, b := rng.Uint64()>>rng.IntN(8), rng.Uint64()>>rng.IntN(8)
		if a>>1 < b>>1 {
			require.LessOrEqual(t, Round(a)>>1, Round(b)>>1)
		}
	}
}
