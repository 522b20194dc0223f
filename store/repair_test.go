package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// damagedStore returns a store of fifty documents, of which some were replaced and
// removed, and those that it has.
func damagedStore(t *testing.T) (*vfs.MemFS, map[string]reprint.Document) {
	fs := vfs.NewMem()
	n := newNews(5)
	s := open(t, "store", store.Options{FS: fs, Checkpoint: 7})
	docs := n.documents(50)
	add(t, s, docs...)
	there := map[string]reprint.Document{}
	for i, d := range docs {
		switch {
		case i%10 == 3:
			_, _, err := s.Remove(t.Context(), d.ID)
			require.NoError(t, err)
			continue
		case i%10 == 4:
			d = n.document(d.ID)
			add(t, s, d)
		}
		there[d.ID] = d
	}
	shut(t, s)
	return fs, there
}

// requireThere requires that a store has these documents with their texts, and the
// clusters of a detector to which they were added in their order.
func requireThere(t *testing.T, s *store.Store, there map[string]reprint.Document) {
	documents := collect(t, s.Documents())
	require.Len(t, documents, len(there))
	want, err := reprint.New(reprint.Options{})
	require.NoError(t, err)
	slices.SortFunc(documents, func(a, b store.Document) int { return int(a.Position) - int(b.Position) })
	for _, d := range documents {
		text, err := s.Text(d.ID)
		require.NoError(t, err)
		d.Text = text
		require.Equal(t, there[d.ID], d.Document)
		_, err = want.Add(t.Context(), d.Document)
		require.NoError(t, err)
	}
	require.Equal(t, collect(t, want.Clusters()), collect(t, s.Clusters()))
	clean(t, s)
}

// Without its index a store is made anew with all its documents, and its feed begins
// anew. The damaged one stays as it is.
func TestRepairOfTheIndex(t *testing.T) {
	fs, there := damagedStore(t)
	for _, original := range []string{"store.damaged", "store.damaged-2"} {
		damageRun(t, fs, "postings lost")
		s := open(t, "store", store.Options{FS: fs, ReadOnly: true})
		last, err := s.Stats()
		require.NoError(t, err)
		shut(t, s)
		_, err = store.Open("store", store.Options{FS: fs})
		require.ErrorIs(t, err, store.ErrCorrupt)
		require.ErrorContains(t, err, "repair")
		before, err := fs.List("store")
		require.NoError(t, err)
		r, err := store.Repair(t.Context(), "store", store.Options{FS: fs})
		require.NoError(t, err)
		require.Equal(t, store.Repaired{Documents: len(there), Original: original}, r)
		after, err := fs.List(original)
		require.NoError(t, err)
		slices.Sort(before)
		slices.Sort(after)
		require.Equal(t, before, after)
		s = open(t, "store", store.Options{FS: fs})
		requireThere(t, s, there)
		stats, err := s.Stats()
		require.NoError(t, err)
		require.Equal(t, last.Position+1, stats.Position)
		for _, err := range s.Events(t.Context(), stats.Position) {
			require.ErrorIs(t, err, store.ErrTrimmed)
		}
		d := reprint.Document{ID: "new " + original, Text: "after the repair"}
		add(t, s, d)
		there[d.ID] = d
		require.Len(t, collect(t, s.Events(t.Context(), stats.Position+1)), 1)
		clean(t, s)
		shut(t, s)
	}
}

