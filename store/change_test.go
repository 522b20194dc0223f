package store

import (
	"testing"

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
