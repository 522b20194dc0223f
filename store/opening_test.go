package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// copyOf returns a file system with the same files, all of them on disk.
func copyOf(t *testing.T, of vfs.FS) *vfs.MemFS {
	fs := vfs.NewCrashableMem()
	_, err := vfs.Clone(of, fs, "store", "store", vfs.CloneSync)
	require.NoError(t, err)
	return fs
}

// Whichever write is the first to fail while a store is opened that has tables and a
// log, Open returns, and harms nothing.
func TestOpeningFails(t *testing.T) {
	killed := damageable(t)["killed again"]
	s := open(t, "store", store.Options{FS: copyOf(t, killed)})
	want := collect(t, s.Documents())
	shut(t, s)
	for n := int64(0); n < 70; n += 1 + n/int64(long("REPRINT_FULL_DISKS", 8)) {
		for _, background := range []bool{false, true} {
			t.Run(fmt.Sprint(n, " ", background), func(t *testing.T) {
				t.Parallel()
				mem := copyOf(t, killed)
				fail := failAfter(n)
				fs := errorfs.Wrap(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
					if background && op.Kind == errorfs.OpCreate && strings.HasSuffix(op.Path, ".log") {
						time.Sleep(10 * time.Millisecond) // so that what is in the background fails first
					}
					if background && !strings.HasSuffix(op.Path, ".sst") {
						return nil
					}
					return fail.MaybeError(op)
				}))
				o := damagedOptions
				o.FS = fs
				s, err := store.Open("store", o)
				if err == nil {
					err = s.Close()
				}
				if err != nil {
					require.ErrorIs(t, err, errDisk)
				}
				s = open(t, "store", store.Options{FS: mem})
				require.Equal(t, want, collect(t, s.Documents()))
				clean(t, s)
				shut(t, s)
			})
		}
	}
}

// A store made in a folder whose parents were not there survives a power failure with
// all of them.
func TestNewFolders(t *testing.T) {
	for _, dir := range []string{"store", "a/store", "a/b/c/store"} {
		fs := vfs.NewCrashableMem()
		s := open(t, dir, store.Options{FS: fs})
		docs := newNews(2).documents(5)
		add(t, s, docs...)
		crashed := fs.CrashClone(vfs.CrashCloneCfg{})
		shut(t, s)
		s = open(t, dir, store.Options{FS: crashed, ReadOnly: true})
		require.Len(t, collect(t, s.Documents()), len(docs), dir)
		shut(t, s)
	}
}

// lastLog returns the newest log of a store, and how many there are.
func lastLog(t *testing.T, fs vfs.FS) (name string, count int) {
	names, err := fs.List("store")
	require.NoError(t, err)
	for _, n := range names {
		if strings.HasSuffix(n, ".log") {
			name, count = max(name, n), count+1
		}
	}
	return name, count
}

