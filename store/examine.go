package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/record"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/atomicfs"

	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// A finding is what opening a folder has found before anything in it was changed.
type finding struct {
	fresh    bool // there is no database yet
	receipt  receipt.Receipt
	read     bool    // the receipt could be read
	problems []error // why something that was acknowledged is gone, or may be
	lost     span    // the positions that are gone, where they are known
}

// examine looks at the folder without Pebble, which takes damaged files for shorter
// ones.
func (d *disk) examine() (f finding, err error) {
	fsys := d.gate.FS
	current, err := atomicfs.ReadMarker(fsys, d.dir, "manifest")
	if err != nil {
		return f, fmt.Errorf("%w: %s: %w", ErrCorrupt, d.dir, err)
	}
	format, err := atomicfs.ReadMarker(fsys, d.dir, "format-version")
	if err != nil {
		return f, fmt.Errorf("%w: %s: %w", ErrCorrupt, d.dir, err)
	}
	f.receipt, err = receipt.Read(fsys, d.path(receipt.Name))
	switch {
	case errors.Is(err, receipt.ErrVersion):
		return f, fmt.Errorf("%w: open it with the version that wrote it: %w", ErrVersion, err)
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, receipt.ErrDamaged):
		f.problems = append(f.problems, fmt.Errorf("the file %s, which has the last position, is damaged: %w", receipt.Name, err))
	case err != nil:
		return f, fmt.Errorf("store: reading %s: %w", receipt.Name, err)
	default:
		f.read = true
	}
	made, missing := f.receipt.Made, ""
	switch {
	case current == "" && (made || format != ""):
		missing = "marker.manifest.…, which names the list of tables,"
	case current == "":
		f.fresh, f.problems = true, nil // or just being made
	case !exists(fsys, d.path(current)):
		missing = current + ", the list of tables,"
	case format == "" && made:
		missing = "marker.format-version.…"
	}
	if missing != "" {
		return f, fmt.Errorf("%w: %s: the file %s is not there: restore the folder from a copy", ErrCorrupt, d.dir, missing)
	}
	if made {
		if err := d.compare(&f, current); err != nil {
			return f, err
		}
	}
	// What this session goes on with: a list that was begun and not put in place is none.
	name := gate.NameOf(current)
	bytes, ok := f.receipt.Length(name.Number)
	f.receipt.Manifests = nil
	if ok {
		f.receipt.SetLength(name.Number, bytes)
	}
	return f, nil
}

func exists(fsys vfs.FS, path string) bool {
	_, err := fsys.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// compare compares the files of Pebble with the receipt.
func (d *disk) compare(f *finding, current string) error {
	name := gate.NameOf(current)
	if want, ok := f.receipt.Length(name.Number); !ok {
		f.problems = append(f.problems, fmt.Errorf("%s is not the list of tables that was written last", current))
	} else if got, err := d.whole(current); err != nil {
		return err
	} else if got < want {
		f.problems = append(f.problems, fmt.Errorf("%s, the list of tables, is damaged after %d bytes, want %d", current, got, want))
	}
	var gone []uint64
	for _, n := range f.receipt.Logs {
		if log := fmt.Sprintf("%06d.log", n); !exists(d.gate.FS, d.path(log)) {
			f.problems = append(f.problems, fmt.Errorf("the log %s is not there", log))
			gone = append(gone, n)
		}
	}
	for _, n := range gone {
		f.receipt.DropLog(n)
	}
	return nil
}

// whole returns how much of a list of tables is whole, in bytes.
func (d *disk) whole(name string) (uint64, error) {
	file, err := d.gate.FS.Open(d.path(name))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	tables := record.NewReader(file, 0)
	for {
		at := tables.Offset()
		r, err := tables.Next()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if errors.Is(err, io.EOF) || record.IsInvalidRecord(err) {
			return uint64(at), nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// position reads the version of the store and its last position, as Pebble has them from
// tables and logs, and completes what was found.
func (f *finding) position(db *pebble.DB) error {
	var s *Store // of which reading a setting needs nothing
	version, err := s.number(db, versionKey)
	if err != nil {
		return err
	}
	last, err := s.number(db, positionKey)
	if err != nil {
		return err
	}
	want := f.receipt.Position
	switch {
	case version > formatVersion:
		return errNewer(version)
	case version < versionWithReceipt && !f.read:
		f.problems = nil // the receipt was just being made
	case f.receipt.Made && version == 0:
		return fmt.Errorf("%w: the settings of the store, and the operations up to position %d: restore the folder from a copy", ErrLost, want)
	case f.receipt.Made && last < want:
		f.lost = span{last + 1, want}
	case version >= versionWithReceipt && !f.read && len(f.problems) == 0:
		f.problems = append(f.problems, fmt.Errorf("the file %s, which has the last position, is not there", receipt.Name))
	}
	return nil
}

// errors returns what was found, one error for each thing that is gone.
func (f *finding) errors() (all []error) {
	if f.lost.to > 0 {
		all = append(all, fmt.Errorf("the operations of the positions from %d to %d are gone", f.lost.from, f.lost.to))
	}
	return append(all, f.problems...)
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
