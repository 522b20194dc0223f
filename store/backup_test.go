//go:build unix

package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
	"github.com/cbb30ed1/reprint/store/internal/gate"
)

// A ledger is what was added to a store.
type ledger struct {
	mu    sync.Mutex
	title map[uint64]string // by position
	last  uint64            // the greatest position that was acknowledged

	most atomic.Uint64 // the position from which work pauses, so that a slow machine copies no more than a fast one
}

func (l *ledger) note(position uint64, title string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.title[position] = title
	l.last = max(l.last, position)
}

func (l *ledger) acknowledged() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// upTo returns the titles of the documents that there are after some changes, by their ids.
func (l *ledger) upTo(changes []store.Change) map[string]string {
	there := map[string]string{}
	for _, c := range changes {
		if title, added := l.title[c.Position]; added {
			there[c.ID] = title
		} else {
			delete(there, c.ID)
		}
	}
	return there
}

// work adds, updates and removes documents from several goroutines, until stopped.
func work(t *testing.T, s *store.Store, l *ledger) (stop func()) {
	var all sync.WaitGroup
	var ended atomic.Bool
	const workers = 4
	for w := range workers {
		all.Go(func() {
			n := newNews(uint64(w) + 50)
			for i := 0; !ended.Load(); i++ {
				if l.acknowledged() >= l.most.Load() {
					time.Sleep(100 * time.Microsecond)
					i--
					continue
				}
				j := newCrashJob(n, i)
				id := fmt.Sprint(w, "-", j.doc.ID)
				if j.doc.ID = id; j.remove {
					if _, _, err := s.Remove(context.Background(), id); !assert.NoError(t, err) {
						return
					}
					continue
				}
				a, err := s.Add(context.Background(), j.doc)
				if !assert.NoError(t, err) {
					return
				}
				l.note(a.Position, j.doc.Title)
			}
		})
	}
	return func() {
		ended.Store(true)
		all.Wait()
	}
}

// linkless is a file system without hard links, as some are.
type linkless struct{ vfs.FS }

func (linkless) Link(string, string) error { return syscall.EPERM }

// Copied all the time while it is written, flushed, merged and trimmed, a store gives
// copies that are sound, have all that was acknowledged before, and are what it was at one
// position.
func TestBackupsUnderLoad(t *testing.T) {
	for _, c := range []struct {
		name string
		fs   vfs.FS
		o    store.Options
	}{
		{"disk,log=kept", nil, keeping},
		{"disk,log=trimmed", nil, trimming},
		{"memory", vfs.NewMem(), keeping},
		{"no links", linkless{vfs.NewMem()}, trimming},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, dir := c.o, "dir"
			o.FS = c.fs
			if c.fs == nil {
				dir = t.TempDir()
			} else {
				require.NoError(t, c.fs.MkdirAll(dir, 0o755))
			}
			dir += "/"
			s := open(t, dir+"db", store.FlushOften(o))
			l := &ledger{title: map[uint64]string{}}
			stop := work(t, s, l)
			var positions []uint64
			for i := range 6 {
				l.most.Store(l.acknowledged() + 100)
				for before := l.acknowledged(); l.acknowledged() < before+20 && !t.Failed(); {
					time.Sleep(100 * time.Microsecond)
				}
				before := l.acknowledged()
				position, err := store.Backup(t.Context(), dir+"db", fmt.Sprint(dir, "copy", i), o)
				if !assert.NoError(t, err) {
					break
				}
				assert.GreaterOrEqual(t, position, before)
				positions = append(positions, position)
			}
			stop()
			changes := collect(t, s.Events(t.Context(), 1))
			for i, position := range positions {
				name := fmt.Sprint(dir, "copy", i)
				for _, readOnly := range []bool{true, false}[:1+i%2] {
					o.ReadOnly = readOnly
					b := open(t, name, o)
					stats, err := b.Stats()
					require.NoError(t, err)
					require.Equal(t, position, stats.Position)
					there := map[string]string{}
					for _, d := range collect(t, b.Documents()) {
						there[d.ID] = d.Title
					}
					require.Equal(t, l.upTo(changes[:position]), there)
					clean(t, b)
					if store.KeepsLog(o) && readOnly {
						again, err := store.Replay(b)
						require.NoError(t, err)
						require.Equal(t, again, collect(t, b.Clusters()))
					}
					if !readOnly {
						a := add(t, b, newNews(7).document("of the copy's own"))
						require.Equal(t, position+1, a.Position)
					}
					shut(t, b)
				}
			}
			clean(t, s)
			shut(t, s)
			o.ReadOnly = false
			s = open(t, dir+"db", o)
			clean(t, s)
			shut(t, s)
		})
	}
}

