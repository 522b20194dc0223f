package receipt

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// The file has three pages. The first two are written in turns, and each is synced
// before the other is written: whenever the power fails, one of them is whole. The
// third is written for every commit that is acknowledged, and nothing
// waits until it is on disk. It is exact when the process is killed. When the power
// fails it may be lost, and then the other two are behind by Lag.
const (
	pageBytes = 4096
	turns     = 2 // pages that are synced
	pages     = turns + 1
)

// Lag is how long after its acknowledgement an operation may be unknown to the pages
// that are synced. A sync with each commit would cost as much as that of the log: where
// flushes of the disk do not run side by side, it halves the speed of one writer.
const Lag = 100 * time.Millisecond

// Read reads the receipt of a folder. The error wraps ErrDamaged if no page of it is
// whole, ErrVersion, or is one of the file system.
func Read(disk vfs.FS, path string) (Receipt, error) {
	r, _, err := read(disk, path)
	return r, err
}

func read(disk vfs.FS, path string) (newest Receipt, serial uint64, err error) {
	f, err := disk.Open(path)
	if err != nil {
		return newest, 0, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, pages*pageBytes))
	if err != nil {
		return newest, 0, err
	}
	var failed error
	found := false
	for at := 0; at < len(b); at += pageBytes {
		r, n, err := decode(b[at:min(at+pageBytes, len(b))])
		switch {
		case errors.Is(err, ErrVersion):
			return newest, 0, err
		case err != nil:
			failed = err
		case !found || n > serial:
			newest, serial, found = r, n, true
		}
	}
	if !found && failed == nil {
		failed = fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	if !found {
		return newest, 0, failed
	}
	return newest, serial, nil
}

// A Book is the file, open for writing. It is safe for concurrent use.
type Book struct {
	fail func(error) // told of errors that nobody waits for

	mu     sync.Mutex // of what follows
	latest vfs.File   // of which the third page is written
	now    Receipt
	serial uint64
	buffer []byte
	timer  *time.Timer // runs while the pages that are synced are behind
	closed bool

	syncing sync.Mutex // of what follows; taken before mu
	synced  vfs.File   // of which the first two pages are written
	turn    int64
}

// Create makes the file of a new store, with an empty receipt. The caller syncs the
// folder.
func Create(disk vfs.FS, path string) error {
	f, err := disk.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	var empty Receipt
	page := empty.appendTo(make([]byte, 0, pageBytes), 0)[:pageBytes]
	for range pages {
		if _, err := f.Write(page); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open opens the file to go on with a receipt. It calls fail after an error that no
// caller gets.
func Open(disk vfs.FS, path string, from Receipt, fail func(error)) (*Book, error) {
	_, serial, err := read(disk, path)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return nil, err
	}
	b := &Book{fail: fail, now: from, serial: serial}
	if b.latest, err = disk.OpenReadWrite(path, vfs.WriteCategoryUnspecified); err != nil {
		return nil, err
	}
	if b.synced, err = disk.OpenReadWrite(path, vfs.WriteCategoryUnspecified); err != nil {
		return nil, errors.Join(err, b.latest.Close())
	}
	if err := errors.Join(b.Keep(func(*Receipt) {}), b.Keep(func(*Receipt) {})); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Update changes the receipt. The change is in the file when Update returns, and on
// disk after Lag. The error wraps fs.ErrClosed after Close.
func (b *Book) Update(change func(*Receipt)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return fs.ErrClosed
	}
	if b.timer == nil {
		b.timer = time.AfterFunc(Lag, b.catchUp)
	}
	return b.write(change)
}

// write changes the receipt and writes the third page.
func (b *Book) write(change func(*Receipt)) error {
	change(&b.now)
	b.serial++
	b.buffer = b.now.appendTo(b.buffer[:0], b.serial)
	_, err := b.latest.WriteAt(b.buffer, turns*pageBytes)
	return err
}

// Keep changes the receipt, and waits until the change is on disk. The error wraps
// fs.ErrClosed after Close.
func (b *Book) Keep(change func(*Receipt)) error {
	b.syncing.Lock()
	defer b.syncing.Unlock()
	b.mu.Lock()
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	if b.closed {
		b.mu.Unlock()
		return fs.ErrClosed
	}
	err := b.write(change)
	page := b.now.appendTo(nil, b.serial)
	b.mu.Unlock()
	if err != nil {
		return err
	}
	b.turn = (b.turn + 1) % turns
	if _, err := b.synced.WriteAt(page, b.turn*pageBytes); err != nil {
		return err
	}
	return b.synced.SyncData()
}

// catchUp syncs what Update has written. The timer may call it while the file is
// closed, or after: then there is nothing to sync.
func (b *Book) catchUp() {
	if err := b.Keep(func(*Receipt) {}); err != nil && !errors.Is(err, fs.ErrClosed) {
		b.fail(err)
	}
}

// Close closes the file. It syncs nothing: call Keep before it.
func (b *Book) Close() error {
	b.mu.Lock()
	b.closed = true
	if b.timer != nil {
		b.timer.Stop()
	}
	b.mu.Unlock()
	b.syncing.Lock()
	defer b.syncing.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	return errors.Join(b.latest.Close(), b.synced.Close())
}
