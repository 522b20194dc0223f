package receipt

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2/record"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/atomicfs"
)

// A File is what the name of a file of Pebble says.
type File struct {
	Kind   Kind
	Number uint64
}

// A Kind is what a file is for, as far as the receipt has it.
type Kind uint8

const (
	other    Kind = iota
	Log           // write-ahead
	Manifest      // which tables there are
)

// FileOf takes a name apart.
func FileOf(base string) File {
	kind, digits := other, ""
	if d, ok := strings.CutSuffix(base, ".log"); ok {
		kind, digits = Log, d
	} else if d, ok := strings.CutPrefix(base, "MANIFEST-"); ok {
		kind, digits = Manifest, d
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return File{}
	}
	return File{kind, n}
}

func (n File) IsLog() bool { return n.Kind == Log }

// A Folder is what the files of a store say, compared with its receipt.
type Folder struct {
	Fresh    bool // there is no database yet
	Receipt  Receipt
	Read     bool    // the receipt could be read
	Problems []error // why something that was acknowledged is gone, or may be
}

// Examine looks at the folder without Pebble, which takes damaged files for shorter
// ones.
func Examine(fsys vfs.FS, dir string) (f Folder, err error) {
	current, err := atomicfs.ReadMarker(fsys, dir, "manifest")
	if err != nil {
		return f, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	format, err := atomicfs.ReadMarker(fsys, dir, "format-version")
	if err != nil {
		return f, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	f.Receipt, err = Read(fsys, fsys.PathJoin(dir, Name))
	switch {
	case errors.Is(err, ErrVersion):
		return f, err
	case errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, ErrDamaged):
		f.Problems = append(f.Problems, fmt.Errorf("the file %s, which has the last position, is damaged: %w", Name, err))
	case err != nil:
		return f, err
	default:
		f.Read = true
	}
	made, missing := f.Receipt.Made, ""
	switch {
	case current == "" && (made || format != ""):
		missing = "marker.manifest.…, which names the list of tables,"
	case current == "":
		f.Fresh, f.Problems = true, nil // or just being made
	case !Exists(fsys, fsys.PathJoin(dir, current)):
		missing = current + ", the list of tables,"
	case format == "" && made:
		missing = "marker.format-version.…"
	}
	if missing != "" {
		return f, fmt.Errorf("%w: the file %s is not there: restore the folder from a copy", ErrDamaged, missing)
	}
	if made {
		if err := f.compare(fsys, dir, current); err != nil {
			return f, err
		}
	}
	// What this session goes on with: a list that was begun and not put in place is none.
	name := FileOf(current)
	bytes, ok := f.Receipt.Length(name.Number)
	f.Receipt.Manifests = nil
	if ok {
		f.Receipt.SetLength(name.Number, bytes)
	}
	return f, nil
}

// Exists reports whether a file is there, as far as can be told.
func Exists(fsys vfs.FS, path string) bool {
	_, err := fsys.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// compare compares the files of Pebble with the receipt.
func (f *Folder) compare(fsys vfs.FS, dir, current string) error {
	name := FileOf(current)
	if want, ok := f.Receipt.Length(name.Number); !ok {
		f.Problems = append(f.Problems, fmt.Errorf("%s is not the list of tables that was written last", current))
	} else if got, _, err := Whole(fsys, fsys.PathJoin(dir, current)); err != nil {
		return err
	} else if got < want {
		f.Problems = append(f.Problems, fmt.Errorf("%s, the list of tables, is damaged after %d bytes, want %d", current, got, want))
	}
	var gone []uint64
	for _, n := range f.Receipt.Logs {
		if log := fmt.Sprintf("%06d.log", n); !Exists(fsys, fsys.PathJoin(dir, log)) {
			f.Problems = append(f.Problems, fmt.Errorf("the log %s is not there", log))
			gone = append(gone, n)
		}
	}
	for _, n := range gone {
		f.Receipt.DropLog(n)
	}
	return nil
}

// Whole returns how much of a list of tables, or of a log, is whole, in bytes: up to where
// a record was not written to its end yet, or what was there before the file was used again.
// damaged says that more of a log was on disk when what comes later in it was written.
func Whole(fsys vfs.FS, path string) (bytes uint64, damaged bool, err error) {
	file, err := fsys.Open(path)
	if err != nil {
		return 0, false, err
	}
	defer file.Close()
	number := uint64(0)
	if name := FileOf(fsys.PathBase(path)); name.IsLog() {
		number = name.Number
	}
	records := newReader(record.NewReader, file, number)
	for {
		at := records.Offset()
		r, err := records.Next()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF), errors.Is(err, record.ErrUnexpectedEOF):
			return uint64(at), false, nil
		case errors.Is(err, record.ErrZeroedChunk), errors.Is(err, record.ErrInvalidChunk):
			return uint64(at), true, nil
		default:
			return 0, false, err
		}
	}
}

// newReader calls a function of Pebble whose argument has a type without a public name.
func newReader[N ~uint64](open func(io.Reader, N) *record.Reader, from io.Reader, number uint64) *record.Reader {
	return open(from, N(number))
}
