package store

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/cbb30ed1/reprint"
)

func TestSmoke(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	for i := range 20 {
		a, err := s.Add(t.Context(), reprint.Document{ID: fmt.Sprint(i), Text: "the quick brown fox jumps over the lazy dog and then goes home to sleep for the rest of the day without any dinner at all"})
		require.NoError(t, err)
		require.Equal(t, i+1, a.Size)
	}
	p, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, p)
	_, err = Open(dir, Options{})
	require.ErrorIs(t, err, ErrLocked)
	require.NoError(t, s.Close())
	s, err = Open(dir, Options{})
	require.NoError(t, err)
	c, err := s.Cluster("7")
	require.NoError(t, err)
	require.Len(t, c.Members, 20)
	n := 0
	for c, err := range s.Events(t.Context(), 1) {
		require.NoError(t, err)
		n++
		_ = c
	}
	require.Equal(t, 20, n)
	st, err := s.Stats()
	require.NoError(t, err)
	t.Logf("%+v", st)
	require.NoError(t, s.Close())
	_, err = s.Add(t.Context(), reprint.Document{ID: "x"})
	require.ErrorIs(t, err, ErrClosed)
}
