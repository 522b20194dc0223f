package store

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"

	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/lock"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// A disk is Pebble, made to report a failed write instead of ending the process.
// After a failure it writes no more.
//
// Pebble reports failures in four ways. It calls Logger.Fatalf, which is expected
// not to return; if it does, the operation ends with or without an error, and no
// lock of Pebble stays held. It calls EventListener.BackgroundError for flushes and
// compactions, which it tries again and again. It panics within a commit, with
// a mutex locked that Close waits for. And it panics where nobody can recover, for its
// log and for folders: see park in internal/gate.
type disk struct {
	*pebble.DB
	dir    string
	gate   *gate.Gate
	lock   *lock.Lock
	found  finding // when it was opened
	logger *slog.Logger

	fails   sync.Once
	failed  chan struct{} // closed after failure is set
	failure error
	onFail  func()
	writers sync.WaitGroup
	stuck   atomic.Bool // a lock of Pebble is held for ever
}

// openDisk opens the folder, and makes it if it does not exist.
func openDisk(dir string, o *Options) (*disk, error) {
	d := &disk{dir: dir, gate: gate.New(o.FS), logger: o.Logger, failed: make(chan struct{}), onFail: func() { o.Metrics.Count(MetricFailures, 1) }}
	d.gate.Fail = d.fail
	held, err := lock.Folder(o.FS, dir, o.ReadOnly)
	switch {
	case errors.Is(err, lock.ErrHeld):
		return nil, fmt.Errorf("%w: %s: close it there first", ErrLocked, dir)
	case err != nil:
		return nil, fmt.Errorf("store: locking %s: %w", dir, err)
	}
	d.lock, d.gate.Here = held, held.Here
	if err := d.open(o); err != nil {
		d.gate.Shut()
		d.gate.Release()
		d.gate.Drain()
		if d.gate.Book != nil {
			go d.gate.Book.Close() // which waits for the disk
		}
		return nil, errors.Join(err, d.lock.Close())
	}
	return d, nil
}

func (d *disk) open(o *Options) (err error) {
	if d.found, err = d.examine(); err != nil {
		return err
	}
	if promised := d.found.Receipt.Made || !d.found.Read; promised && !d.found.Fresh {
		if err := d.openToLook(o); err != nil {
			return err
		}
	}
	if d.DB == nil {
		return d.openToWrite(o)
	}
	return nil
}

// openToLook opens the database for reading, and refuses it if something is gone: Pebble
// deletes a log that it has read when it is open for writing, and with it what could
// still be repaired. A database that is to be read stays open.
func (d *disk) openToLook(o *Options) error {
	db, err := d.openPebble(o, true)
	if err != nil {
		return err
	}
	if err := d.found.position(db); err != nil && !(o.repairing && errors.Is(err, ErrCorrupt)) {
		return errors.Join(err, db.Close())
	}
	if err := d.found.error(d.dir); err != nil {
		if !o.AcceptLoss {
			return errors.Join(err, db.Close())
		}
		d.logger.Warn("opening a store that has lost something", "error", err)
	}
	if o.ReadOnly {
		d.DB = db
		return nil
	}
	return db.Close()
}

// openToWrite opens the database for writing, and goes on with the receipt.
func (d *disk) openToWrite(o *Options) (err error) {
	if !o.ReadOnly {
		if err := d.roomToOpen(o.MinFree); err != nil {
			return err
		}
		if err := d.openReceipt(); err != nil {
			return err
		}
	}
	d.gate.Opening.Store(!o.ReadOnly)
	d.DB, err = d.openPebble(o, o.ReadOnly)
	if err == nil {
		d.gate.Parking.Store(true)
		d.gate.Opening.Store(false)
	}
	return err
}

// openReceipt opens the receipt, and makes it if there is none that is whole.
func (d *disk) openReceipt() (err error) {
	path, f := d.path(receipt.Name), &d.found
	if !f.Read {
		if err := receipt.Create(d.gate, path); err != nil {
			return fmt.Errorf("store: making %s: %w", path, err)
		}
		if err := gate.SyncDir(d.gate.FS, d.dir); err != nil {
			return fmt.Errorf("store: making %s: %w", path, err)
		}
	}
	d.gate.Book, err = receipt.Open(d.gate, path, f.Receipt, d.fail)
	if err != nil {
		return fmt.Errorf("store: writing %s: %w", path, err)
	}
	return nil
}

// openPebble opens the database. After a failure, which may be one of the background,
// it does not wait for Pebble, which may never end.
func (d *disk) openPebble(o *Options, readOnly bool) (*pebble.DB, error) {
	type opened struct {
		db  *pebble.DB
		err error
	}
	done := make(chan opened, 1)
	go func() {
		var out opened
		defer func() {
			if r := recover(); r != nil {
				out.err = asError(r)
			}
			done <- out
		}()
		cache := pebble.NewCache(o.Cache / 4)
		defer cache.Unref()
		out.db, out.err = pebble.Open(d.dir, d.pebbleOptions(o, cache, readOnly))
	}()
	select {
	case out := <-done:
		if out.err == nil {
			out.err = d.failing()
		} else {
			out.err = cmp.Or(d.failing(), explain(d.dir, out.err))
		}
		if out.err != nil && out.db != nil {
			d.abandon(out.db)
		}
		return out.db, out.err
	case <-d.failed:
		go func() {
			if out := <-done; out.db != nil {
				d.abandon(out.db)
			}
		}()
		return nil, d.failure
	}
}

