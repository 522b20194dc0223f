package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

func requireEmpty(t testing.TB, folder string) {
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)
}

var optionsOfTests = map[string]engine.Options{
	"default":       {},
	"samples":       {SamplesOnly: true},
	"figures":       {ByFigures: true},
	"window":        {Window: 20 * time.Hour},
	"not same site": {SkipSameSite: true},
	"key":           {Key: engine.Key("a key of thirty-two bytes, or so.")},
	"low":           {Containment: .2, Overlap: .3, K: 3},
}

// The stages have the answers of one index, to the last digit, whatever the threads,
// parts, memory, and order of the documents.
func TestLocal(t *testing.T) {
	for name, o := range optionsOfTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWriter(uint64(len(name)))
			docs := w.collection(60)
			j := newJob(t, o)
			for _, l := range []Local{{}, {Threads: 3, Parts: 4, Memory: 1}, {Parts: 1, Memory: 1 << 20}, {Threads: 2, Parts: 64}} {
				lines, pairs := reference(t, o, docs)
				require.NotEmpty(t, pairs)
				gotLines, gotPairs := local(t, l, j, docs)
				require.Equal(t, lines, gotLines)
				require.Equal(t, pairs, gotPairs)
				docs = w.shuffled(docs)
			}
		})
	}
}

// Rows go to files, and come back in order, with those that are in memory.
func TestDataset(t *testing.T) {
	w := newWriter(3)
	for _, parts := range []int{1, 5} {
		for _, most := range []int64{1, 1 << 19, 1 << 30} {
			r := &room{folder: t.TempDir(), most: most, codec: reversed{}}
			sets := []*dataset{newDataset(r, parts), newDataset(r, parts)}
			want := make([][]Row, parts)
			for i := range 40_000 {
				row := Row{Key: int64(w.rng.Uint64()), Order: int64(w.rng.IntN(3) - 1), Value: fmt.Appendf(nil, "%d", i%17)}
				switch i % 4 {
				case 0:
					row.Key = int64(i % 10)
				case 1:
					row.Value = make([]byte, w.rng.IntN(200))
				}
				require.NoError(t, sets[i%2].add(row))
				n := partOf(row.Key, parts)
				want[n] = append(want[n], row)
			}
			spilled := false
			for n := range sets[0].parts {
				spilled = spilled || sets[0].parts[n].file != nil
			}
			require.Equal(t, most < 1<<30, spilled)
			require.NoError(t, sets[1].makeRoom())
			for n := range want {
				slices.SortFunc(want[n], Row.Compare)
				i := 0
				for row, err := range read(sets, n) {
					require.NoError(t, err)
					require.Zero(t, row.Compare(want[n][i]))
					i++
				}
				require.Len(t, want[n], i)
			}
			sets[0].drop()
			sets[1].drop()
			require.Zero(t, r.used.Load())
		}
	}
}

// An error, of whatever comes first, ends a run and leaves nothing.
func TestLocalFails(t *testing.T) {
	docs := newWriter(1).collection(8)
	j := newJob(t, engine.Options{})
	failed := errors.New("failed")
	nothing := func([]byte) error { return nil }
	fails := func([]byte) error { return failed }
	bad := append(slices.Clone(docs), engine.Document{Text: "of no id"})
	for name, run := range map[string]struct {
		l          Local
		docs       []engine.Document
		then       error
		line, pair func([]byte) error
		want       error
	}{
		"input":     {docs: docs, then: failed, want: failed},
		"document":  {docs: bad, want: cluster.ErrID},
		"line":      {docs: docs, line: fails, want: failed},
		"pair":      {docs: docs, line: nothing, pair: fails, want: failed},
		"no folder": {l: Local{Folder: filepath.Join(t.TempDir(), "none")}, docs: docs, want: ErrFiles},
	} {
		l := run.l
		if l.Folder == "" {
			l.Folder = t.TempDir()
			defer requireEmpty(t, l.Folder)
		}
		require.ErrorIs(t, l.Run(t.Context(), j, yield(run.docs, run.then), Answers{Line: run.line, Pair: run.pair}), run.want, name)
	}
	for after := range 6 {
		ctx, stop := context.WithCancel(t.Context())
		l, n := Local{Folder: t.TempDir(), Threads: 2}, 0
		in := func(yield func(Document, error) bool) {
			for _, d := range docs {
				if n++; n == 1+after*8 {
					stop()
				}
				if !yield(Document{Document: d}, nil) {
					return
				}
			}
			stop()
		}
		require.ErrorIs(t, l.Run(ctx, j, in, Answers{Line: nothing, Pair: nothing}), context.Canceled)
		requireEmpty(t, l.Folder)
	}
}

