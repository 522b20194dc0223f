package gate

import (
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// tracked notes in the receipt what Pebble has on disk. A log is noted when its name is
// on disk, and struck off before it is removed or used again: a log that is noted and
// not there has been lost. Of a list of tables, what has been synced is noted before
// Pebble goes on to delete what the list replaces.
type tracked struct {
	Book *receipt.Book // nil while nothing is noted

	mu      sync.Mutex
	unnamed []uint64 // logs whose names are not synced yet
}

// made notes that a file was made.
func (f *Gate) made(n receipt.File) {
	if n.Kind != receipt.Log {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unnamed = append(f.unnamed, n.Number)
}

// unsynced returns how many logs a sync of the folder would put on disk.
func (f *Gate) unsynced() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.unnamed)
}

// namesSynced notes that the names of so many logs are on disk.
func (f *Gate) namesSynced(n int) error {
	f.mu.Lock()
	named := f.unnamed[:min(n, len(f.unnamed)):min(n, len(f.unnamed))]
	f.unnamed = f.unnamed[len(named):]
	f.mu.Unlock()
	if len(named) == 0 || f.Book == nil {
		return nil
	}
	return f.noting(f.Book.Update(func(r *receipt.Receipt) {
		for _, n := range named {
			r.AddLog(n)
		}
	}))
}

// unmade notes that a file is about to be removed, or its name to be changed.
func (f *Gate) unmade(path string) error {
	n := receipt.FileOf(f.PathBase(path))
	if n.Kind != receipt.Log || f.Book == nil || f.shut.Load() {
		return nil
	}
	return f.noting(f.Book.Keep(func(r *receipt.Receipt) { r.DropLog(n.Number) }))
}

// lengthSynced notes how much of a list of tables is on disk. Of a new one the name is
// made durable as well: Pebble next makes a file that names it, and does not care which
// of the two names is on disk first.
func (f *Gate) lengthSynced(file *File) error {
	if !file.named {
		if err := f.Do(func() error { return SyncDir(f.FS, f.PathDir(file.path)) }); err != nil {
			f.Fail(err)
			return err
		}
		file.named = true
	}
	if f.Book == nil {
		return nil
	}
	number, bytes := file.name.Number, file.written
	return f.noting(f.Book.Keep(func(r *receipt.Receipt) { r.SetLength(number, bytes) }))
}

// noting shuts the gate if the receipt could not be written.
func (f *Gate) noting(err error) error {
	if err != nil {
		f.Fail(err)
	}
	return err
}

// Acknowledge notes the position up to which all is on disk. With wait it is also on
// disk, that this is noted, and that the store has its settings.
func (f *Gate) Acknowledge(position uint64, wait bool) error {
	note := func(r *receipt.Receipt) { r.Position = position }
	if !wait {
		return f.noting(f.Book.Update(note))
	}
	return f.noting(f.Book.Keep(func(r *receipt.Receipt) {
		r.Made = true
		note(r)
	}))
}

// Wrap returns a file behind the gate.
func (f *Gate) Wrap(file vfs.File) vfs.File { return &File{File: file, gate: f} }
