package store

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
)

// A disk is Pebble, made to report a failed write instead of ending the process.
// After a failure it writes no more.
//
// Pebble reports failures in three ways. It calls Logger.Fatalf, which is expected
// not to return; if it does, the operation ends with or without an error, and no
// lock of Pebble stays held. It calls EventListener.BackgroundError for flushes and
// compactions, which it tries again and again. And it panics within a commit, with
// a mutex locked that Close waits for.
type disk struct {
	*pebble.DB
	dir    string
	gate   *writeGate
	lock   io.Closer
	logger *slog.Logger

	fails   sync.Once
	failed  chan struct{} // closed after failure is set
	failure error
	onFail  func()
	writers sync.WaitGroup
	stuck   atomic.Bool // a lock of Pebble is held for ever
}

// openDisk opens the folder, and makes it if it does not exist.
func openDisk(dir string, o *Options) (d *disk, err error) {
	f := newWriteGate(o.FS)
	d = &disk{dir: dir, gate: f, logger: o.Logger, failed: make(chan struct{}), onFail: func() { o.Metrics.Count(MetricFailures, 1) }}
	if d.lock, err = lock(o.FS, dir); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: opening %s: %w", dir, asError(r))
		}
		if err != nil {
			f.shut.Store(true)
			f.release()
			f.drain()
			err = errors.Join(err, d.lock.Close())
		}
	}()
	cache := pebble.NewCache(o.Cache / 4)
	defer cache.Unref()
	p := &pebble.Options{
		FS: lockedFS{f}, Cache: cache, ReadOnly: o.ReadOnly,
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
	d.DB, err = pebble.Open(dir, p)
	if err == nil {
		err = d.failing()
	}
	return d, err
}

// fail records an error of writing, after which nothing more is written. Pebble calls
// it with its mutexes held.
func (d *disk) fail(err error) {
	d.stop(fmt.Errorf("%w: repair or free the disk, and open the store again: %w", ErrFailed, err))
}

// stop records why nothing more is written.
func (d *disk) stop(failure error) {
	d.fails.Do(func() {
		d.failure = failure
		d.gate.shut.Store(true)
		close(d.failed)
		d.logger.Error("nothing more will be written", "error", failure)
		d.onFail()
	})
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
	if d.failing() == nil {
		d.writers.Wait()
		err := d.DB.Close()
		return errors.Join(err, d.failing(), d.lock.Close())
	}
	// What is left of Pebble may never end. It cannot write past the gate, so nobody
	// waits for it.
	d.gate.release()
	d.gate.drain()
	go func() {
		defer func() { recover() }()
		if d.writers.Wait(); !d.stuck.Load() {
			d.DB.Close()
		}
	}()
	return errors.Join(d.failing(), d.lock.Close())
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
