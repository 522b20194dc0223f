package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/origin"
)

// By the words of docs/format.md, written by another program: the bytes of what tells of the origin, and the hash of a document with it and without.
func TestOriginBytes(t *testing.T) {
	doc := reprint.Document{Title: "t", Text: "x"}
	require.Equal(t, "e92718e17384c7c75147c85c2e37dbc7cf266825add1ce250ba2c1e93061d176", fmt.Sprintf("%x", hashOf(doc)))
	doc.Byline, doc.Owner, doc.Clock, doc.Hints = "by", "own", origin.Trusted, []origin.Hint{{Kind: "source", Value: "AP"}}
	require.Equal(t, "b0e07e7270c8e42e317be5ce669905e3331732ead36d2843a244f9c3d4374813", fmt.Sprintf("%x", hashOf(doc)))
	a := added{doc: doc, entry: []byte("entry")}
	a.doc.Text = ""
	b := a.append(nil)
	require.Equal(t, "040000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000174000004026279036f776e0106736f75726365024150656e747279", fmt.Sprintf("%x", b))
	got, err := decodeAdded(b)
	require.NoError(t, err)
	require.Equal(t, a, got)
	// A record with nothing of the kind has no place for it: there is one form of each.
	_, err = decodeAdded(append(append([]byte{flagOrigin}, make([]byte, 32+8+8+8+4+3)...), 0, 0, 0, 0))
	require.ErrorIs(t, err, ErrCorrupt)
}

// What of a record does not decode is ErrCorrupt, and what decodes is written again
// in a form that decodes to the same.
func FuzzRecords(f *testing.F) {
	a := added{replaces: 3, arrived: -5, hasText: true, doc: reprint.Document{Title: "t", Published: time.Unix(1, 2)}, entry: []byte("entry")}
	f.Add(a.append(nil))
	a.doc.Byline, a.doc.Clock, a.doc.Hints = "b", origin.Day, []origin.Hint{{Kind: "k", Value: "v"}}
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
