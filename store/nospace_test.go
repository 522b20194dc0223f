package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// A quotaFS is a disk with room for so many bytes. What does not fit is written in
// part.
type quotaFS struct {
	vfs.FS
	mu   sync.Mutex
	left int64
	full atomic.Bool // has been
}

func newQuotaFS(of vfs.FS, bytes int64) *quotaFS { return &quotaFS{FS: of, left: bytes} }

// take takes so much room, or what there is.
func (q *quotaFS) take(n int) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if int64(n) > q.left {
		n, q.left = int(q.left), 0
		q.full.Store(true)
		return n, syscall.ENOSPC
	}
	q.left -= int64(n)
	return n, nil
}

func (q *quotaFS) set(bytes int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.left = bytes
}

// create takes room for a name, too.
func (q *quotaFS) create(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return &quotaFile{File: f, of: q}, nil
}

func (q *quotaFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	if _, err := q.take(512); err != nil {
		return nil, &os.PathError{Op: "create", Path: name, Err: err}
	}
	return q.create(q.FS.Create(name, c))
}

func (q *quotaFS) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return q.create(q.FS.OpenReadWrite(name, c, o...))
}

func (q *quotaFS) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return q.create(q.FS.ReuseForWrite(from, to, c))
}

func (q *quotaFS) Remove(name string) error {
	info, err := q.FS.Stat(name)
	if err != nil {
		return err
	}
	err = q.FS.Remove(name)
	if err == nil && !q.full.Load() { // somebody else takes what becomes free
		q.mu.Lock()
		defer q.mu.Unlock()
		q.left += info.Size()
	}
	return err
}

func (q *quotaFS) GetDiskUsage(string) (vfs.DiskUsage, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return vfs.DiskUsage{AvailBytes: uint64(q.left)}, nil
}

type quotaFile struct {
	vfs.File
	of       *quotaFS
	reserved int
}

func (f *quotaFile) Write(b []byte) (int, error) {
	from := min(f.reserved, len(b))
	f.reserved -= from
	more, full := f.of.take(len(b) - from)
	n, err := f.File.Write(b[:from+more])
	return n, errors.Join(full, err)
}

func (f *quotaFile) Preallocate(offset, length int64) error {
	n, err := f.of.take(int(length))
	f.reserved += n
	return err
}

// long returns how often a test is to repeat: what the variable says, or so often.
func long(variable string, short int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return short
}

// bulky returns documents that fill a disk.
func bulky(n *news, count int) []reprint.Document {
	docs := n.documents(count)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range docs {
		noise := make([]byte, 8000+rng.IntN(24_000))
		for j := range noise {
			noise[j] = byte('!' + rng.IntN(90))
		}
		docs[i].Title = string(noise)
	}
	return docs
}

// However much room a disk has, a store that fills it says so, and goes on answering.
// The process lives. Once there is room the store has all that it has acknowledged.
func TestFullDisk(t *testing.T) {
	docs := bulky(newNews(1), 150)
	points := long("REPRINT_FULL_DISKS", 12)
	for point := range points {
		room := int64(point) * 3_500_000 / int64(points)
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			t.Parallel()
			mem := vfs.NewMem()
			disk := newQuotaFS(mem, room)
			o := store.Options{Checkpoint: 20, Cache: 1, FS: disk, MinFree: -1}
			s, err := store.Open("store", o)
			if err != nil {
				require.ErrorIs(t, err, syscall.ENOSPC)
				reopened(t, mem, nil, nil)
				return
			}
			acknowledged, underWay := fill(t, s, docs, store.ErrFailed)
			if disk.full.Load() {
				_, err = s.Stats()
				require.NoError(t, err)
			}
			if err := s.Close(); err != nil {
				require.ErrorIs(t, err, syscall.ENOSPC)
				require.ErrorIs(t, err, store.ErrFailed)
			}
			if point%2 == 0 { // opened while the disk is full still
				s, err := store.Open("store", o)
				if err == nil {
					err = s.Close()
				}
				if err != nil {
					require.ErrorIs(t, err, syscall.ENOSPC)
				}
			}
			reopened(t, mem, acknowledged, underWay)
		})
	}
}

// fill adds documents until one is refused, which must be with an error, and returns
// those that were acknowledged and the one that was refused.
func fill(t *testing.T, s *store.Store, docs []reprint.Document, want error) (acknowledged, underWay map[string]bool) {
	acknowledged, underWay = map[string]bool{}, map[string]bool{}
	for _, doc := range docs {
		if _, err := s.Add(t.Context(), doc); err != nil {
			require.ErrorIs(t, err, want)
			underWay[doc.ID] = true
			return acknowledged, underWay
		}
		acknowledged[doc.ID] = true
	}
	return acknowledged, underWay
}

// A store stops adding before the disk is full, and removing a little later. It goes on
// by itself when there is room again.
func TestMinFree(t *testing.T) {
	docs := bulky(newNews(1), 300)
	disk := newQuotaFS(vfs.NewMem(), 20<<20)
	s := open(t, "store", store.Options{Checkpoint: 20, Cache: 1, FS: disk, MinFree: 16 << 20})
	acknowledged, underWay := fill(t, s, docs, store.ErrNoSpace)
	require.NotEmpty(t, acknowledged)
	require.NotEmpty(t, underWay)
	require.NoError(t, s.Err())
	_, err := s.Add(t.Context(), docs[len(docs)-1])
	require.ErrorContains(t, err, "want 16: free some, or remove documents")
	disk.set(15 << 20) // what is written in the background has taken some, too
	_, there, err := s.Remove(t.Context(), docs[0].ID)
	require.NoError(t, err)
	require.True(t, there)

	disk.set(8<<20 - 1)
	_, _, err = s.Remove(t.Context(), docs[1].ID)
	require.ErrorIs(t, err, store.ErrNoSpace)
	_, err = s.Cluster(docs[1].ID)
	require.NoError(t, err)

	disk.set(64 << 20)
	add(t, s, docs...)
	clean(t, s)
	shut(t, s)

	// Where the system does not tell, there is room.
	s = open(t, "store", store.Options{FS: vfs.NewMem(), MinFree: 1 << 60})
	add(t, s, docs[0])
	shut(t, s)
}
