package store

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// What of a change does not decode is ErrCorrupt, and what decodes is written again in
// a form that decodes to the same.
func FuzzChange(f *testing.F) {
	c := Change{Action: Added, ID: "id", Events: []reprint.Event{{Kind: reprint.Joined, ID: "id", Cluster: "c"}}}
	f.Add(c.append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decodeChange(1, b)
		if err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			return
		}
		again, err := decodeChange(1, c.append(nil))
		require.NoError(t, err)
		require.Equal(t, c, again)
	})
}

// The changes of a write that has failed, and was done all the same, are told once.
func TestChangesAreToldOnce(t *testing.T) {
	s, err := Open("store", Options{FS: vfs.NewMem()})
	require.NoError(t, err)
	for _, id := range []string{"a", "b", "c"} {
		_, err := s.Add(t.Context(), reprint.Document{ID: id, Text: "a few words of " + id})
		require.NoError(t, err)
	}
	changes, _, err := s.after(1)
	require.NoError(t, err)
	require.Len(t, changes, 3)
	s.feed.unwritten = append(s.feed.unwritten, changes[1:]...)
	again, _, err := s.after(1)
	require.NoError(t, err)
	require.Equal(t, changes, again)
	last, _, err := s.after(3)
	require.NoError(t, err)
	require.Equal(t, changes[2:], last)
	require.NoError(t, s.Close())
}
