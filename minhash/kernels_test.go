package minhash

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A round of 128 slots, for which there may be vectors, is that of any number of
// slots.
func FuzzRound(f *testing.F) {
	r := rand.New(rand.NewPCG(21, 22))
	for _, n := range []int{0, 1, 7, 8, 9, 127, 128, 129, 135, 136, 700} {
		var data []byte
		for range n {
			data = binary.LittleEndian.AppendUint64(data, r.Uint64())
		}
		f.Add(data, r.Uint64(), uint8(n))
	}
	f.Fuzz(func(t *testing.T, data []byte, key uint64, i uint8) {
		shingles := make([]uint64, len(data)/8)
		for i := range shingles {
			shingles[i] = binary.LittleEndian.Uint64(data[8*i:])
		}
		base := uint64(i) << roundShift
		var want, got [DefaultSlots]uint64
		for i := range want {
			// Some slots hold a word of a round before, some one of this.
			want[i] = unfilled - uint64(i%3)*(unfilled/2)
			got[i] = want[i]
		}
		for _, x := range shingles {
			b, v := bits.Mul64(mix(x^key), DefaultSlots)
			want[b] = min(want[b], base|v>>valueShift)
		}
		var c choices
		roundDefault(&got, shingles, key, base, &c)
		require.Equal(t, want, got)
	})
}