// What a copy shares with its store nobody changes, whichever is written.
func TestBackupIsApart(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir+"/db", trimming)
	n := newNews(4)
	for i := range 100 {
		add(t, s, n.document(fmt.Sprint(i)))
	}
	want := goldenOf(t, s)
	_, err := store.Backup(t.Context(), dir+"/db", dir+"/copy", store.Options{})
	require.NoError(t, err)
	for i := range 100 {
		add(t, s, n.document(fmt.Sprint("later ", i)))
	}
	b := open(t, dir+"/copy", trimming)
	require.Equal(t, want, goldenOf(t, b))
	more := goldenOf(t, s)
	for i := range 100 {
		add(t, b, n.document(fmt.Sprint("other ", i)))
	}
	clean(t, b)
	shut(t, b)
	require.Equal(t, more, goldenOf(t, s))
	clean(t, s)
	shut(t, s)
}

func TestBackupFolder(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir+"/db", store.Options{})
	add(t, s, newNews(1).document("a"))
	shut(t, s)

	backup := func(from, to string) error {
		_, err := store.Backup(t.Context(), dir+from, dir+to, store.Options{})
		return err
	}
	require.NoError(t, backup("/db", "/above/copy"))
	require.ErrorIs(t, backup("/db", "/above/copy"), store.ErrOptions)
	require.ErrorIs(t, backup("/db", "/db"), store.ErrOptions)
	require.NoError(t, os.Mkdir(dir+"/shared", 0o750))
	require.NoError(t, backup("/above/copy", "/shared"))
	if info, err := os.Stat(dir + "/shared"); assert.NoError(t, err) {
		assert.Equal(t, fs.FileMode(0o750), info.Mode().Perm())
	}
	require.ErrorIs(t, backup("/db", "/db/x/y"), store.ErrOptions)
	require.ErrorIs(t, backup("/none", "/x"), store.ErrNotStore)
	require.ErrorIs(t, backup("/above", "/x"), store.ErrNotStore)

	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	_, err := store.Backup(ctx, dir+"/db", dir+"/x", store.Options{})
	require.ErrorIs(t, err, gone)
	_, err = store.Backup(t.Context(), dir+"/db", dir+"/x", store.Options{MinFree: 1 << 60, FS: linkless{vfs.Default}})
	require.ErrorIs(t, err, store.ErrNoSpace)
	require.ElementsMatch(t, []string{"db", "above", "shared"}, namesIn(t, dir))
}