// A file that cannot be written is an error that says so.
func TestLocalFullDisk(t *testing.T) {
	r := &room{folder: t.TempDir(), most: 1, codec: plain{}}
	d := newDataset(r, 1)
	defer d.drop()
	f, err := os.Open(os.DevNull) // it cannot be written
	require.NoError(t, err)
	d.parts[0].file = f
	for err == nil {
		err = d.add(Row{Value: make([]byte, 1000)})
	}
	require.ErrorIs(t, err, ErrFiles)
	require.ErrorContains(t, err, "it needs more room there, more memory, or another folder")
}

// Of documents with one id the one that was published last stays, and what comes twice is
// one document.
func TestIDsThatComeTwice(t *testing.T) {
	for name, o := range optionsOfTests {
		w := newWriter(9)
		docs := w.collection(12)
		j := newJob(t, o)
		for i := range 6 {
			again := docs[i*3]
			again.Text = strings.Join(w.text(150), " ")
			again.Published = time.Date(2027, 1, i, 0, 0, 0, 0, time.UTC)
			if again.Published.Before(docs[i*3].Published) || docs[i*3].Published.IsZero() {
				again.Published = docs[i*3].Published.Add(-time.Hour)
				if docs[i*3].Published.IsZero() {
					continue // of no time is last
				}
			}
			docs = append(docs, again)
		}
		wantLines, wantPairs := reference(t, o, docs)
		gotLines, gotPairs := local(t, Local{}, j, w.shuffled(docs))
		require.Equal(t, slices.Sorted(slices.Values(wantLines)), slices.Sorted(slices.Values(gotLines)), name)
		require.Equal(t, wantPairs, gotPairs, name)

		// The same once more.
		wantLines, wantPairs = reference(t, o, docs[:20])
		gotLines, gotPairs = local(t, Local{Parts: 3}, j, append(slices.Clone(docs[:20]), docs[:20]...))
		require.Equal(t, append(slices.Clone(wantLines), wantLines...), gotLines, name)
		require.Equal(t, wantPairs, gotPairs, name)

		// Two of one time: one stays, whatever the order in which they come.
		again := docs[0]
		again.Text = strings.Join(w.text(150), " ")
		docs = append(docs[:20:20], again)
		first, firstPairs := local(t, Local{}, j, docs)
		second, secondPairs := local(t, Local{Parts: 7}, j, w.shuffled(docs))
		require.Equal(t, slices.Sorted(slices.Values(first)), slices.Sorted(slices.Values(second)), name)
		require.Equal(t, firstPairs, secondPairs, name)
		ofOne, _ := reference(t, o, docs[:20])
		ofOther, _ := reference(t, o, docs[1:])
		require.Contains(t, []string{slices.Max(ofOne[:1]), ofOther[19]}, first[0], name)
	}
}

// Pairs are in the order of ids, whatever these hold.
func TestOrderOfPairs(t *testing.T) {
	w := newWriter(5)
	text := w.text(200)
	var docs []engine.Document
	for _, id := range []string{"a", "a\x00", "a\x00b", "a\x01", "ab", "b", "\x00", "\xff"} {
		docs = append(docs, engine.Document{ID: id, Text: strings.Join(append(slices.Clone(text), id, "x", "y"), " ")})
		text[w.rng.IntN(len(text))] = "other"
	}
	wantLines, wantPairs := reference(t, engine.Options{}, docs)
	gotLines, gotPairs := local(t, Local{}, newJob(t, engine.Options{}), docs)
	require.Equal(t, wantLines, gotLines)
	require.Equal(t, wantPairs, gotPairs)
}
