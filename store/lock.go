package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// lockName is that of Pebble, so that its own tools respect it.
const lockName = "LOCK"

// A lockedFS is a file system whose folder is locked already, so that Pebble locks
// nothing. The store itself holds the lock: Pebble would release it too early if
// closing it fails.
type lockedFS struct{ vfs.FS }

type unlocked struct{}

func (unlocked) Close() error { return nil }

func (lockedFS) Lock(string) (io.Closer, error) { return unlocked{}, nil }

// realPath returns one name for a folder, however it is spelt, that stays the same when
// the process changes its own folder.
func realPath(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real, nil
	}
	return dir, nil // it is not there yet
}

// A folderLock is held while a store is open: by one that writes, or by any number of
// those that read.
type folderLock struct {
	io.Closer
	path string
	file os.FileInfo // that was locked; nil where nothing tells
}

// lock locks a folder. A store that is only read needs no lock file: where there is
// none, nobody has it open to write.
func lock(fsys vfs.FS, dir string, shared bool) (*folderLock, error) {
	path := fsys.PathJoin(dir, lockName)
	var held io.Closer
	var file *os.File
	_, err := fsys.Stat(path)
	if shared && errors.Is(err, fs.ErrNotExist) {
		return &folderLock{Closer: unlocked{}}, nil
	}
	if fsys == vfs.Default && ownLocks {
		if file, err = openLock(path, shared); err == nil {
			if err = lockFile(file, shared); err != nil {
				file.Close()
			}
			held = file
		}
	} else {
		held, err = fsys.Lock(path)
	}
	switch {
	case err == nil:
	case isHeld(err):
		return nil, fmt.Errorf("%w: %s: close it there first", ErrLocked, dir)
	default:
		return nil, fmt.Errorf("store: locking %s: %w", dir, err)
	}
	l := &folderLock{Closer: held, path: path}
	if file != nil {
		if l.file, err = file.Stat(); err != nil {
			return nil, errors.Join(fmt.Errorf("store: locking %s: %w", dir, err), held.Close())
		}
		if err := l.here(); err != nil { // it was replaced before it was locked
			return nil, errors.Join(fmt.Errorf("%w: %s: %w", ErrLocked, dir, err), held.Close())
		}
	}
	return l, nil
}

func openLock(path string, shared bool) (*os.File, error) {
	if shared {
		return os.Open(path)
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
}

// here returns an error if the lock file is not where it was. The folder was moved or
// removed then, or somebody removed the lock: what is now at its path may be another
// store, which must not be written to.
func (l *folderLock) here() error {
	if l.file == nil {
		return nil
	}
	switch now, err := os.Stat(l.path); {
	case errors.Is(err, fs.ErrNotExist), err == nil && !os.SameFile(now, l.file):
		return fmt.Errorf("store: %s is not the file that was locked: the folder was moved or removed while it was open", l.path)
	case err != nil:
		return err
	}
	return nil
}

// isHeld reports whether an error means that another process holds the lock.
func isHeld(err error) bool {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return false
	}
	const sharingViolation = syscall.Errno(32) // on Windows
	if number := syscall.Errno(0); errors.As(err, &number) {
		return number == syscall.EAGAIN || number == syscall.EACCES || runtime.GOOS == "windows" && number == sharingViolation
	}
	return strings.Contains(err.Error(), "lock held by current process")
}
