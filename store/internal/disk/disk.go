// Package disk has a store's folder: Pebble, made to report a failed write, the files of the
// index beside it, the lock, the receipt, and whether there is room.
package disk

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
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cbb30ed1/reprint/store/internal/gate"
	"github.com/cbb30ed1/reprint/store/internal/lock"
	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// A Disk is Pebble, made to report a failed write instead of ending the process.
// After a failure it writes no more.
//
// Pebble reports failures in four ways. It calls Logger.Fatalf, which is expected
// not to return; if it does, the operation ends with or without an error, and no
// lock of Pebble stays held. It calls EventListener.BackgroundError for flushes and
// compactions, which it tries again and again. It panics within a commit, with
// a mutex locked that Close waits for. And it panics where nobody can recover, for its
// log and for folders: see park in internal/gate.
type Disk struct {
	*pebble.DB
	dir    string
	gate   *gate.Gate
	lock   *lock.Lock
	Found  Finding // when it was opened
	logger *slog.Logger

	fails   sync.Once
	failed  chan struct{} // closed after failure is set
	failure error
	onFail  func()
	writers sync.WaitGroup
	stuck   atomic.Bool // a lock of Pebble is held for ever
}

// Options say how a folder is opened, as those of the store do.
type Options struct {
	FS         vfs.FS
	Cache      int64 // of which Pebble takes three sixteenths for blocks
	MemTable   int   // bytes of a memory table; 0 means by Cache
	MinFree    int64
	ReadOnly   bool
	AcceptLoss bool
	Repairing  bool // what cannot be read is left to Repair
	Logger     *slog.Logger
	Failed     func() // called after a failed write
}

// Open opens the folder, and makes it if it does not exist.
func Open(dir string, o *Options) (*Disk, error) {
	if err := prepare(dir, o); err != nil {
		return nil, err
	}
	d := &Disk{dir: dir, gate: gate.New(o.FS), logger: o.Logger, failed: make(chan struct{}), onFail: o.Failed}
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

func (d *Disk) open(o *Options) (err error) {
	if d.Found, err = d.examine(); err != nil {
		return err
	}
	if promised := d.Found.Receipt.Made || !d.Found.Read; promised && !d.Found.Fresh {
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
func (d *Disk) openToLook(o *Options) error {
	db, err := d.openPebble(o, true)
	if err != nil {
		return err
	}
	if err := d.Found.position(db); err != nil && !(o.Repairing && errors.Is(err, ErrCorrupt)) {
		return errors.Join(err, db.Close())
	}
	if err := d.Found.error(d.dir); err != nil {
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
func (d *Disk) openToWrite(o *Options) (err error) {
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
func (d *Disk) openReceipt() (err error) {
	path, f := d.path(receipt.Name), &d.Found
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
func (d *Disk) openPebble(o *Options, readOnly bool) (*pebble.DB, error) {
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
		cache := pebble.NewCache(o.Cache / 16 * 3)
		defer cache.Unref()
		out.db, out.err = pebble.Open(d.dir, d.pebbleOptions(o, cache, readOnly))
	}()
	select {
	case out := <-done:
		if out.err == nil {
			out.err = d.Failing()
		} else {
			out.err = cmp.Or(d.Failing(), explain(d.dir, out.err))
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
func (d *Disk) abandon(db *pebble.DB) {
	go func() {
		defer func() { recover() }()
		db.Close()
	}()
}

func (d *Disk) pebbleOptions(o *Options, cache *pebble.Cache, readOnly bool) *pebble.Options {
	p := &pebble.Options{
		FS: lock.Without{FS: d.gate}, Cache: cache, ReadOnly: readOnly,
		FormatMajorVersion: pebble.FormatValueSeparation,
		MemTableSize:       uint64(cmp.Or(int64(o.MemTable), min(max(o.Cache/16, 4<<20), 64<<20))), // of which there are two or three
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
	p.Levels[len(p.Levels)-1].FilterPolicy = pebble.NoFilterPolicy // Get asks none there
	return p
}

// fail records an error of writing, after which nothing more is written. Pebble calls
// it with its mutexes held.
func (d *Disk) fail(err error) {
	d.Stop(func() error {
		if moved := d.gate.Here(); moved != nil {
			err = moved
		}
		return failure(err)
	})
}

// Stop records why nothing more is written, the first time.
func (d *Disk) Stop(why func() error) {
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
		return Reworded(ErrCorrupt.Error()+", and nothing more is written: "+text, ErrFailed, ErrCorrupt, err)
	}
	return fmt.Errorf("%w: repair or free the disk, and open the store again: %w", ErrFailed, err)
}

// Failing returns the error that wraps ErrFailed, or nil.
func (d *Disk) Failing() error {
	select {
	case <-d.failed:
		return d.failure
	default:
		return nil
	}
}

// Failed returns a channel that is closed once a write has failed.
func (d *Disk) Failed() <-chan struct{} { return d.failed }

// Acknowledge notes in the receipt the position up to which all is on disk. With wait it
// is also on disk that this is noted, and that the store has its settings.
func (d *Disk) Acknowledge(position uint64, wait bool) error {
	return d.gate.Acknowledge(position, wait)
}

// Check returns the error that wraps ErrFailed, as Failing does, after a look at whether
// the folder is still there: what is written to a folder that was removed is gone.
func (d *Disk) Check() error {
	if err := d.gate.Here(); err != nil {
		d.fail(err)
	}
	return d.Failing()
}

// Write applies a batch. After an error the batch may be on disk or not, and Pebble
// may still use it.
func (d *Disk) Write(b *pebble.Batch, o *pebble.WriteOptions) error {
	if err := d.Failing(); err != nil {
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
	return d.Failing()
}

// asError returns the value of a panic as an error.
func asError(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return fmt.Errorf("%v", r)
}

// Close closes the database and releases the folder. It returns the failure, if
// there was one.
func (d *Disk) Close() error {
	if d.closeAll(); d.Failing() == nil {
		return d.lock.Close()
	}
	// What is left of Pebble may never end. It cannot write past the gate, so nobody
	// waits for it.
	d.gate.Release()
	d.gate.Drain()
	return errors.Join(d.Failing(), d.lock.Close())
}

// closeAll closes the database and the receipt, and waits for it, or for a failure.
func (d *Disk) closeAll() {
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
type pebbleLogger struct{ *Disk }

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
