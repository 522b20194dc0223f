package store

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// errShut is what Pebble gets for what it tries to write after a failure.
var errShut = errors.New("store: it has failed, and writes no more")

// A writeGate is a file system that can be shut for writing. After a failed write
// Pebble expects its process to end. Here the process goes on, and what is left of
// Pebble must do no harm: it must not write, nor delete the files of a store that is
// opened in the folder next.
type writeGate struct {
	vfs.FS
	shut     atomic.Bool
	released chan struct{} // closed when callers that wait in create may go on
	release  func()
	writing  sync.RWMutex // held for reading by each write to the disk
}

func newWriteGate(fs vfs.FS) *writeGate {
	f := &writeGate{FS: fs, released: make(chan struct{})}
	f.release = sync.OnceFunc(func() { close(f.released) })
	return f
}

// drain waits until the last write that passed the gate has ended.
func (f *writeGate) drain() {
	f.writing.Lock()
	defer f.writing.Unlock()
}

// do calls write, which writes to the disk, unless the gate is shut.
func (f *writeGate) do(write func() error) error {
	f.writing.RLock()
	defer f.writing.RUnlock()
	if f.shut.Load() {
		return errShut
	}
	return write()
}

// create calls open, which makes a file. Once the gate is shut it waits for the
// release: Pebble repeats a failed flush or compaction at once, for ever, and each
// begins with a file.
func (f *writeGate) create(open func() (vfs.File, error)) (file vfs.File, err error) {
	err = f.do(func() error {
		file, err = open()
		return err
	})
	if f.shut.Load() {
		<-f.released
	}
	if err != nil {
		return nil, err
	}
	return &gatedFile{file, f}, nil
}

func (f *writeGate) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return f.create(func() (vfs.File, error) { return f.FS.Create(name, c) })
}

func (f *writeGate) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return f.create(func() (vfs.File, error) { return f.FS.ReuseForWrite(from, to, c) })
}

func (f *writeGate) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return f.create(func() (vfs.File, error) { return f.FS.OpenReadWrite(name, c, o...) })
}

func (f *writeGate) OpenDir(name string) (vfs.File, error) {
	dir, err := f.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &gatedFile{dir, f}, nil
}

func (f *writeGate) Link(from, to string) error {
	return f.do(func() error { return f.FS.Link(from, to) })
}

func (f *writeGate) Remove(name string) error {
	return f.do(func() error { return f.FS.Remove(name) })
}

func (f *writeGate) RemoveAll(name string) error {
	return f.do(func() error { return f.FS.RemoveAll(name) })
}

func (f *writeGate) Rename(from, to string) error {
	return f.do(func() error { return f.FS.Rename(from, to) })
}

func (f *writeGate) MkdirAll(dir string, mode os.FileMode) error {
	return f.do(func() error { return f.FS.MkdirAll(dir, mode) })
}

func (f *writeGate) Unwrap() vfs.FS { return f.FS }

// A gatedFile is a file behind a gate.
type gatedFile struct {
	vfs.File
	gate *writeGate
}

func (f *gatedFile) Write(b []byte) (n int, err error) {
	err = f.gate.do(func() error {
		n, err = f.File.Write(b)
		return err
	})
	return n, err
}

func (f *gatedFile) WriteAt(b []byte, at int64) (n int, err error) {
	err = f.gate.do(func() error {
		n, err = f.File.WriteAt(b, at)
		return err
	})
	return n, err
}

func (f *gatedFile) Preallocate(offset, length int64) error {
	return f.gate.do(func() error { return f.File.Preallocate(offset, length) })
}

func (f *gatedFile) Sync() error     { return f.gate.do(f.File.Sync) }
func (f *gatedFile) SyncData() error { return f.gate.do(f.File.SyncData) }

func (f *gatedFile) SyncTo(length int64) (full bool, err error) {
	err = f.gate.do(func() error {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, err
}
