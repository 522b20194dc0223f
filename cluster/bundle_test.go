package cluster

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What comes out of a bundle is what went in, in any options.
func TestBundle(t *testing.T) {
	m := newMaker(t, 8)
	docs, _ := m.collection(100)
	for i := range docs {
		docs[i].Sequence = []uint32{uint32(i), 1 << 30, 0}[:i%4%3]
	}
	docs = append(docs, Entry{ID: "empty"}, Entry{ID: strings.Repeat("long", 1000), Words: 1})
	for _, o := range []Options{{}, {SamplesOnly: true}, {NewJudge: func() Judge { return nil }}} {
		x := newIndex(t, o)
		var entries []Prepared
		for i := range docs {
			docs[i].Note = strings.Repeat("note", i%3)
			entries = append(entries, x.prepare(&docs[i]))
		}
		n := 0
		b := NewBundle(entries)
		for p := range b.All() {
			require.Equal(t, docs[n].Note, p.Note)
			require.Equal(t, entries[n].doc, p.doc)
			require.Equal(t, entries[n].Brief, p.Brief)
			require.Equal(t, append([]uint32{}, entries[n].Bands...), append([]uint32{}, p.Bands...))
			want, err := entries[n].AppendBinary(nil)
			require.NoError(t, err)
			got, err := p.AppendBinary(nil)
			require.NoError(t, err)
			require.Equal(t, want, got)
			n++
		}
		require.Equal(t, len(docs), n)
	}
	for _, none := range []Bundle{{}, NewBundle(nil)} {
		for range none.All() {
			t.Error("it has none")
		}
	}
}