// A log that is gone is an error with the positions that it had. Who accepts that goes
// on without them, and nobody takes what comes then for what was lost.
func TestLoss(t *testing.T) {
	fs := vfs.NewCrashableMem()
	docs := newNews(7).documents(30)
	s := open(t, "store", store.Options{FS: fs})
	add(t, s, docs[:10]...)
	shut(t, s)
	s = open(t, "store", store.Options{FS: fs})
	add(t, s, docs[10:20]...)
	killed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))})
	shut(t, s)
	name, _ := lastLog(t, killed)
	require.NoError(t, killed.Remove("store/"+name))
	files := everything(t, killed)

	_, err := store.Open("store", store.Options{FS: killed})
	require.ErrorIs(t, err, store.ErrLost)
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "the operations of the positions from 11 to 20 are gone; the log "+name+" is not there")
	_, err = store.Open("store", store.Options{FS: killed, ReadOnly: true})
	require.ErrorIs(t, err, store.ErrLost)
	s = open(t, "store", store.Options{FS: killed, ReadOnly: true, AcceptLoss: true})
	problems, err := s.Check(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, problems)
	shut(t, s)
	require.Equal(t, files, everything(t, killed))

	s = open(t, "store", store.Options{FS: killed, AcceptLoss: true})
	require.Equal(t, 10, s.Len())
	for _, from := range []uint64{1, 11, 20, 21} {
		for _, err := range s.Events(t.Context(), from) {
			require.ErrorIs(t, err, store.ErrTrimmed)
		}
	}
	stats, err := s.Stats()
	require.NoError(t, err)
	require.Equal(t, uint64(21), stats.Position)
	require.Empty(t, collect(t, s.Events(t.Context(), stats.Position+1)))
	add(t, s, docs[20:25]...)
	again := killed.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))})
	shut(t, s)
	for _, fs := range []vfs.FS{again, killed} { // replayed over the gap, and from a checkpoint
		for range 2 {
			s = open(t, "store", store.Options{FS: fs})
			require.Equal(t, 15, s.Len())
			changes := collect(t, s.Events(t.Context(), 22))
			require.Len(t, changes, 5)
			require.Equal(t, uint64(22), changes[0].Position)
			clean(t, s)
			shut(t, s)
		}
	}
	s = open(t, "store", store.Options{FS: again})
	add(t, s, docs...) // what was lost comes again
	require.Equal(t, 30, s.Len())
	clean(t, s)
	shut(t, s)
}

// Without its receipt a store does not prove that it is whole.
func TestReceiptLost(t *testing.T) {
	fs := vfs.NewMem()
	s := open(t, "store", store.Options{FS: fs})
	add(t, s, newNews(7).documents(3)...)
	shut(t, s)
	require.NoError(t, fs.Remove("store/RECEIPT"))
	_, err := store.Open("store", store.Options{FS: fs})
	require.ErrorIs(t, err, store.ErrLost)
	require.ErrorContains(t, err, "RECEIPT")
	shut(t, open(t, "store", store.Options{FS: fs, AcceptLoss: true}))
	s = open(t, "store", store.Options{FS: fs})
	require.Equal(t, 3, s.Len())
	clean(t, s)
	shut(t, s)
}

// What is missing has a name of ours, also where Pebble has none.
func TestMissingFiles(t *testing.T) {
	whole := damageable(t)["closed"]
	names, err := whole.List("store")
	require.NoError(t, err)
	for _, n := range names {
		if !strings.HasPrefix(n, "MANIFEST-") && !strings.HasPrefix(n, "marker.") {
			continue
		}
		for _, readOnly := range []bool{false, true} {
			for _, accept := range []bool{false, true} {
				fs := copyOf(t, whole)
				require.NoError(t, fs.Remove("store/"+n))
				_, err := store.Open("store", store.Options{FS: fs, ReadOnly: readOnly, AcceptLoss: accept})
				require.ErrorIs(t, err, store.ErrCorrupt, n)
				kind, _, _ := strings.Cut(n, ".0")
				require.ErrorContains(t, err, "the file "+kind)
				require.ErrorContains(t, err, "is not there: restore the folder from a copy")
			}
		}
	}
	require.NotEmpty(t, names)
	_, err = store.Open("none", store.Options{FS: vfs.NewMem(), ReadOnly: true})
	require.True(t, errors.Is(err, store.ErrNotStore))
}

// Options in the folder that name another one, which Pebble would look into, are damage.
func TestDamagedOptions(t *testing.T) {
	fs := copyOf(t, damageable(t)["killed"])
	names, err := fs.List("store")
	require.NoError(t, err)
	for _, n := range names {
		if !strings.HasPrefix(n, "OPTIONS-") {
			continue
		}
		b := bytes.Replace(contents(t, fs, n), []byte("wal_dir="), []byte("wal_dir=elsewhere"), 1)
		f, err := fs.Create("store/"+n, vfs.WriteCategoryUnspecified)
		require.NoError(t, err)
		_, err = f.Write(b)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	_, err = store.Open("store", store.Options{FS: fs})
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.ErrorContains(t, err, "WALs")
}
