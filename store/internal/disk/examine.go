package disk

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// A Finding is what opening a folder has found before anything in it was changed.
type Finding struct {
	receipt.Folder
	Lost Span // the positions that are gone, where they are known
}

// examine looks at the folder without Pebble, which takes damaged files for shorter
// ones.
func (d *Disk) examine() (f Finding, err error) {
	f.Folder, err = receipt.Examine(d.gate.FS, d.dir)
	switch {
	case errors.Is(err, receipt.ErrVersion):
		return f, fmt.Errorf("%w: open it with the version that wrote it: %w", ErrVersion, err)
	case errors.Is(err, receipt.ErrDamaged):
		return f, fmt.Errorf("%w: %s: %w", ErrCorrupt, d.dir, WithoutPrefix(err, receipt.ErrDamaged))
	case err != nil:
		return f, fmt.Errorf("store: reading %s: %w", d.dir, err)
	}
	return f, nil
}

// position reads the version of the store and its last position, as Pebble has them from
// tables and logs, and completes what was found.
func (f *Finding) position(db *pebble.DB) error {
	version, err := Number(db, keys.Version)
	if err != nil {
		return err
	}
	last, err := Number(db, keys.Position)
	if err != nil {
		return err
	}
	want := f.Receipt.Position
	switch {
	case version > FormatVersion:
		return ErrNewer(version)
	case version < versionWithReceipt && !f.Read:
		f.Problems = nil // the receipt was just being made
	case f.Receipt.Made && version == 0:
		return fmt.Errorf("%w: the settings of the store, and the operations up to position %d: restore the folder from a copy", ErrLost, want)
	case f.Receipt.Made && last < want:
		f.Lost = Span{last + 1, want}
	case version >= versionWithReceipt && !f.Read && len(f.Problems) == 0:
		f.Problems = append(f.Problems, fmt.Errorf("the file %s, which has the last position, is not there", receipt.Name))
	}
	return nil
}

// Errors returns what was found, one error for each thing that is gone.
func (f *Finding) Errors() (all []error) {
	if f.Lost.To > 0 {
		all = append(all, fmt.Errorf("the operations of the positions from %d to %d are gone", f.Lost.From, f.Lost.To))
	}
	return append(all, f.Problems...)
}

// error returns what was found as one error, or nil.
func (f *Finding) error(dir string) error {
	all := f.Errors()
	if len(all) == 0 {
		return nil
	}
	var what []string
	for _, err := range all {
		what = append(what, err.Error())
	}
	return fmt.Errorf("%w: %s: %s: restore the folder from a copy, or open it with AcceptLoss and add again what is missing", ErrLost, dir, strings.Join(what, "; "))
}

// FormatVersion is the version of the keys and records; see docs/format.md. Version 1
// had no receipt, and no record told of the origin; version 2 had no metadata. Stores of
// versions before 4 were all made under other rules, and are refused for these.
const (
	FormatVersion      = 4
	versionWithReceipt = 2
)

// ErrNewer returns the error about a store of a newer version.
func ErrNewer(version uint64) error {
	return fmt.Errorf("%w: format %d, want %d at most: open it with the version that made it", ErrVersion, version, FormatVersion)
}
