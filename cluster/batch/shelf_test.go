package batch

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// Documents come back from memory and from a file, group after group.
func TestShelf(t *testing.T) {
	w := newWriter(6)
	for _, most := range []int{0, 1, 3000, 1 << 20} {
		s := shelf{folder: t.TempDir(), most: most}
		for range 3 {
			want := map[uint64][]byte{}
			for n := range uint64(50) {
				want[n] = bytes.Repeat([]byte{byte(w.rng.Uint32())}, w.rng.IntN(500))
				require.NoError(t, s.add(n, want[n]))
			}
			for n, b := range want {
				got, err := s.get(n)
				require.NoError(t, err)
				require.True(t, bytes.Equal(b, got))
			}
			_, err := s.get(50)
			require.ErrorIs(t, err, ErrRow)
			s.clear()
			_, err = s.get(1)
			require.ErrorIs(t, err, ErrRow)
		}
		require.Equal(t, most < 1<<20, s.file != nil)
		requireEmpty(t, s.folder)
		s.close()
	}
	s := shelf{folder: "/none"}
	require.ErrorIs(t, s.add(1, nil), ErrFiles)
	s.close()
}
