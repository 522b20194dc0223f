//go:build !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package lock

import "os"

// ownLocks is false: Pebble locks the file. On Windows nobody else can then open it,
// nor can the folder be moved.
const ownLocks = false

func lockFile(*os.File, bool) error { panic("store: no locks") }
