package store

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
)

// A storage is the part of the disk in which the detector's index is kept: its
// keys stand behind an x, and its entries are those of the log.
type storage struct{ s *Store }

// Entry returns what the detector had prepared of a document. The log has it from
// before it was added until Drop.
func (t storage) Entry(position uint64, whole bool) (cluster.Prepared, error) {
	return t.s.entry(t.s.disk, position)
}

func (s *Store) entry(r pebble.Reader, position uint64) (reprint.Prepared, error) {
	key := numbered(anEntry, position)
	value, closer, err := r.Get(key)
	if err != nil {
		return reprint.Prepared{}, damaged(key, err)
	}
	defer closer.Close()
	a, err := decodeAdded(value)
	if err != nil {
		return reprint.Prepared{}, fmt.Errorf("%w: at %q", err, key)
	}
	return s.detector.Decode(a.entry)
}

func (t storage) View() (cluster.View, error) {
	return &indexView{t.s, t.s.disk.NewSnapshot()}, nil
}

func (t storage) Batch() cluster.Batch {
	if t.s.o.ReadOnly {
		return nil
	}
	// Room for as much as the last one had, so that it need not grow from nothing.
	return &indexBatch{t.s, t.s.disk.NewBatchWithSize(int(t.s.batchBytes.Load())), nil}
}

// An indexView is the index as it was written by a checkpoint.
type indexView struct {
	s        *Store
	snapshot *pebble.Snapshot
}

func indexKey(key []byte) []byte { return append([]byte{ofTheIndex}, key...) }

func (v *indexView) Entry(position uint64, whole bool) (cluster.Prepared, error) {
	return v.s.entry(v.snapshot, position)
}

func (v *indexView) Get(dst, key []byte) (value []byte, ok bool, err error) {
	b, closer, err := v.snapshot.Get(indexKey(key))
	if errors.Is(err, pebble.ErrNotFound) {
		return dst, false, nil
	}
	if err != nil {
		return dst, false, damaged(key, err)
	}
	dst = append(dst, b...)
	return dst, true, closer.Close()
}

func (v *indexView) Scan(from, below []byte, visit func(key, value []byte) error) error {
	return scan(v.snapshot, indexKey(from), indexKey(below), func(key, value []byte) (bool, error) {
		return true, visit(key[1:], value)
	})
}

func (v *indexView) Close() error {
	if v.s.disk.failing() != nil {
		return nil // a mutex of Pebble may be locked for ever
	}
	return v.snapshot.Close()
}

// An indexBatch is what a checkpoint writes.
type indexBatch struct {
	s     *Store
	batch *pebble.Batch
	err   error
}

func (b *indexBatch) note(err error) { b.err = errors.Join(b.err, err) }

func (b *indexBatch) Set(key, value []byte)   { b.note(b.batch.Set(indexKey(key), value, nil)) }
func (b *indexBatch) Delete(key []byte)       { b.note(b.batch.Delete(indexKey(key), nil)) }
func (b *indexBatch) Merge(key, value []byte) { b.note(b.batch.Merge(indexKey(key), value, nil)) }

func (b *indexBatch) Drop(position uint64) {
	if b.s.o.keepLog {
		return
	}
	b.note(b.batch.Delete(numbered(anEntry, position), nil))
}

// Commit waits until the events of all that the checkpoint covers are written, as
// these will not be made anew. It does not wait for the disk: should a crash take
// the checkpoint, the log is still there.
func (b *indexBatch) Commit() error {
	b.s.applied.Lock()
	b.s.applied.Unlock() //nolint:staticcheck // the group that was being applied is done
	if b.err != nil {
		return errors.Join(b.err, b.batch.Close())
	}
	b.s.batchBytes.Store(int64(b.batch.Len()) * 9 / 8)
	if err := b.s.disk.write(b.batch, pebble.NoSync); err != nil {
		return err
	}
	return b.batch.Close()
}

// pages merges what is written to the pages of the index.
var pages = &pebble.Merger{
	Name: "reprint.pages",
	Merge: func(_, value []byte) (pebble.ValueMerger, error) {
		return &page{newer: [][]byte{slices.Clone(value)}}, nil
	},
}

// A page is the parts of a value, of which older has the oldest last, and newer,
// which are newer than these, the newest.
type page struct{ newer, older [][]byte }

func (p *page) MergeNewer(value []byte) error {
	p.newer = append(p.newer, slices.Clone(value))
	return nil
}

func (p *page) MergeOlder(value []byte) error {
	p.older = append(p.older, slices.Clone(value))
	return nil
}

// Finish merges neighbours, again and again, so that no part is copied more often
// than it must.
func (p *page) Finish(bool) ([]byte, io.Closer, error) {
	slices.Reverse(p.older)
	parts := append(p.older, p.newer...)
	for len(parts) > 1 {
		n := 0
		for i := 0; i < len(parts); i += 2 {
			part := parts[i]
			if i+1 < len(parts) {
				part = cluster.MergePages(nil, part, parts[i+1])
			}
			parts[n] = part
			n++
		}
		parts = parts[:n]
	}
	return parts[0], nil, nil
}

// A checkpointer writes checkpoints while operations go on.
type checkpointer struct {
	begun   uint64     // position at which the last one began
	running chan error // nil where none is being written
}

// step is called between groups of operations. It begins a checkpoint where it is
// time for one, and waits for the last one if that has become too late.
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

// checkpoint writes the index, and trims the log of what nobody needs then.
func (s *Store) checkpoint() error {
	position, err := s.detector.Index().Checkpoint()
	if err == nil {
		err = s.trim(position)
	}
	if err != nil && s.disk.failing() == nil {
		s.disk.fail(err)
	}
	return err
}

// indexCache is what the index has of a cache; the rest is Pebble's: see openDisk.
func indexCache(cache int64) int { return int(min(cache/8*3, math.MaxInt32)) }
