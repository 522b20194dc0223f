package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// What of a record does not decode is ErrCorrupt, and what decodes is written again
// in a form that decodes to the same.
func FuzzRecords(f *testing.F) {
	a := added{replaces: 3, arrived: -5, hasText: true, doc: reprint.Document{Title: "t", Published: time.Unix(1, 2)}, entry: []byte("entry")}
	f.Add(a.append(nil))
	l := location{position: 7, published: -1, arrived: 1, hasText: true}
	f.Add(l.append(nil))
	r := removed{action: Expired, arrived: 8, entry: 9, id: "id"}
	f.Add(r.append(nil))
	c := Change{Action: Added, ID: "id", Events: []reprint.Event{{Kind: reprint.Joined, ID: "id", Cluster: "c"}}}
	f.Add(c.append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := decodeAdded(b); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		} else {
			again, err := decodeAdded(a.append(nil))
			require.NoError(t, err)
			require.Equal(t, a, again)
		}
		if l, err := decodeLocation(b); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		} else {
			require.Equal(t, b, l.append(nil))
		}
		if r, err := decodeRemoved(b); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		} else {
			require.Equal(t, b, r.append(nil))
		}
		if c, err := decodeChange(1, b); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		} else {
			again, err := decodeChange(1, c.append(nil))
			require.NoError(t, err)
			require.Equal(t, c, again)
		}
	})
}
