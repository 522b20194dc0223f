package store

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// keysOf returns how many records there are of a kind.
func keysOf(t *testing.T, s *Store, kind byte) (n int) {
	require.NoError(t, scan(s.disk, []byte{kind}, []byte{kind + 1}, func(_, _ []byte) (bool, error) {
		n++
		return true, nil
	}))
	return n
}

// trim deletes what had been removed by a position, and nothing else.
func TestTrim(t *testing.T) {
	fs := vfs.NewMem()
	s, err := Open("store", Options{FS: fs})
	require.NoError(t, err)
	for i := range 10 { // positions 1 to 10
		_, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint(i), Text: "a text"})
		require.NoError(t, err)
	}
	for i := range 3 { // 11 to 13
		_, ok, err := s.Remove(t.Context(), fmt.Sprint(i))
		require.NoError(t, err)
		require.True(t, ok)
	}
	for i := 3; i < 5; i++ { // 14 and 15
		_, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint(i), Text: "another text"})
		require.NoError(t, err)
	}
	count := func() [4]int {
		return [4]int{keysOf(t, s, anEntry), keysOf(t, s, aRemoval), keysOf(t, s, superseded), keysOf(t, s, aText)}
	}
	require.Equal(t, [4]int{12, 3, 5, 7}, count())
	for _, step := range []struct {
		upTo uint64
		want [4]int
	}{
		{10, [4]int{12, 3, 5, 7}}, {12, [4]int{10, 1, 3, 7}}, {5, [4]int{10, 1, 3, 7}},
		{14, [4]int{8, 0, 1, 7}}, {15, [4]int{7, 0, 0, 7}},
	} {
		require.NoError(t, s.trim(step.upTo))
		require.Equal(t, step.want, count(), "up to %d", step.upTo)
		problems, err := s.Check(t.Context())
		require.NoError(t, err)
		require.Empty(t, problems)
	}
	stats, err := s.Stats()
	require.NoError(t, err)
	require.Equal(t, uint64(15), stats.Position)
	require.Zero(t, stats.Log)
	require.NoError(t, s.Close())

	_, err = Open("store", Options{FS: fs}) // it takes a detector that knows what was trimmed
	require.ErrorIs(t, err, ErrCorrupt)
}
