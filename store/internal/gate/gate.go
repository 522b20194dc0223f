// Package gate has the file system through which Pebble writes. It can be shut, keeps
// errors from Pebble for which that would end the process, and notes in the receipt
// what is on disk.
package gate

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// errShut is what Pebble gets for what it tries to write after a failure.
var errShut = errors.New("store: it has failed, and writes no more")

// A Gate is a file system that can be shut for writing. After a failed write
// Pebble expects its process to end. Here the process goes on, and what is left of
// Pebble must do no harm: it must not write, nor delete the files of a store that is
// opened in the folder next.
//
// It also notes in the receipt of the store what Pebble has on disk: see tracked.go.
type Gate struct {
	vfs.FS
	shut     atomic.Bool
	released chan struct{} // closed when callers that wait in create may go on
	Release  func()
	writing  sync.RWMutex // held for reading by each write to the disk
	Fail     func(error)  // shuts the gate
	Here     func() error // says whether the folder is still where it was
	Parking  atomic.Bool  // an error of the log would be deadly
	Opening  atomic.Bool  // any error would be
	tracked
}

func New(of vfs.FS) *Gate {
	f := &Gate{FS: of, released: make(chan struct{}), Here: func() error { return nil }}
	f.Release = sync.OnceFunc(func() { close(f.released) })
	return f
}

// Shut shuts the gate for ever.
func (f *Gate) Shut() { f.shut.Store(true) }

// Drain waits until the last write that passed the gate has ended.
func (f *Gate) Drain() {
	f.writing.Lock()
	defer f.writing.Unlock()
}

// Do calls write, which writes to the disk, unless the gate is shut.
func (f *Gate) Do(write func() error) error {
	err := f.pass(write)
	if err != nil && f.Opening.Load() && !errors.Is(err, fs.ErrNotExist) {
		f.park(err)
	}
	return err
}

func (f *Gate) pass(write func() error) error {
	f.writing.RLock()
	defer f.writing.RUnlock()
	if f.shut.Load() {
		return errShut
	}
	return write()
}

// DoNamed is Do for a write that goes by a name, which may lead to another folder by
// now. One that is open leads to the same file for ever.
func (f *Gate) DoNamed(write func() error) error {
	if err := f.Here(); err != nil {
		f.Fail(err)
	}
	return f.Do(write)
}

// park ends what Pebble does after an error for which it would end the process. That is
// so for its log, which it rotates with a mutex unlocked that a panic unlocks again,
// and for a folder that is not synced, for which a compaction panics. It is so for
// anything while Pebble opens: when that fails, what it has begun in the background
// meets a cache that is closed, and panics. The goroutine stays here for ever, with the
// locks and the memory that it holds: nobody waits for Pebble after a failure.
func (f *Gate) park(err error) {
	f.Fail(err)
	select {}
}

// ofLog returns the error of an operation on a log, while that does no harm.
func (f *Gate) ofLog(isLog bool, err error) error {
	if err != nil && isLog && f.Parking.Load() {
		f.park(err)
	}
	return err
}

// retryDelay slows what Pebble repeats at once, for ever, after a failure.
const retryDelay = 20 * time.Millisecond

// create calls open, which makes a file. Once the gate is shut it waits for the
// release: Pebble repeats a failed flush or compaction at once, for ever, and each
// begins with a file.
func (f *Gate) create(name string, open func() (vfs.File, error)) (file vfs.File, err error) {
	g := &File{gate: f, path: name, name: receipt.FileOf(f.PathBase(name))}
	err = f.DoNamed(func() error {
		g.File, err = open()
		return err
	})
	if err := f.ofLog(g.name.IsLog(), err); err != nil {
		if f.shut.Load() {
			<-f.released
			time.Sleep(retryDelay)
		}
		return nil, err
	}
	f.made(g.name)
	return g, nil
}

func (f *Gate) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return f.create(name, func() (vfs.File, error) { return f.FS.Create(name, c) })
}

func (f *Gate) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	if err := f.unmade(from); err != nil {
		return nil, f.ofLog(true, err)
	}
	return f.create(to, func() (vfs.File, error) { return f.FS.ReuseForWrite(from, to, c) })
}

func (f *Gate) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return f.create(name, func() (vfs.File, error) { return f.FS.OpenReadWrite(name, c, o...) })
}

func (f *Gate) OpenDir(name string) (vfs.File, error) {
	dir, err := f.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &folder{dir, f}, nil
}

func (f *Gate) Link(from, to string) error {
	return f.DoNamed(func() error { return f.FS.Link(from, to) })
}

func (f *Gate) Remove(name string) error {
	if err := f.unmade(name); err != nil {
		return err
	}
	return f.DoNamed(func() error { return f.FS.Remove(name) })
}

func (f *Gate) RemoveAll(name string) error {
	return f.DoNamed(func() error { return f.FS.RemoveAll(name) })
}

func (f *Gate) Rename(from, to string) error {
	if err := f.unmade(from); err != nil {
		return err
	}
	return f.DoNamed(func() error { return f.FS.Rename(from, to) })
}

func (f *Gate) MkdirAll(dir string, mode os.FileMode) error {
	return f.DoNamed(func() error { return f.FS.MkdirAll(dir, mode) })
}

func (f *Gate) Unwrap() vfs.FS { return f.FS }

// A folder is a folder that Pebble has open to sync it.
type folder struct {
	vfs.File
	gate *Gate
}

func (d *folder) Sync() error {
	seen := d.gate.unsynced()
	if err := d.gate.Do(d.File.Sync); err != nil {
		d.gate.park(err)
	}
	return d.gate.namesSynced(seen)
}

// A File is a file behind a gate.
type File struct {
	vfs.File
	name    receipt.File
	gate    *Gate
	path    string
	written uint64 // bytes, of a file that is written from its beginning
	named   bool   // its name is durable, of a list of tables
}

// do calls write unless the gate is shut. Of a log, it never returns an error.
func (f *File) do(write func() error) error {
	return f.gate.ofLog(f.name.IsLog(), f.gate.Do(write))
}

func (f *File) Write(b []byte) (n int, err error) {
	err = f.do(func() error {
		n, err = f.File.Write(b)
		return err
	})
	f.written += uint64(n)
	return n, err
}

func (f *File) WriteAt(b []byte, at int64) (n int, err error) {
	err = f.do(func() error {
		n, err = f.File.WriteAt(b, at)
		return err
	})
	return n, err
}

func (f *File) Preallocate(offset, length int64) error {
	return f.do(func() error { return f.File.Preallocate(offset, length) })
}

func (f *File) Sync() error     { return f.sync(f.File.Sync) }
func (f *File) SyncData() error { return f.sync(f.File.SyncData) }

func (f *File) sync(sync func() error) error {
	if err := f.do(sync); err != nil || f.name.Kind != receipt.Manifest {
		return err
	}
	return f.gate.lengthSynced(f)
}

func (f *File) SyncTo(length int64) (full bool, err error) {
	err = f.do(func() error {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, err
}

func (f *File) Stat() (info vfs.FileInfo, err error) {
	info, err = f.File.Stat()
	return info, f.gate.ofLog(f.name.IsLog(), err)
}

func (f *File) Close() error { return f.gate.ofLog(f.name.IsLog(), f.File.Close()) }
