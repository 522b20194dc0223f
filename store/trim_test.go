package store

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
)

// keysOf returns how many records there are of a kind.
func keysOf(t *testing.T, s *Store, kind byte) (n int) {
	require.NoError(t, disk.Scan(s.disk, []byte{kind}, []byte{kind + 1}, func(_, _ []byte) (bool, error) {
		n++
		return true, nil
	}))
	return n
}

// Checkpoints trim the log of what had been removed, and nothing else.
func TestTrim(t *testing.T) {
	fs := vfs.NewMem()
	s, err := Open("store", Options{FS: fs})
	require.NoError(t, err)
	for i := range 10 { // positions 1 to 10
		_, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint(i), Text: fmt.Sprint("a text ", i)})
		require.NoError(t, err)
	}
	count := func() [3]int {
		return [3]int{keysOf(t, s, keys.Entry), keysOf(t, s, keys.Removal), keysOf(t, s, keys.Text)}
	}
	clean := func() {
		problems, err := s.Check(t.Context())
		require.NoError(t, err)
		require.Empty(t, problems)
	}
	require.NoError(t, s.checkpoint())
	for i := range 3 { // 11 to 13
		_, ok, err := s.Remove(t.Context(), fmt.Sprint(i))
		require.NoError(t, err)
		require.True(t, ok)
	}
	for i := 3; i < 5; i++ { // 14 and 15
		_, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint(i), Text: "another text"})
		require.NoError(t, err)
	}
	require.Equal(t, [3]int{12, 3, 7}, count())
	clean()
	stats, err := s.Stats()
	require.NoError(t, err)
	require.Equal(t, uint64(5), stats.Log)
	require.NoError(t, s.checkpoint())
	require.Equal(t, [3]int{7, 0, 7}, count())
	clean()
	stats, err = s.Stats()
	require.NoError(t, err)
	require.Equal(t, uint64(15), stats.Position)
	require.Zero(t, stats.Log)
	require.NoError(t, s.Close())

	s, err = Open("store", Options{FS: fs})
	require.NoError(t, err)
	require.Equal(t, 7, s.Len())
	clean()
	require.NoError(t, s.Close())
}
