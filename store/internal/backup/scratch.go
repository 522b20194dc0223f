package backup

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/lock"
)

// A Scratch is a folder for a copy, in one that is locked while it is in use. What a process
// leaves that was killed the next one deletes.
type Scratch struct {
	Dir string // the folder for the copy

	fs   vfs.FS
	top  string // has it, and the lock
	lock *lock.Lock
}

const (
	infix      = ".copy-"
	randomness = 8  // bytes, in hexadecimal digits behind infix
	mostNames  = 10 // that are tried
)

// NewScratch makes a folder beside another one, and deletes those that are left.
func NewScratch(fsys vfs.FS, beside string) (*Scratch, error) {
	sweep(fsys, beside)
	var err error
	for range mostNames {
		var random [randomness]byte
		rand.Read(random[:])
		s := &Scratch{fs: fsys, top: beside + infix + hex.EncodeToString(random[:])}
		s.Dir = fsys.PathJoin(s.top, "store")
		if err = gate.MakeDir(fsys, s.top); err == nil {
			s.lock, err = lock.Folder(fsys, s.top, false)
		}
		if errors.Is(err, lock.ErrHeld) || errors.Is(err, fs.ErrNotExist) {
			continue // another process took it for one that is left
		}
		if err == nil {
			if err = gate.MakeDir(fsys, s.Dir); err == nil {
				return s, nil
			}
			err = errors.Join(err, s.lock.Close())
		}
		err = errors.Join(err, fsys.RemoveAll(s.top))
		break
	}
	return nil, fmt.Errorf("store: making a folder for a copy, %s%s…: %w", beside, infix, err)
}

// Close deletes the folder.
func (s *Scratch) Close() error {
	s.fs.RemoveAll(s.top) // while it is locked; where a file that is open cannot be deleted, once more
	return errors.Join(s.lock.Close(), s.fs.RemoveAll(s.top))
}

// sweep deletes the folders that nobody has locked. What it cannot delete stays.
func sweep(fsys vfs.FS, beside string) {
	names, _ := fsys.List(fsys.PathDir(beside))
	for _, n := range names {
		random, ok := strings.CutPrefix(n, fsys.PathBase(beside)+infix)
		if _, err := hex.DecodeString(random); !ok || err != nil || len(random) != 2*randomness {
			continue
		}
		top := fsys.PathJoin(fsys.PathDir(beside), n)
		if fsys == vfs.Default { // somebody else's link leads anywhere
			if info, err := os.Lstat(top); err != nil || !info.IsDir() {
				continue
			}
		}
		if held, err := lock.Folder(fsys, top, false); err == nil {
			left := Scratch{fs: fsys, top: top, lock: held}
			left.Close()
		}
	}
}
