package store

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// errFenced is what Pebble gets for what it tries to write after a failure.
var errFenced = errors.New("store: it has failed, and writes no more")

// A fence is a file system that can be shut for writing. Pebble, after a write
// that failed, is meant to die with its process. Here the process goes on, and
// what is left of Pebble must do no harm: not write on, and not delete the files of
// who opens the folder next.
type fence struct {
	vfs.FS
	shut     atomic.Bool
	released chan struct{} // closed when those who wait in Create may go
	release  func()
	writing  sync.RWMutex // held for reading by each write to the disk
}

func newFence(fs vfs.FS) *fence {
	f := &fence{FS: fs, released: make(chan struct{})}
	f.release = sync.OnceFunc(func() { close(f.released) })
	return f
}

// drain waits until the last write that was let through has ended.
func (f *fence) drain() {
	f.writing.Lock()
	defer f.writing.Unlock()
}

// do does what writes to the disk, unless the fence is shut.
func (f *fence) do(write func() error) error {
	f.writing.RLock()
	defer f.writing.RUnlock()
	if f.shut.Load() {
		return errFenced
	}
	return write()
}

// create does what makes a file. Once the fence is shut it waits for the release:
// Pebble tries a flush or a compaction that failed again at once, for ever, and
// each begins with a file.
func (f *fence) create(open func() (vfs.File, error)) (file vfs.File, err error) {
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
	return &fenced{file, f}, nil
}

func (f *fence) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return f.create(func() (vfs.File, error) { return f.FS.Create(name, c) })
}

func (f *fence) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return f.create(func() (vfs.File, error) { return f.FS.ReuseForWrite(from, to, c) })
}

func (f *fence) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return f.create(func() (vfs.File, error) { return f.FS.OpenReadWrite(name, c, o...) })
}

func (f *fence) OpenDir(name string) (vfs.File, error) {
	dir, err := f.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &fenced{dir, f}, nil
}

func (f *fence) Link(from, to string) error {
	return f.do(func() error { return f.FS.Link(from, to) })
}

func (f *fence) Remove(name string) error {
	return f.do(func() error { return f.FS.Remove(name) })
}

func (f *fence) RemoveAll(name string) error {
	return f.do(func() error { return f.FS.RemoveAll(name) })
}

func (f *fence) Rename(from, to string) error {
	return f.do(func() error { return f.FS.Rename(from, to) })
}

func (f *fence) MkdirAll(dir string, mode os.FileMode) error {
	return f.do(func() error { return f.FS.MkdirAll(dir, mode) })
}

func (f *fence) Unwrap() vfs.FS { return f.FS }

// A fenced is a file behind a fence.
type fenced struct {
	vfs.File
	fence *fence
}

func (f *fenced) Write(b []byte) (n int, err error) {
	err = f.fence.do(func() error {
		n, err = f.File.Write(b)
		return err
	})
	return n, err
}

func (f *fenced) WriteAt(b []byte, at int64) (n int, err error) {
	err = f.fence.do(func() error {
		n, err = f.File.WriteAt(b, at)
		return err
	})
	return n, err
}

func (f *fenced) Preallocate(offset, length int64) error {
	return f.fence.do(func() error { return f.File.Preallocate(offset, length) })
}

func (f *fenced) Sync() error     { return f.fence.do(f.File.Sync) }
func (f *fenced) SyncData() error { return f.fence.do(f.File.SyncData) }

func (f *fenced) SyncTo(length int64) (full bool, err error) {
	err = f.fence.do(func() error {
		full, err = f.File.SyncTo(length)
		return err
	})
	return full, err
}
