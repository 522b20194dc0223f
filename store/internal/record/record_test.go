package record

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
	require.Equal(t, "e92718e17384c7c75147c85c2e37dbc7cf266825add1ce250ba2c1e93061d176", fmt.Sprintf("%x", HashOf(doc)))
	doc.Byline, doc.Owner, doc.Clock, doc.Hints = "by", "own", origin.Trusted, []origin.Hint{{Kind: "source", Value: "AP"}}
	require.Equal(t, "b0e07e7270c8e42e317be5ce669905e3331732ead36d2843a244f9c3d4374813", fmt.Sprintf("%x", HashOf(doc)))
	a := Added{Doc: doc, Entry: []byte("entry")}
	a.Doc.Text = ""
	b := a.Append(nil)
	require.Equal(t, "040000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000174000004026279036f776e0106736f75726365024150656e747279", fmt.Sprintf("%x", b))
	got, err := DecodeAdded(b)
	require.NoError(t, err)
	require.Equal(t, a, got)
	// A record with nothing of the kind has no place for it: there is one form of each.
	_, err = DecodeAdded(append(append([]byte{flagOrigin}, make([]byte, 32+8+8+8+4+3)...), 0, 0, 0, 0))
	require.ErrorIs(t, err, ErrCorrupt)
}

// What of a record does not decode is ErrCorrupt, and what decodes is written again
// in a form that decodes to the same.
func FuzzRecords(f *testing.F) {
	a := Added{Replaces: 3, Arrived: -5, HasText: true, Doc: reprint.Document{Title: "t", Published: time.Unix(1, 2)}, Entry: []byte("entry")}
	f.Add(a.Append(nil))
	a.Doc.Byline, a.Doc.Clock, a.Doc.Hints = "b", origin.Day, []origin.Hint{{Kind: "k", Value: "v"}}
	f.Add(a.Append(nil))
	a.Doc.Metadata = map[string]string{"k": "v", "": "w"}
	f.Add(a.Append(nil))
	l := Location{Position: 7, Published: -1, Arrived: 1, HasText: true}
	f.Add(l.Append(nil))
	r := Removed{Expired: true, Arrived: 8, Entry: 9, ID: "id"}
	f.Add(r.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := DecodeAdded(b); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		} else {
			again, err := DecodeAdded(a.Append(nil))
			require.NoError(t, err)
			require.Equal(t, a, again)
		}
		if l, err := DecodeLocation(b); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		} else {
			require.Equal(t, b, l.Append(nil))
		}
		if r, err := DecodeRemoved(b); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		} else {
			require.Equal(t, b, r.Append(nil))
		}
	})
}
