//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package lock

import (
	"os"
	"syscall"
)

// ownLocks says that lockFile works.
const ownLocks = true

// lockFile locks a file by its open file description, as on Linux. On these systems
// such locks exclude those of processes, too.
func lockFile(f *os.File, shared bool) error {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	return syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
}
