package cluster

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
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
		b := x.NewBundle(entries, BatchOptions{})
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

		var wholes [][]uint64
		for _, p := range entries {
			one := bundled([]Prepared{p})
			join.KeepWholes(one, bandsOfWhole)
			wholes = append(wholes, one[0].Wholes)
		}
		n = 0
		for p := range x.NewBundle(entries, BatchOptions{Last: true}).All() {
			require.Empty(t, p.Bands)
			require.Equal(t, append([]uint64{}, wholes[n]...), append([]uint64{}, p.Wholes...))
			require.Equal(t, entries[n].doc, p.doc)
			n++
		}
		require.Equal(t, len(docs), n)
	}
	x := newIndex(t, Options{})
	for _, none := range []Bundle{{}, x.NewBundle(nil, BatchOptions{})} {
		for range none.All() {
			t.Error("it has none")
		}
	}
}
