// Package lock locks the folder of a store.
package lock

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

// ErrHeld says that another process has the folder open.
var ErrHeld = errors.New("the lock is held")

// Name is that of Pebble, so that its own tools respect it.
const Name = "LOCK"

// A Without is a file system whose folder is locked already, so that Pebble locks
// nothing. The store itself holds the lock: Pebble would release it too early if
// closing it fails.
type Without struct{ vfs.FS }

type unlocked struct{}

func (unlocked) Close() error { return nil }

func (Without) Lock(string) (io.Closer, error) { return unlocked{}, nil }

// Path returns one name for a folder, however it is spelt, that stays the same when
// the process changes its own folder.
func Path(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real, nil
	}
	return dir, nil // it is not there yet
}

// A Lock is held while a store is open: by one that writes, or by any number of
// those that read.
type Lock struct {
	io.Closer
	path string
	file os.FileInfo // that was locked; nil where nothing tells
}

// Folder locks a folder. A store that is only read needs no lock file: where there is
// none, nobody has it open to write.
func Folder(fsys vfs.FS, dir string, shared bool) (*Lock, error) {
	path := fsys.PathJoin(dir, Name)
	var held io.Closer
	var file *os.File
	_, err := fsys.Stat(path)
	if shared && errors.Is(err, fs.ErrNotExist) {
		return &Lock{Closer: unlocked{}}, nil
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
		return nil, ErrHeld
	default:
		return nil, err
	}
	l := &Lock{Closer: held, path: path}
	if file != nil {
		if l.file, err = file.Stat(); err != nil {
			return nil, errors.Join(err, held.Close())
		}
		if err := l.Here(); err != nil { // it was replaced before it was locked
			return nil, errors.Join(ErrHeld, held.Close())
		}
	}
	return l, nil
}

// Watch returns a lock that is not held. Its Here says whether the folder is still the one
// that it was.
func Watch(fsys vfs.FS, dir string) (*Lock, error) {
	l := &Lock{Closer: unlocked{}, path: fsys.PathJoin(dir, Name)}
	if fsys != vfs.Default {
		return l, nil
	}
	var err error
	if l.file, err = os.Stat(l.path); errors.Is(err, fs.ErrNotExist) {
		return l, nil // nobody writes
	}
	return l, err
}

func openLock(path string, shared bool) (*os.File, error) {
	if shared {
		return os.Open(path)
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
}

// Here returns an error if the lock file is not where it was. The folder was moved or
// removed then, or somebody removed the lock: what is now at its path may be another
// store, which must not be written to.
func (l *Lock) Here() error {
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
