package store

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// A finding is what opening a folder has found before anything in it was changed.
type finding struct {
	receipt.Folder
	lost span // the positions that are gone, where they are known
}

// examine looks at the folder without Pebble, which takes damaged files for shorter
// ones.
func (d *disk) examine() (f finding, err error) {
	f.Folder, err = receipt.Examine(d.gate.FS, d.dir)
	switch {
	case errors.Is(err, receipt.ErrVersion):
		return f, fmt.Errorf("%w: open it with the version that wrote it: %w", ErrVersion, err)
	case errors.Is(err, receipt.ErrDamaged):
		return f, fmt.Errorf("%w: %s: %w", ErrCorrupt, d.dir, withoutPrefix(err, receipt.ErrDamaged))
	case err != nil:
		return f, fmt.Errorf("store: reading %s: %w", d.dir, err)
	}
	return f, nil
}

// position reads the version of the store and its last position, as Pebble has them from
// tables and logs, and completes what was found.
func (f *finding) position(db *pebble.DB) error {
	var s *Store // of which reading a setting needs nothing
	version, err := s.number(db, keys.Version)
	if err != nil {
		return err
	}
	last, err := s.number(db, keys.Position)
	if err != nil {
		return err
	}
	want := f.Receipt.Position
	switch {
	case version > formatVersion:
		return errNewer(version)
	case version < versionWithReceipt && !f.Read:
		f.Problems = nil // the receipt was just being made
	case f.Receipt.Made && version == 0:
		return fmt.Errorf("%w: the settings of the store, and the operations up to position %d: restore the folder from a copy", ErrLost, want)
	case f.Receipt.Made && last < want:
		f.lost = span{last + 1, want}
	case version >= versionWithReceipt && !f.Read && len(f.Problems) == 0:
		f.Problems = append(f.Problems, fmt.Errorf("the file %s, which has the last position, is not there", receipt.Name))
	}
	return nil
}

// errors returns what was found, one error for each thing that is gone.
func (f *finding) errors() (all []error) {
	if f.lost.to > 0 {
		all = append(all, fmt.Errorf("the operations of the positions from %d to %d are gone", f.lost.from, f.lost.to))
	}
	return append(all, f.Problems...)
}

// error returns what was found as one error, or nil.
func (f *finding) error(dir string) error {
	all := f.errors()
	if len(all) == 0 {
		return nil
	}
	var what []string
	for _, err := range all {
		what = append(what, err.Error())
	}
	return fmt.Errorf("%w: %s: %s: restore the folder from a copy, or open it with AcceptLoss and add again what is missing", ErrLost, dir, strings.Join(what, "; "))
}
