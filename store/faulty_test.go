package store_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint"
)

// A faultyFS is a disk that fails when it is told to: after so many operations of one
// kind, and then for all of them.
type faultyFS struct {
	vfs.FS
	kind   atomic.Pointer[fault]
	left   atomic.Int64
	failed atomic.Bool
}

// A fault is how a disk fails.
type fault struct {
	name               string
	reads, writes      bool
	short, slow, heals bool // it writes a half; it is slow, and does not fail; it fails once
	err                error
}

var faults = []fault{
	{name: "slow syncs", slow: true},
	{name: "EIO of writes", writes: true, err: syscall.EIO},
	{name: "EIO of one write", writes: true, heals: true, err: syscall.EIO},
	{name: "ENOSPC", writes: true, err: syscall.ENOSPC},
	{name: "ENOSPC, halves written", writes: true, short: true, err: syscall.ENOSPC},
	{name: "short write", writes: true, short: true, heals: true, err: io.ErrShortWrite},
	{name: "EIO of reads", reads: true, err: syscall.EIO},
	{name: "EIO of one read", reads: true, heals: true, err: syscall.EIO},
}

// arm chooses a fault, and when it comes.
func (f *faultyFS) arm(rng *rand.Rand) (kind string) {
	k := &faults[rng.IntN(len(faults))]
	f.left.Store(int64(rng.IntN(60)))
	if k.reads {
		f.left.Store(int64(rng.IntN(10)))
	}
	f.kind.Store(k)
	return k.name
}

func (f *faultyFS) heal() { f.kind.Store(nil) }

func (f *faultyFS) hasFailed() bool { return f.failed.Load() }

// fails says whether an operation fails.
func (f *faultyFS) fails(write, sync bool) *fault {
	k := f.kind.Load()
	switch {
	case k == nil:
		return nil
	case k.slow && sync:
		time.Sleep(3 * time.Millisecond)
		return nil
	case k.slow, write && !k.writes, !write && !k.reads:
		return nil
	}
	if left := f.left.Add(-1); left > 0 || k.heals && left < 0 {
		return nil
	}
	f.failed.Store(true)
	return k
}

func (f *faultyFS) do(sync bool, write func() error) error {
	if k := f.fails(true, sync); k != nil {
		return k.err
	}
	return write()
}

func (f *faultyFS) file(file vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return &faultyFile{file, f}, nil
}

func (f *faultyFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	if k := f.fails(true, false); k != nil {
		return nil, k.err
	}
	return f.file(f.FS.Create(name, c))
}

func (f *faultyFS) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	if k := f.fails(true, false); k != nil {
		return nil, k.err
	}
	return f.file(f.FS.ReuseForWrite(from, to, c))
}

func (f *faultyFS) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	if k := f.fails(true, false); k != nil {
		return nil, k.err
	}
	return f.file(f.FS.OpenReadWrite(name, c, o...))
}

func (f *faultyFS) Open(name string, o ...vfs.OpenOption) (vfs.File, error) {
	return f.file(f.FS.Open(name, o...))
}

func (f *faultyFS) OpenDir(name string) (vfs.File, error) { return f.file(f.FS.OpenDir(name)) }

func (f *faultyFS) Remove(name string) error {
	return f.do(false, func() error { return f.FS.Remove(name) })
}

func (f *faultyFS) Rename(from, to string) error {
	return f.do(false, func() error { return f.FS.Rename(from, to) })
}

func (f *faultyFS) Link(from, to string) error {
	return f.do(false, func() error { return f.FS.Link(from, to) })
}

func (f *faultyFS) Unwrap() vfs.FS { return f.FS }

// A faultyFile is a file of a faulty disk.
type faultyFile struct {
	vfs.File
	fs *faultyFS
}

func (f *faultyFile) Write(b []byte) (int, error) {
	if k := f.fs.fails(true, false); k != nil {
		n := 0
		if k.short {
			n, _ = f.File.Write(b[:len(b)/2])
		}
		return n, k.err
	}
	return f.File.Write(b)
}

