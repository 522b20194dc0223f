package store_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

func add(t testing.TB, s *store.Store, docs ...reprint.Document) (last reprint.Added) {
	t.Helper()
	for _, doc := range docs {
		var err error
		last, err = s.Add(t.Context(), doc)
		require.NoError(t, err)
	}
	return last
}

type quiet struct{}

func (quiet) Infof(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}
func (quiet) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}

// raw opens Pebble under a closed store, to damage it.
func raw(t testing.TB, fs vfs.FS, change func(db *pebble.DB)) {
	t.Helper()
	db, err := pebble.Open("store", &pebble.Options{FS: fs, FormatMajorVersion: pebble.FormatValueSeparation, Logger: quiet{}})
	require.NoError(t, err)
	change(db)
	require.NoError(t, db.Close())
	if _, err := fs.Stat("store/RECEIPT"); err == nil {
		require.NoError(t, store.Acknowledge(fs, "store"))
	}
}

func TestOneProcessAtATime(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	link := filepath.Join(t.TempDir(), "link")
	names := []string{dir, filepath.Join(dir, "..", filepath.Base(dir))}
	if os.Symlink(dir, link) == nil {
		names = append(names, link)
	}
	for _, name := range names {
		for _, readOnly := range []bool{false, true} {
			_, err := store.Open(name, store.Options{ReadOnly: readOnly})
			require.ErrorIs(t, err, store.ErrLocked, name)
		}
	}
	shut(t, s)
	shut(t, open(t, dir, store.Options{}))
}

func TestOtherOptionsAreRefused(t *testing.T) {
	fs := vfs.NewMem()
	own := reprint.Options{K: 4, Containment: .4}
	shut(t, open(t, "store", store.Options{FS: fs, Detector: own}))
	shut(t, open(t, "store", store.Options{FS: fs}))
	shut(t, open(t, "store", store.Options{FS: fs, Detector: reprint.Options{K: 4, Containment: .4, Overlap: .6, Slots: 128}}))
	for field, o := range map[string]reprint.Options{
		"K is 5":          {Containment: .4},
		"Method":          {K: 4, Containment: .4, Method: 1},
		"Slots is 64":     {K: 4, Containment: .4, Slots: 64},
		"Seed":            {K: 4, Containment: .4, Seed: 1},
		"Containment":     {K: 4},
		"SamplesOnly":     {K: 4, Containment: .4, SamplesOnly: true},
		"MaxMatches is 3": {K: 4, Containment: .4, MaxMatches: 3},
	} {
		_, err := store.Open("store", store.Options{FS: fs, Detector: o})
		require.ErrorIs(t, err, store.ErrScheme)
		require.ErrorContains(t, err, field)
	}
	for _, o := range []store.Options{
		{Cache: -1}, {Events: -1}, {Window: -1}, {WindowBy: 2}, {Texts: 3}, {Texts: store.FetchTexts},
		{Detector: reprint.Options{K: 99}},
	} {
		o.FS = vfs.NewMem()
		_, err := store.Open("store", o)
		require.ErrorIs(t, err, store.ErrOptions)
	}
}

func TestNewerVersionsAreRefused(t *testing.T) {
	fs := vfs.NewMem()
	shut(t, open(t, "store", store.Options{FS: fs}))
	raw(t, fs, func(db *pebble.DB) {
		require.NoError(t, db.Set([]byte("mversion"), []byte{0, 0, 0, 0, 0, 0, 0, 5}, pebble.Sync))
	})
	_, err := store.Open("store", store.Options{FS: fs})
	require.ErrorIs(t, err, store.ErrVersion)
}

func TestWhatIsNoStoreIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "letters.txt"), []byte("mine"), 0o600))
	_, err := store.Open(dir, store.Options{})
	require.ErrorIs(t, err, store.ErrNotStore)
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, names, 1)

	_, err = store.Open(filepath.Join(dir, "none"), store.Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrNotStore)
	_, err = store.Open(t.TempDir(), store.Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrNotStore)

	fs := vfs.NewMem()
	raw(t, fs, func(db *pebble.DB) { require.NoError(t, db.Set([]byte("k"), nil, pebble.Sync)) })
	_, err = store.Open("store", store.Options{FS: fs})
	require.ErrorIs(t, err, store.ErrNotStore)
}

func TestReadOnly(t *testing.T) {
	fs := vfs.NewMem()
	s := open(t, "store", store.Options{FS: fs})
	docs := newNews(5).documents(12)
	add(t, s, docs...)
	want := collect(t, s.Clusters())
	feed := collect(t, s.Events(t.Context(), 1))
	shut(t, s)
	s = open(t, "store", store.Options{FS: fs, ReadOnly: true})
	_, err := s.Add(t.Context(), docs[0])
	require.ErrorIs(t, err, store.ErrReadOnly)
	require.ErrorIs(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{}), store.ErrReadOnly)
	_, _, err = s.Remove(t.Context(), "x")
	require.ErrorIs(t, err, store.ErrReadOnly)
	_, err = s.Expire(t.Context(), firstDay)
	require.ErrorIs(t, err, store.ErrReadOnly)
	require.Equal(t, want, collect(t, s.Clusters()))
	require.Equal(t, feed, collect(t, s.Events(t.Context(), 1)))
	clean(t, s)
	shut(t, s)
}