func namesIn(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What is gone from a store is not hidden by a copy of it.
func TestBackupOfDamaged(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir+"/db", store.FlushOften(trimming))
	n := newNews(9)
	for i := range 230 {
		add(t, s, n.document(fmt.Sprint(i)))
	}
	// Where checkpoints are written beside, they may be all that the last log has. This one has
	// all documents in one log.
	whole := open(t, dir+"/whole", store.Options{})
	for i := range 20 {
		add(t, whole, n.document(fmt.Sprint(i)))
	}
	for name, damage := range map[string]func(dir string) error{
		"log": func(dir string) error { return os.Remove(only(dir, "*.log")) },
		"cut log": func(dir string) error {
			log := only(dir, "*.log")
			info, err := os.Stat(log)
			require.NoError(t, err)
			return os.Truncate(log, info.Size()/2)
		},
		"table":   func(dir string) error { return os.Remove(only(dir, "*.sst")) },
		"run":     func(dir string) error { return os.Remove(only(dir, "s*.run")) },
		"receipt": func(dir string) error { return os.Remove(only(dir, "RECEIPT")) },
		"list":    func(dir string) error { return os.Truncate(only(dir, "MANIFEST-*"), 60) },
		"no list": func(dir string) error { return os.Remove(only(dir, "MANIFEST-*")) },
	} {
		t.Run(name, func(t *testing.T) {
			to, from := t.TempDir(), dir+"/db"
			if name == "cut log" {
				from = dir + "/whole"
			}
			_, err := store.Backup(t.Context(), from, to+"/sound", store.Options{})
			require.NoError(t, err)
			require.NoError(t, damage(to+"/sound"))
			_, err = store.Backup(t.Context(), to+"/sound", to+"/copy", store.Options{})
			require.ErrorIs(t, err, store.ErrCorrupt)
			require.NotContains(t, err.Error(), ".copy-")
			require.Equal(t, []string{"sound"}, namesIn(t, to))
		})
	}
	shut(t, s)
	shut(t, whole)
}

// only returns the last file of a folder with a name like that.
func only(dir, like string) string {
	names, _ := filepath.Glob(filepath.Join(dir, like))
	if len(names) == 0 {
		return filepath.Join(dir, "no "+like)
	}
	return names[len(names)-1]
}

// A store of an earlier version of the format is not copied.
func TestBackupOfEarlierVersions(t *testing.T) {
	for _, version := range []string{"v1", "v2", "v3"} {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir+"/db", os.DirFS(filepath.Join("testdata", version))))
		_, err := store.Backup(t.Context(), dir+"/db", dir+"/copy", store.Options{})
		require.ErrorIs(t, err, store.ErrRules)
		require.ErrorContains(t, err, "copy it with the version that made it")
		require.NoDirExists(t, dir+"/copy")
	}
}

// A store that is open to write is read in a copy, which is gone when it is closed. What a
// killed reader has left is deleted by the next.
func TestOpenCopy(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir+"/db", store.Options{})
	n := newNews(2)
	for i := range 20 {
		add(t, s, n.document(fmt.Sprint(i)))
	}
	_, err := store.Open(dir+"/db", store.Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrLocked)

	left := dir + "/db.copy-0123456789abcdef"
	mine := dir + "/db.copy-of-mine"
	require.NoError(t, os.MkdirAll(left+"/store", 0o755))
	require.NoError(t, os.WriteFile(left+"/store/000001.sst", nil, 0o600))
	require.NoError(t, os.Mkdir(mine, 0o755))
	require.NoError(t, os.MkdirAll(dir+"/elsewhere/store", 0o755))
	if os.Symlink(dir+"/elsewhere", dir+"/db.copy-00000000000000aa") != nil {
		require.NoError(t, os.Mkdir(dir+"/db.copy-00000000000000aa", 0o755))
	}
	var copies []*store.Store
	for range 3 {
		b, err := store.OpenCopy(t.Context(), dir+"/db", store.Options{})
		require.NoError(t, err)
		copies = append(copies, b)
	}
	names := slices.DeleteFunc(namesIn(t, dir), func(n string) bool { return !strings.HasPrefix(n, "db.copy-") })
	require.Len(t, names, 5, "those in use stay")
	require.Equal(t, []string{"store"}, namesIn(t, dir+"/elsewhere"))
	require.NoError(t, os.Remove(dir+"/db.copy-00000000000000aa"))
	require.NotContains(t, names, filepath.Base(left))
	want := goldenOf(t, s)
	add(t, s, n.document("later"))
	for _, b := range copies {
		require.Equal(t, want, goldenOf(t, b))
		_, err := b.Add(t.Context(), n.document("x"))
		require.ErrorIs(t, err, store.ErrReadOnly)
		shut(t, b)
		shut(t, b)
	}
	require.ElementsMatch(t, []string{"db", "db.copy-of-mine", "elsewhere"}, namesIn(t, dir))
	_, err = store.OpenCopy(t.Context(), dir+"/db", store.Options{Cache: -1})
	require.ErrorIs(t, err, store.ErrOptions)
	shut(t, s)
}