// What is damaged is named, and the rest is there.
func TestRepairSaysWhatIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(db *pebble.DB, position func(id string) []byte) error
		gone   string
		doc    bool // is not there any more
	}{
		"text": {func(db *pebble.DB, at func(string) []byte) error {
			return db.Set(append([]byte("t"), at("doc-0011")...), []byte("?"), pebble.Sync)
		}, `document "doc-0011": its text is gone`, false},
		"text lost": {func(db *pebble.DB, at func(string) []byte) error {
			return db.Delete(append([]byte("t"), at("doc-0011")...), pebble.Sync)
		}, `document "doc-0011": its text is gone`, false},
		"entry": {func(db *pebble.DB, at func(string) []byte) error {
			return db.Set(append([]byte("e"), at("doc-0011")...), []byte("?"), pebble.Sync)
		}, `document "doc-0011": it is gone`, true},
		"entry lost": {func(db *pebble.DB, at func(string) []byte) error {
			return db.Delete(append([]byte("e"), at("doc-0011")...), pebble.Sync)
		}, `document "doc-0011": it is gone`, true},
		"id": {func(db *pebble.DB, at func(string) []byte) error {
			return db.Set([]byte("idoc-0014"), []byte("?"), pebble.Sync)
		}, "", false},
		"position": {func(db *pebble.DB, at func(string) []byte) error {
			return db.Set([]byte("mposition"), []byte("?"), pebble.Sync)
		}, "", false},
		"whole index": {func(db *pebble.DB, at func(string) []byte) error {
			return db.DeleteRange([]byte("x"), []byte("y"), pebble.Sync)
		}, "", false},
		"whole expiry": {func(db *pebble.DB, at func(string) []byte) error {
			return db.DeleteRange([]byte("p"), []byte("q"), pebble.Sync)
		}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			fs, there := damagedStore(t)
			s := open(t, "store", store.Options{FS: fs})
			positions := map[string]uint64{}
			for _, d := range collect(t, s.Documents()) {
				positions[d.ID] = d.Position
			}
			shut(t, s)
			raw(t, fs, func(db *pebble.DB) {
				require.NoError(t, c.damage(db, func(id string) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, byte(positions[id])} }))
			})
			r, err := store.Repair(t.Context(), "store", store.Options{FS: fs})
			require.NoError(t, err)
			if c.gone == "" {
				require.Zero(t, r.GoneCount, r.Gone)
			} else {
				require.True(t, slices.ContainsFunc(r.Gone, func(p store.Problem) bool { return strings.HasPrefix(p.Error(), c.gone) }), fmt.Sprint(r.Gone))
			}
			if c.doc {
				delete(there, "doc-0011")
			}
			s = open(t, "store", store.Options{FS: fs})
			if c.gone != "" && !c.doc {
				_, err := s.Text("doc-0011")
				require.ErrorIs(t, err, store.ErrNoText)
				require.Equal(t, len(there), s.Len())
				clean(t, s)
			} else {
				requireThere(t, s, there)
			}
			shut(t, s)
		})
	}
}

// Of a store that has lost its end, Repair says which positions are gone, and gives
// none of them again.
func TestRepairAfterLoss(t *testing.T) {
	fs := vfs.NewCrashableMem()
	docs := newNews(7).documents(20)
	s := open(t, "store", store.Options{FS: fs})
	add(t, s, docs[:10]...)
	shut(t, s)
	s = open(t, "store", store.Options{FS: fs})
	add(t, s, docs[10:]...)
	killed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))})
	shut(t, s)
	name, _ := lastLog(t, killed)
	require.NoError(t, killed.Remove("store/"+name))
	r, err := store.Repair(t.Context(), "store", store.Options{FS: killed})
	require.NoError(t, err)
	require.Equal(t, 10, r.Documents)
	require.ErrorContains(t, r.Gone[0], "the positions from 11 to 20 are gone")
	s = open(t, "store", store.Options{FS: killed})
	stats, err := s.Stats()
	require.NoError(t, err)
	require.Equal(t, uint64(21), stats.Position)
	add(t, s, docs...)
	clean(t, s)
	shut(t, s)
}

// Nothing is changed where nothing can be made.
func TestRepairRefuses(t *testing.T) {
	fs, there := damagedStore(t)
	require.NoError(t, fs.MkdirAll("store.repaired", 0o755))
	_, err := store.Repair(t.Context(), "store", store.Options{FS: fs})
	require.ErrorContains(t, err, "store.repaired")
	require.NoError(t, fs.RemoveAll("store.repaired"))
	s := open(t, "store", store.Options{FS: fs})
	_, err = store.Repair(t.Context(), "store", store.Options{FS: fs})
	require.ErrorIs(t, err, store.ErrLocked)
	require.Equal(t, len(there), s.Len())
	shut(t, s)
	_, err = store.Repair(t.Context(), "none", store.Options{FS: fs})
	require.ErrorIs(t, err, store.ErrNotStore)
}
