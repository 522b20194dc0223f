package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// realPath returns one name for a folder, however it is spelt: the locks of a process
// go by names.
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

func lock(fs vfs.FS, dir string) (io.Closer, error) {
	l, err := fs.Lock(fs.PathJoin(dir, lockName))
	switch {
	case err == nil:
		return l, nil
	case isHeld(err):
		return nil, fmt.Errorf("%w: %s: close it there first", ErrLocked, dir)
	}
	return nil, fmt.Errorf("store: locking %s: %w", dir, err)
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