// abandon closes a database that has failed. Nobody waits for it.
func (d *disk) abandon(db *pebble.DB) {
	go func() {
		defer func() { recover() }()
		db.Close()
	}()
}

func (d *disk) pebbleOptions(o *Options, cache *pebble.Cache, readOnly bool) *pebble.Options {
	p := &pebble.Options{
		FS: lock.Without{FS: d.gate}, Cache: cache, ReadOnly: readOnly,
		FormatMajorVersion: pebble.FormatValueSeparation,
		MemTableSize:       uint64(min(max(o.Cache/16, 4<<20), 64<<20)), // of which there are two or three
		Logger:             pebbleLogger{d},
		EventListener: &pebble.EventListener{
			BackgroundError: d.fail,
			DataCorruption: func(i pebble.DataCorruptionInfo) {
				o.Logger.Error("damage on disk", "path", i.Path, "error", i.Details)
			},
			WriteStallBegin: func(i pebble.WriteStallBeginInfo) { o.Logger.Warn("writes wait for the disk", "reason", i.Reason) },
		},
	}
	for i := range p.Levels {
		p.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	return p
}

// fail records an error of writing, after which nothing more is written. Pebble calls
// it with its mutexes held.
func (d *disk) fail(err error) {
	d.stop(func() error {
		if moved := d.gate.Here(); moved != nil {
			err = moved
		}
		return failure(err)
	})
}

// stop records why nothing more is written, the first time.
func (d *disk) stop(why func() error) {
	d.fails.Do(func() {
		d.failure = why()
		d.gate.Shut()
		close(d.failed)
		d.logger.Error("nothing more will be written", "error", d.failure)
		d.onFail()
	})
}

// failure returns the error of a store that writes no more: the disk failed, or
// something that was to be written anew was read and found damaged.
func failure(err error) error {
	if errors.Is(err, ErrCorrupt) || pebble.IsCorruptionError(err) {
		text := strings.TrimPrefix(err.Error(), ErrCorrupt.Error()+": ")
		return &worded{ErrCorrupt.Error() + ", and nothing more is written: " + text, []error{ErrFailed, ErrCorrupt, err}}
	}
	return fmt.Errorf("%w: repair or free the disk, and open the store again: %w", ErrFailed, err)
}

// failing returns the error that wraps ErrFailed, or nil.
func (d *disk) failing() error {
	select {
	case <-d.failed:
		return d.failure
	default:
		return nil
	}
}

// check returns the error that wraps ErrFailed, as failing does, after a look at whether
// the folder is still there: what is written to a folder that was removed is gone.
func (d *disk) check() error {
	if err := d.gate.Here(); err != nil {
		d.fail(err)
	}
	return d.failing()
}

// write applies a batch. After an error the batch may be on disk or not, and Pebble
// may still use it.
func (d *disk) write(b *pebble.Batch, o *pebble.WriteOptions) error {
	if err := d.failing(); err != nil {
		return err
	}
	done := make(chan struct{})
	d.writers.Go(func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				d.stuck.Store(true)
				d.fail(asError(r))
			}
		}()
		if err := d.Apply(b, o); err != nil {
			d.fail(err)
		}
	})
	select {
	case <-done:
	case <-d.failed: // by another write, after which this one may wait for ever
	}
	return d.failing()
}

// asError returns the value of a panic as an error.
func asError(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return fmt.Errorf("%v", r)
}

// close closes the database and releases the folder. It returns the failure, if
// there was one.
func (d *disk) close() error {
	if d.closeAll(); d.failing() == nil {
		return d.lock.Close()
	}
	// What is left of Pebble may never end. It cannot write past the gate, so nobody
	// waits for it.
	d.gate.Release()
	d.gate.Drain()
	return errors.Join(d.failing(), d.lock.Close())
}

// closeAll closes the database and the receipt, and waits for it, or for a failure.
func (d *disk) closeAll() {
	done := make(chan struct{})
	go func() {
		defer func() {
			if r := recover(); r != nil {
				d.fail(asError(r))
			}
		}()
		if d.writers.Wait(); d.stuck.Load() {
			return
		}
		d.gate.Parking.Store(false) // nobody is left who might rotate the log
		err := d.DB.Close()
		if d.gate.Book != nil {
			if err == nil {
				err = d.gate.Book.Keep(func(*receipt.Receipt) {})
			}
			err = errors.Join(err, d.gate.Book.Close())
		}
		if err != nil {
			d.fail(err)
		}
		close(done)
	}()
	select {
	case <-done:
	case <-d.failed:
	}
}

// A pebbleLogger is the Logger of Pebble.
type pebbleLogger struct{ *disk }

func (l pebbleLogger) Infof(format string, args ...any) {}

func (l pebbleLogger) Errorf(format string, args ...any) {
	l.logger.Error("from Pebble: " + fmt.Sprintf(format, args...))
}

func (l pebbleLogger) Fatalf(format string, args ...any) {
	if len(args) == 1 {
		if _, ok := args[0].(error); ok {
			format = strings.NewReplacer("%v", "%w", "%s", "%w").Replace(format)
		}
	}
	l.fail(fmt.Errorf(format, args...))
}
