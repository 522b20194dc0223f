package store

import (
	"strconv"
	"strings"
	"sync"

	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// A fileName is what the name of a file of Pebble says.
type fileName struct {
	kind   fileKind
	number uint64
}

type fileKind uint8

const (
	otherFile    fileKind = iota
	logFile               // write-ahead
	manifestFile          // which tables there are
)

const manifestPrefix = "MANIFEST-"

// nameOf takes a name apart.
func nameOf(base string) fileName {
	kind, digits := otherFile, ""
	if d, ok := strings.CutSuffix(base, ".log"); ok {
		kind, digits = logFile, d
	} else if d, ok := strings.CutPrefix(base, manifestPrefix); ok {
		kind, digits = manifestFile, d
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return fileName{}
	}
	return fileName{kind, n}
}

func (n fileName) isLog() bool { return n.kind == logFile }

// tracked notes in the receipt what Pebble has on disk. A log is noted when its name is
// on disk, and struck off before it is removed or used again: a log that is noted and
// not there has been lost. Of a list of tables, what has been synced is noted before
// Pebble goes on to delete what the list replaces.
type tracked struct {
	book *receipt.Book // nil while nothing is noted

	mu      sync.Mutex
	unnamed []uint64 // logs whose names are not synced yet
}

// made notes that a file was made.
func (f *writeGate) made(n fileName) {
	if n.kind != logFile {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unnamed = append(f.unnamed, n.number)
}

// unsynced returns how many logs a sync of the folder would put on disk.
func (f *writeGate) unsynced() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.unnamed)
}

// namesSynced notes that the names of so many logs are on disk.
func (f *writeGate) namesSynced(n int) error {
	f.mu.Lock()
	named := f.unnamed[:min(n, len(f.unnamed)):min(n, len(f.unnamed))]
	f.unnamed = f.unnamed[len(named):]
	f.mu.Unlock()
	if len(named) == 0 || f.book == nil {
		return nil
	}
	return f.noting(f.book.Update(func(r *receipt.Receipt) {
		for _, n := range named {
			r.AddLog(n)
		}
	}))
}

// unmade notes that a file is about to be removed, or its name to be changed.
func (f *writeGate) unmade(path string) error {
	n := nameOf(f.PathBase(path))
	if n.kind != logFile || f.book == nil || f.shut.Load() {
		return nil
	}
	return f.noting(f.book.Keep(func(r *receipt.Receipt) { r.DropLog(n.number) }))
}

// lengthSynced notes how much of a list of tables is on disk. Of a new one the name is
// made durable as well: Pebble next makes a file that names it, and does not care which
// of the two names is on disk first.
func (f *writeGate) lengthSynced(file *gatedFile) error {
	if !file.named {
		if err := f.do(func() error { return syncDir(f.FS, f.PathDir(file.path)) }); err != nil {
			f.fail(err)
			return err
		}
		file.named = true
	}
	if f.book == nil {
		return nil
	}
	number, bytes := file.number, file.written
	return f.noting(f.book.Keep(func(r *receipt.Receipt) { r.SetLength(number, bytes) }))
}

// noting shuts the gate if the receipt could not be written.
func (f *writeGate) noting(err error) error {
	if err != nil {
		f.fail(err)
	}
	return err
}

// acknowledge notes the position up to which all is on disk. With wait it is also on
// disk, that this is noted, and that the store has its settings.
func (d *disk) acknowledge(position uint64, wait bool) error {
	note := func(r *receipt.Receipt) { r.Position = position }
	if !wait {
		return d.gate.noting(d.gate.book.Update(note))
	}
	return d.gate.noting(d.gate.book.Keep(func(r *receipt.Receipt) {
		r.Made = true
		note(r)
	}))
}