func (f *faultyFile) WriteAt(b []byte, at int64) (int, error) {
	if k := f.fs.fails(true, false); k != nil {
		return 0, k.err
	}
	return f.File.WriteAt(b, at)
}

func (f *faultyFile) ReadAt(b []byte, at int64) (int, error) {
	if k := f.fs.fails(false, false); k != nil {
		return 0, k.err
	}
	return f.File.ReadAt(b, at)
}

func (f *faultyFile) Read(b []byte) (int, error) {
	if k := f.fs.fails(false, false); k != nil {
		return 0, k.err
	}
	return f.File.Read(b)
}

func (f *faultyFile) Sync() error     { return f.fs.do(true, f.File.Sync) }
func (f *faultyFile) SyncData() error { return f.fs.do(true, f.File.SyncData) }

func (f *faultyFile) SyncTo(length int64) (full bool, err error) {
	err = f.fs.do(true, func() error {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, err
}

// hardNews invents documents that make an index work: a few stories that are hot, their
// versions, parts and collections, forms of a few sites, and times that tell nothing.
type hardNews struct {
	*news
	now   time.Time
	hot   [][]string
	forms []string
}

func newHardNews(seed uint64) *hardNews {
	h := &hardNews{news: newNews(seed), now: firstDay}
	for range 5 {
		h.forms = append(h.forms, h.text(0, 20+h.rng.IntN(30)))
	}
	return h
}

func (h *hardNews) some(words int) []string { return strings.Fields(h.text(0, words)) }

func (h *hardNews) document(id string) reprint.Document {
	r := h.rng
	h.now = h.now.Add(time.Duration(r.IntN(900)) * time.Second)
	d := reprint.Document{ID: id, Metadata: metadataOf(id), Site: fmt.Sprintf("site-%d.example", r.IntN(5)), Published: h.now.Add(-time.Duration(r.IntN(12000)) * time.Second)}
	switch r.IntN(16) {
	case 0:
		d.Published = time.Time{}
	case 1:
		d.Published = h.now.AddDate(0, 2, 0) // not yet
	case 2:
		d.Published = firstDay
	case 3:
		d.Site, d.URL = "", "https://www.other.example/"+fmt.Sprint(r.IntN(9))
	}
	words := h.version()
	switch r.IntN(6) {
	case 0, 1:
		form := h.forms[r.IntN(len(h.forms))]
		d.Text = form + "\n\n" + strings.Join(words, " ") + "\n\n" + h.forms[0]
		d.Site = "site-1.example"
	case 2:
		d.Title = strings.Join(words[:min(len(words), 5)], " ")
		fallthrough
	default:
		d.Text = strings.Join(words, " ")
	}
	if r.IntN(60) == 0 {
		d.Text = ""
	}
	return d
}

// version invents a story, or tells a hot one again.
func (h *hardNews) version() []string {
	r := h.rng
	if len(h.hot) == 0 || r.IntN(5) == 0 {
		h.hot = append(h.hot, h.some(12+r.IntN(100)))
		if len(h.hot) > 30 {
			h.hot = h.hot[1:]
		}
		return h.hot[len(h.hot)-1]
	}
	at := min(r.IntN(len(h.hot)), r.IntN(len(h.hot)))
	words := append([]string(nil), h.hot[at]...)
	switch r.IntN(8) {
	case 0, 1: // a copy
	case 2, 3: // an edit
		for range 1 + r.IntN(1+len(words)/10) {
			words[r.IntN(len(words))] = h.some(1)[0]
		}
	case 4: // an excerpt
		words = words[r.IntN(len(words)/2+1):]
	case 5: // a longer one, which is told from then on
		words = append(words, h.some(3+r.IntN(50))...)
		h.hot[at] = words
	case 6: // two stories
		words = append(words, h.hot[r.IntN(len(h.hot))]...)
	case 7:
		words = words[:1+r.IntN(min(len(words), 15))]
	}
	return words
}