func TestClosed(t *testing.T) {
	s := open(t, "store", store.Options{FS: vfs.NewMem()})
	add(t, s, newNews(5).documents(3)...)
	for range s.Documents() {
		for c, err := range s.Clusters() {
			if err != nil {
				require.ErrorIs(t, err, store.ErrClosed)
				continue
			}
			require.NotEmpty(t, c.Members)
			shut(t, s) // also from within loops
		}
	}
	shut(t, s)
	_, err := s.Add(t.Context(), reprint.Document{ID: "a"})
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = s.Query(reprint.Document{ID: "a"})
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = s.Text("doc-0000")
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = s.Check(t.Context())
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = s.Stats()
	require.ErrorIs(t, err, store.ErrClosed)
	for _, err := range s.Follow(t.Context(), 1) {
		require.ErrorIs(t, err, store.ErrClosed)
	}
	require.Zero(t, s.Len())
}

// The size on disk is that of all files, the index's own included.
func TestSizeOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	add(t, s, newNews(8).documents(40)...)
	shut(t, s)
	s = open(t, dir, store.Options{})
	n, err := s.Stats()
	require.NoError(t, err)
	runs, bytes := 0, 0
	for _, pattern := range []string{"*.run", "*.sst"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		for _, name := range names {
			info, err := os.Stat(name)
			require.NoError(t, err)
			if bytes += int(info.Size()); pattern == "*.run" {
				runs++
			}
		}
	}
	require.Positive(t, runs)
	require.GreaterOrEqual(t, int(n.DiskBytes), bytes)
	shut(t, s)
}

// Check finds each kind of damage. A store whose log is damaged after the last
// checkpoint opens only to be looked at; one whose index does not open does not
// open at all.
func TestCheckFindsDamage(t *testing.T) {
	eight := func(n byte) string { return string([]byte{0, 0, 0, 0, 0, 0, 0, n}) }
	const (
		opens = iota
		opensToRead
		opensNot
	)
	type damage struct {
		damage func(db *pebble.DB) error
		then   int
	}
	cases := map[string]damage{
		"text lost":       {func(db *pebble.DB) error { return db.Delete([]byte("t"+eight(2)), pebble.Sync) }, opens},
		"text damaged":    {func(db *pebble.DB) error { return db.Set([]byte("t"+eight(2)), []byte("?"), pebble.Sync) }, opens},
		"text of nothing": {func(db *pebble.DB) error { return db.Set([]byte("t"+eight(9)), nil, pebble.Sync) }, opens},
		"expiry of none":  {func(db *pebble.DB) error { return db.Set([]byte("p"+eight(1)+eight(3)), []byte("x"), pebble.Sync) }, opens},
		"expiry twice": {func(db *pebble.DB) error {
			return db.Set([]byte("a"+eight(1)+eight(3)), []byte("doc-0002"), pebble.Sync)
		}, opens},
		"expiry lost":      {func(db *pebble.DB) error { return db.DeleteRange([]byte("a"), []byte("b"), pebble.Sync) }, opens},
		"event damaged":    {func(db *pebble.DB) error { return db.Set([]byte("v"+eight(1)), []byte("?"), pebble.Sync) }, opens},
		"key too long":     {func(db *pebble.DB) error { return db.Set([]byte("t-and-more-than-that"), nil, pebble.Sync) }, opens},
		"unknown kind":     {func(db *pebble.DB) error { return db.Set([]byte("z"), nil, pebble.Sync) }, opens},
		"id lost":          {func(db *pebble.DB) error { return db.Delete([]byte("idoc-0001"), pebble.Sync) }, opens},
		"id damaged":       {func(db *pebble.DB) error { return db.Set([]byte("idoc-0001"), []byte("?"), pebble.Sync) }, opens},
		"entry lost":       {func(db *pebble.DB) error { return db.Delete([]byte("e"+eight(2)), pebble.Sync) }, opensToRead},
		"last entry lost":  {func(db *pebble.DB) error { return db.Delete([]byte("e"+eight(5)), pebble.Sync) }, opensToRead},
		"entry damaged":    {func(db *pebble.DB) error { return db.Set([]byte("e"+eight(2)), []byte("?"), pebble.Sync) }, opensToRead},
		"removal damaged":  {func(db *pebble.DB) error { return db.Set([]byte("r"+eight(6)), []byte("?"), pebble.Sync) }, opensToRead},
		"removal too many": {func(db *pebble.DB) error { return db.Set([]byte("r"+eight(2)), []byte("?"), pebble.Sync) }, opensToRead},
		"old entry lost":   {func(db *pebble.DB) error { return db.Delete([]byte("e"+eight(2)), pebble.Sync) }, opens},
		"document lost":    {func(db *pebble.DB) error { return db.Delete([]byte("xd\x00\x00\x00\x01"), pebble.Sync) }, opens},
		"document damaged": {func(db *pebble.DB) error { return db.Set([]byte("xd\x00\x00\x00\x01"), []byte("?"), pebble.Sync) }, opensNot},
		"number lost":      {func(db *pebble.DB) error { return db.Delete([]byte("xidoc-0001"), pebble.Sync) }, opens},
		"number too large": {func(db *pebble.DB) error {
			return db.Set([]byte("xidoc-0001"), []byte{0, 0, 1, 0}, pebble.Sync)
		}, opens},
		"header damaged":   {func(db *pebble.DB) error { return db.Set([]byte("xm"), []byte{1}, pebble.Sync) }, opensNot},
		"postings damaged": {nil, opens},
		"tail damaged":     {nil, opensNot},
		"postings lost":    {nil, opensNot},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fs := vfs.NewCrashableMem()
			s := open(t, "store", store.Options{FS: fs})
			add(t, s, newNews(6).documents(5)...)
			_, ok, err := s.Remove(t.Context(), "doc-0000")
			require.NoError(t, err)
			require.True(t, ok)
			clean(t, s)
			if c.then == opensToRead { // what the log has, no checkpoint has
				crashed := fs.CrashClone(vfs.CrashCloneCfg{})
				shut(t, s)
				fs = crashed
			} else {
				shut(t, s)
			}
			if c.damage != nil {
				raw(t, fs, func(db *pebble.DB) { require.NoError(t, c.damage(db)) })
			} else {
				damageRun(t, fs, name)
			}
			s, err = store.Open("store", store.Options{FS: fs})
			if c.then == opens {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, store.ErrCorrupt)
				s = open(t, "store", store.Options{FS: fs, ReadOnly: true})
				if c.then == opensNot { // the index: what does not need it is there
					withoutIndex(t, s)
				}
			}
			problems, err := s.Check(t.Context())
			require.NoError(t, err)
			require.NotEmpty(t, problems)
			for _, p := range problems {
				require.NotEmpty(t, p.Error())
			}
			shut(t, s)
		})
	}
}