// A laggard is a file system whose calls wait, now and then, until more was written.
type laggard struct {
	vfs.FS
	lag func()
}

func (f laggard) List(dir string) ([]string, error) {
	f.lag()
	return f.FS.List(dir)
}

func (f laggard) Link(from, to string) error {
	f.lag()
	return f.FS.Link(from, to)
}

func (f laggard) Stat(name string) (vfs.FileInfo, error) {
	f.lag()
	return f.FS.Stat(name)
}

func (f laggard) Open(name string, o ...vfs.OpenOption) (vfs.File, error) {
	f.lag()
	file, err := f.FS.Open(name, o...)
	if err != nil {
		return nil, err
	}
	return laggingFile{file, f.lag}, nil
}

type laggingFile struct {
	vfs.File
	lag func()
}

func (f laggingFile) Read(b []byte) (int, error) {
	f.lag()
	return f.File.Read(b)
}

// However much is written between two steps of copying, a copy that is made is right.
func TestBackupsThatLag(t *testing.T) {
	for _, links := range []bool{true, false} {
		t.Run(fmt.Sprint("links=", links), func(t *testing.T) {
			disk := vfs.FS(vfs.NewMem())
			o := keeping
			o.FS = disk
			s := open(t, "db", store.FlushOften(o))
			l := &ledger{title: map[uint64]string{}}
			stop := work(t, s, l)
			if !links {
				disk = linkless{disk}
			}
			rng := rand.New(rand.NewPCG(5, 6))
			rare := 1
			lags := 0 // so many more, so that each copy comes to its end
			lag := func() {
				if lags == 0 || rng.IntN(rare) > 0 {
					return
				}
				lags--
				until := l.acknowledged() + 1 + uint64(rng.IntN(25))
				l.most.Store(max(l.most.Load(), until+5))
				for l.acknowledged() < until && !t.Failed() {
					time.Sleep(100 * time.Microsecond)
				}
			}
			positions := map[string]uint64{}
			for i := range 6 {
				l.most.Store(l.acknowledged() + 60)
				o.FS, lags, rare = laggard{disk, lag}, 12, 10<<(i%4)
				before := l.acknowledged()
				name := fmt.Sprint("copy", i)
				position, err := store.Backup(t.Context(), "db", name, o)
				if !assert.NoError(t, err) {
					break
				}
				assert.GreaterOrEqual(t, position, before)
				positions[name] = position
			}
			stop()
			changes := collect(t, s.Events(t.Context(), 1))
			o.FS, o.ReadOnly = disk, true
			for name, position := range positions {
				b := open(t, name, o)
				clean(t, b)
				there := map[string]string{}
				for _, d := range collect(t, b.Documents()) {
					there[d.ID] = d.Title
				}
				require.Equal(t, l.upTo(changes[:position]), there)
				shut(t, b)
			}
			clean(t, s)
			shut(t, s)
		})
	}
}

// A copy that was announced is there after a power failure.
func TestBackupIsDurable(t *testing.T) {
	disk := vfs.NewCrashableMem()
	o := trimming
	o.FS = disk
	s := open(t, "db", store.FlushOften(o))
	n := newNews(12)
	for i := range 100 {
		add(t, s, n.document(fmt.Sprint(i)))
	}
	require.NoError(t, disk.MkdirAll("there", 0o755))
	require.NoError(t, gate.SyncDir(disk, "."))
	for _, to := range []string{"copy", "above/copy", "there"} {
		_, err := store.Backup(t.Context(), "db", to, o)
		require.NoError(t, err)
		o.FS = disk.CrashClone(vfs.CrashCloneCfg{})
		b := open(t, to, o)
		require.Equal(t, goldenOf(t, s), goldenOf(t, b))
		clean(t, b)
		shut(t, b)
		o.FS = disk
	}
	shut(t, s)
}

