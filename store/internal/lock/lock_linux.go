package lock

import (
	"io"
	"os"
	"syscall"
)

// ownLocks says that lockFile works.
const ownLocks = true

// setOpenFileLock is F_OFD_SETLK.
const setOpenFileLock = 37

// lockFile locks a file by its open file description. Unlike a lock of the process it
// is not lost when the process opens the file once more and closes that, as a copy of
// the folder does. It excludes locks of processes as well, such as those of Pebble's
// own tools.
func lockFile(f *os.File, shared bool) error {
	l := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart}
	if shared {
		l.Type = syscall.F_RDLCK
	}
	return syscall.FcntlFlock(f.Fd(), setOpenFileLock, &l)
}