// withoutIndex requires that documents, texts and events can be read, and that what
// needs the index says that it is damaged.
func withoutIndex(t *testing.T, s *store.Store) {
	documents := collect(t, s.Documents())
	require.Len(t, documents, 4)
	for _, d := range documents {
		_, err := s.Text(d.ID)
		require.NoError(t, err)
	}
	require.Len(t, collect(t, s.Events(t.Context(), 1)), 6)
	stats, err := s.Stats()
	require.NoError(t, err)
	require.Equal(t, 4, stats.Documents)
	require.Equal(t, 4, s.Len())
	for _, err := range s.Clusters() {
		require.ErrorIs(t, err, store.ErrCorrupt)
	}
	_, err = s.Cluster("doc-0001")
	require.ErrorIs(t, err, store.ErrCorrupt)
	_, err = s.Query(reprint.Document{ID: "q", Text: "a text"})
	require.ErrorIs(t, err, store.ErrCorrupt)
	_, err = s.Explain("doc-0001", "doc-0002")
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorIs(t, s.Err(), store.ErrCorrupt)
}

// What of the index cannot be read while it is used stops the store, which does not
// say that writing has failed.
func TestDamageWhileOpen(t *testing.T) {
	fs := vfs.NewMem()
	docs := newNews(6).documents(40)
	s := open(t, "store", store.Options{FS: fs})
	add(t, s, docs...)
	shut(t, s)
	damageRun(t, fs, "postings damaged")
	s = open(t, "store", store.Options{FS: fs, Cache: 1})
	var err error
	for i := 0; err == nil; i++ {
		d := docs[i%40]
		d.ID += "again"
		d.Title += fmt.Sprint(i)
		_, err = s.Add(t.Context(), d)
	}
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.NotContains(t, err.Error(), "writing failed")
	require.Contains(t, err.Error(), "repair")
	_, err = s.Add(t.Context(), reprint.Document{ID: "more", Text: "more"})
	require.ErrorIs(t, err, store.ErrCorrupt)
	for _, d := range docs {
		text, err := s.Text(d.ID)
		require.NoError(t, err)
		require.Equal(t, d.Text, text)
	}
	s.Close()
	_, err = store.Repair(t.Context(), "store", store.Options{FS: fs})
	require.NoError(t, err)
	s = open(t, "store", store.Options{FS: fs})
	require.GreaterOrEqual(t, s.Len(), 40)
	clean(t, s)
	shut(t, s)
}

// damageRun damages the file with the postings of shingles.
func damageRun(t *testing.T, fs vfs.FS, how string) {
	names, err := fs.List("store")
	require.NoError(t, err)
	i := slices.IndexFunc(names, func(n string) bool { return n[0] == 's' && strings.HasSuffix(n, ".run") })
	path := fs.PathJoin("store", names[i])
	f, err := fs.Open(path)
	require.NoError(t, err)
	b, err := io.ReadAll(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, fs.Remove(path))
	switch how {
	case "postings lost":
		return
	case "postings damaged":
		b[3] ^= 1
	case "tail damaged":
		b[len(b)-40] ^= 1
	}
	f, err = fs.Create(path, vfs.WriteCategoryUnspecified)
	require.NoError(t, err)
	_, err = f.Write(b)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