// While a store is opened and closed again and again, copies are made of it.
func TestBackupsBesideOpening(t *testing.T) {
	dir := t.TempDir()
	o := store.FlushOften(trimming)
	shut(t, open(t, dir+"/db", o))
	n := newNews(13)
	var ended atomic.Bool
	var all sync.WaitGroup
	added := 0
	all.Go(func() {
		for !ended.Load() {
			s, err := store.Open(dir+"/db", o)
			if !assert.NoError(t, err) {
				return
			}
			for range 5 {
				_, err := s.Add(context.Background(), n.document(fmt.Sprint(added)))
				assert.NoError(t, err)
				added++
			}
			assert.NoError(t, s.Close())
		}
	})
	for i := range 12 {
		position, err := store.Backup(t.Context(), dir+"/db", fmt.Sprint(dir, "/copy", i), o)
		if errors.Is(err, store.ErrLocked) {
			continue // each time that it began again, the store was opened anew
		}
		if !assert.NoError(t, err) {
			break
		}
		b := open(t, fmt.Sprint(dir, "/copy", i), o)
		clean(t, b)
		assert.Equal(t, int(position), b.Len())
		shut(t, b)
	}
	ended.Store(true)
	all.Wait()
}

// Whatever write or read fails, a copy is whole, or there is none and nothing is left.
func TestBackupOnFaultyDisk(t *testing.T) {
	disk := vfs.NewMem()
	o := trimming
	o.FS = disk
	require.NoError(t, disk.MkdirAll("dir", 0o755))
	s := open(t, "dir/db", store.FlushOften(o))
	n := newNews(14)
	for i := range 50 {
		add(t, s, n.document(fmt.Sprint(i)))
	}
	want := goldenOf(t, s)
	for i := range faults {
		if faults[i].slow {
			continue
		}
		for at := 1; ; at++ {
			faulty := &faultyFS{FS: disk}
			faulty.left.Store(int64(at))
			faulty.kind.Store(&faults[i])
			o.FS = faulty
			_, err := store.Backup(t.Context(), "dir/db", "dir/copy", o)
			names, listed := disk.List("dir")
			require.NoError(t, listed)
			if err != nil {
				require.Equal(t, []string{"db"}, names, "%s %d: %v", faults[i].name, at, err)
				continue
			}
			o.FS = disk
			b := open(t, "dir/copy", o)
			require.Equal(t, want, goldenOf(t, b), "%s %d", faults[i].name, at)
			shut(t, b)
			require.NoError(t, disk.RemoveAll("dir/copy"))
			if !faulty.hasFailed() {
				require.Greater(t, at, 5)
				break
			}
		}
	}
	shut(t, s)
}

// A folder that is replaced by another store, as Repair does, gives no mixture of the two.
func TestBackupOfReplaced(t *testing.T) {
	dir := t.TempDir()
	var want []golden
	for i, name := range []string{"/db", "/other"} {
		s := open(t, dir+name, store.FlushOften(trimming))
		require.NoError(t, s.AddAll(t.Context(), yield(newNews(uint64(20+i)).documents(60), nil), reprint.AddAllOptions{}))
		want = append(want, goldenOf(t, s))
		shut(t, s)
	}
	rng := rand.New(rand.NewPCG(8, 9))
	for i := range 12 {
		after := time.Duration(rng.IntN(4000)) * time.Microsecond
		var replacing sync.WaitGroup
		replacing.Go(func() {
			time.Sleep(after)
			for _, r := range [][2]string{{"/db", "/third"}, {"/other", "/db"}, {"/third", "/other"}} {
				assert.NoError(t, os.Rename(dir+r[0], dir+r[1]))
			}
		})
		to := fmt.Sprint(dir, "/copy", i)
		_, err := store.Backup(t.Context(), dir+"/db", to, store.Options{})
		replacing.Wait()
		if err != nil { // the folder was not there
			require.ErrorIs(t, err, fs.ErrNotExist)
			continue
		}
		b := open(t, to, store.Options{ReadOnly: true})
		require.Contains(t, want, goldenOf(t, b))
		clean(t, b)
		shut(t, b)
	}
}
