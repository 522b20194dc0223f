package store

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// A storage is the part of the disk that has the index: its keys begin with an x, its
// files are beside those of Pebble, and its entries are those of the log.
type storage struct {
	disk.Runs
	s *Store
}

// Entry returns what the engine has prepared of a document. The log has it from
// before the document is added until Drop.
func (t storage) Entry(dst []byte, position uint64) ([]byte, error) {
	return t.s.entry(dst, t.s.disk, position)
}

func (s *Store) entry(dst []byte, r pebble.Reader, position uint64) ([]byte, error) {
	key := keys.Numbered(keys.Entry, position)
	value, closer, err := r.Get(key)
	if err != nil {
		return dst, disk.Damaged(key, err)
	}
	defer closer.Close()
	a, err := record.DecodeAdded(value)
	if err != nil {
		return dst, fmt.Errorf("%w: at %q", err, key)
	}
	return append(dst, a.Entry...), nil
}

func (t storage) View() (cluster.View, error) {
	return &indexView{t.s, t.s.disk.NewSnapshot()}, nil
}

func (t storage) Batch() cluster.Batch {
	if t.s.o.ReadOnly {
		return nil
	}
	// With room for as much as the last one had, so that it need not grow from nothing.
	return &indexBatch{t.s, t.s.disk.NewBatchWithSize(int(t.s.batchBytes.Load())), nil}
}

// An indexView is the index as a checkpoint has written it.
type indexView struct {
	s        *Store
	snapshot *pebble.Snapshot
}

func indexKey(key []byte) []byte { return append([]byte{keys.Index}, key...) }

func (v *indexView) Entry(dst []byte, position uint64) ([]byte, error) {
	return v.s.entry(dst, v.snapshot, position)
}

func (v *indexView) Get(dst, key []byte) (value []byte, ok bool, err error) {
	b, closer, err := v.snapshot.Get(indexKey(key))
	if errors.Is(err, pebble.ErrNotFound) {
		return dst, false, nil
	}
	if err != nil {
		return dst, false, disk.Damaged(key, err)
	}
	dst = append(dst, b...)
	return dst, true, closer.Close()
}

func (v *indexView) Scan(from, below []byte, visit func(key, value []byte) error) error {
	return disk.Scan(v.snapshot, indexKey(from), indexKey(below), func(key, value []byte) (bool, error) {
		return true, visit(key[1:], value)
	})
}

func (v *indexView) Close() error {
	if v.s.disk.Failing() != nil {
		return nil // a lock of Pebble may be held for ever
	}
	return v.snapshot.Close()
}

// An indexBatch is the batch that a checkpoint writes.
type indexBatch struct {
	s     *Store
	batch *pebble.Batch
	err   error
}

func (b *indexBatch) note(err error) { b.err = errors.Join(b.err, err) }

func (b *indexBatch) Set(key, value []byte) { b.note(b.batch.Set(indexKey(key), value, nil)) }
func (b *indexBatch) Delete(key []byte)     { b.note(b.batch.Delete(indexKey(key), nil)) }

func (b *indexBatch) Drop(position uint64) {
	if b.s.o.keepLog {
		return
	}
	b.note(b.batch.Delete(keys.Numbered(keys.Entry, position), nil))
}

// Commit waits until the events of all operations that the checkpoint covers are
// written: replaying will not make them again.
func (b *indexBatch) Commit() error {
	b.s.applied.Lock()
	//lint:ignore SA2001 the commit that was being applied is done once the lock is taken
	b.s.applied.Unlock()
	if b.err != nil {
		return errors.Join(b.err, b.batch.Close())
	}
	b.s.batchBytes.Store(int64(b.batch.Len()) * 9 / 8)
	if err := b.s.disk.Write(b.batch, pebble.Sync); err != nil {
		return err
	}
	return b.batch.Close()
}

// A checkpointer writes checkpoints while operations go on.
type checkpointer struct {
	begun   uint64     // the position at which the last one began
	running chan error // nil where none is being written
}

// step is called between commits. It begins a checkpoint when one is
// due, and waits for the last one if that is a whole checkpoint late.
func (c *checkpointer) step(s *Store, position uint64) {
	since, every := position-min(c.begun, position), uint64(s.o.Checkpoint)
	switch {
	case since < every:
		return
	case c.running != nil && since < 2*every:
		select {
		case <-c.running:
		default:
			return
		}
	case c.running != nil:
		s.o.Logger.Warn("operations wait for a checkpoint", "position", position)
		<-c.running
	}
	c.begun = position
	done := make(chan error, 1)
	c.running = done
	s.done.Go(func() { done <- s.checkpoint() })
}

// checkpoint writes the index, and trims the log.
func (s *Store) checkpoint() error {
	position, err := s.index.Checkpoint()
	if err == nil {
		err = s.trim(position)
	}
	if err != nil {
		s.unreadable(err)
	}
	return err
}

// unreadable stops the store, or what of it needs the index, because the index has
// failed and no write has: it is damaged.
func (s *Store) unreadable(err error) {
	if err = s.translate(err); s.o.ReadOnly {
		s.broken = cmp.Or(s.broken, err)
		return
	}
	s.disk.Stop(func() error { return disk.Reworded(err.Error()+": nothing more is written", err, ErrFailed) })
}

// ask is enter for what needs the index.
func (s *Store) ask() error {
	if err := s.enter(); err != nil {
		return err
	}
	if s.broken != nil {
		s.leave()
		return s.broken
	}
	return nil
}

// documentCount returns how many documents there are, by the index or without it.
func (s *Store) documentCount(v *view) (n int, err error) {
	if s.broken == nil {
		return s.index.Len(), nil
	}
	err = disk.Scan(v, []byte{keys.ID}, []byte{keys.ID + 1}, func(_, _ []byte) (bool, error) {
		n++
		return true, nil
	})
	return n, err
}

// indexCache returns the index's share of a cache. The rest is Pebble's: see package disk.
func indexCache(cache int64) int { return int(min(cache/8*3, math.MaxInt32)) }
