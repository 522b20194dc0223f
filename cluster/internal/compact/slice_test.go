package compact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlice(t *testing.T) {
	var zero Slice[uint32]
	require.Empty(t, zero.All())
	require.Zero(t, zero.Len())
	for n := range 20 {
		elements := make([]uint64, n)
		for i := range elements {
			elements[i] = uint64(i) << 40
		}
		s := Of(elements, uint8(n))
		require.Equal(t, n, s.Len())
		require.Equal(t, uint8(n), s.Mark)
		require.Len(t, s.All(), n)
		for i := range elements {
			s.All()[i]++ // it is shared
			require.Equal(t, uint64(i)<<40+1, elements[i])
		}
	}
}
