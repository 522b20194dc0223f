package batch

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// versions returns versions of one story, each of which changes the one before, so that all
// are connected; a form that all have beside it; and digests of several of them.
func (w *writer) versions(n int) []engine.Document {
	story, form := w.text(150), w.text(40)
	var other [][]string
	for i := range n {
		at := w.rng.IntN(len(story) - 15)
		copy(story[at:at+15], w.text(15))
		switch {
		case i%10 == 9:
			w.add(w.site(), story[:len(story)/2])
		case i%50 == 7:
			w.add(w.site(), append([][]string{story}, other...)...)
			other = nil
		default:
			w.add(w.site(), story, form)
		}
		if i%12 == 0 {
			other = append(other, slices.Clone(story))
		}
	}
	for i := range w.docs { // in the order of versions, some at one time
		w.docs[i].Published = time.Date(2026, 1, 1, 0, i/3, 0, 0, time.UTC)
	}
	return w.docs
}

// A component of which nearly nothing stays in memory, or a part, is clustered as one that is
// there as a whole, whatever the options: also pairs are the same.
func TestComponentBeside(t *testing.T) {
	for name, o := range map[string]engine.Options{"default": {}, "samples": {SamplesOnly: true}, "figures": {ByFigures: true, Containment: .2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 500
			if testing.Short() { // the race detector finds no more in more of them
				n = 200
			}
			j, docs := newJob(t, o), newWriter(8).versions(n)
			lines, pairs := local(t, Local{Component: 1 << 40}, j, docs)
			require.Greater(t, largestComponent(t, pairs), n*9/10)
			for _, most := range []int64{1, 100_000} {
				gotLines, gotPairs := local(t, Local{Component: most, Threads: 2}, j, docs)
				require.True(t, slices.Equal(lines, gotLines))
				require.True(t, slices.Equal(pairs, gotPairs))
			}
		})
	}
}

// largestComponent returns how many documents are connected by some pairs.
func largestComponent(t testing.TB, pairs []string) (most int) {
	of := map[string][]string{} // by document, those of its component
	for _, line := range pairs {
		var a, b string
		_, err := fmt.Sscanf(line, "%q {ID:%s", &a, &b)
		require.NoError(t, err)
		for _, id := range []string{a, b} {
			if of[id] == nil {
				of[id] = []string{id}
			}
		}
		if &of[a][0] != &of[b][0] {
			both := slices.Concat(of[a], of[b])
			for _, id := range both {
				of[id] = both
			}
			most = max(most, len(both))
		}
	}
	return most
}

// membersOf returns the rows of components of a job, in their order.
func membersOf(t testing.TB, j *Job, docs []engine.Document) []Row {
	rows := all(t, j, docs)
	found := slices.Concat(rows[ofMember], rows[ofLink])
	slices.SortFunc(found, Row.Compare)
	return found
}

// A file that cannot be made, written or read is an error that says what to do.
func TestSpillFails(t *testing.T) {
	w := newWriter(1)
	text := strings.Join(w.text(150), " ")
	docs := []engine.Document{{ID: "a", Text: text}, {ID: "b", Text: text + " more"}, {ID: "c", Text: text + " and more"}}
	j := newJob(t, engine.Options{})
	rows := membersOf(t, j, docs)
	run := func(folder string, spoil func(*component)) error {
		b := j.WithComponents(Components{Memory: 1, Folder: folder})
		return b.components(t.Context(), rowsOf(rows), sees{text: true, about: true}, func(c *component) error {
			spoil(c)
			if err := c.clusters(func(found cluster.Cluster) error {
				for _, m := range found.Members {
					if _, err := c.document(m.ID); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
			for range c.index.Pairs() {
			}
			return c.index.Err()
		})
	}
	folder := t.TempDir()
	require.NoError(t, run(folder, func(*component) {}))
	requireEmpty(t, folder)
	for name, spoil := range map[string]func(*component){
		"closed": func(c *component) { c.file.file.Close() },
		"cut":    func(c *component) { require.NoError(t, c.file.file.Truncate(20)) },
	} {
		err := run(folder, spoil)
		require.ErrorIs(t, err, ErrFiles, name)
		require.ErrorContains(t, err, "it needs more room there, more memory, or another folder")
		requireEmpty(t, folder)
	}
	full := &spill{folder: folder}
	p, err := j.prepare(&docs[0], nil)
	require.NoError(t, err)
	_, err = full.add(p, Told{Document: &docs[0]})
	require.NoError(t, err)
	full.to.Reset(unwritable{})
	for err == nil {
		_, err = full.add(p, Told{Document: &docs[0]})
	}
	require.ErrorIs(t, err, ErrFiles)
	require.ErrorIs(t, full.flush(), ErrFiles)
	require.NoError(t, full.close())
	require.ErrorIs(t, run(folder+"/none", func(*component) {}), ErrFiles)
}

type unwritable struct{}

func (unwritable) Write([]byte) (int, error) { return 0, os.ErrClosed }

// Rows that do not fit one another are an error that names one.
func TestBrokenComponents(t *testing.T) {
	j := newJob(t, engine.Options{})
	docs := newWriter(2).collection(4)
	rows := membersOf(t, j, docs)
	link := slices.IndexFunc(rows, func(r Row) bool { return r.Value[0] == ofLink })
	require.Positive(t, link)
	stranger := rows[link]
	stranger.Value = slices.Clone(stranger.Value)
	stranger.Value[3]++
	itself := rows[link]
	itself.Value = slices.Clone(itself.Value)
	copy(itself.Value[9:17], itself.Value[1:9])
	late := rows[link-1]
	for _, bad := range []Row{stranger, itself, {late.Key, 1, late.Value}} {
		some := slices.Clone(rows)
		some = slices.Insert(some, link+1, bad)
		for _, memory := range []int64{0, 1} {
			err := j.WithComponents(Components{Memory: memory, Folder: t.TempDir()}).components(t.Context(), rowsOf(some), sees{}, func(*component) error { return nil })
			require.ErrorIs(t, err, ErrRow)
		}
	}
	failed := errors.New("failed")
	require.ErrorIs(t, j.components(t.Context(), rowsOf(rows), sees{}, func(*component) error { return failed }), failed)
}
