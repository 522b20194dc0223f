package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
)

// A feed is the changes that operations made. They are written once a commit, without
// waiting for the disk, and become durable with the next commit. After a crash, replay
// makes the lost ones again.
type feed struct {
	mu          sync.Mutex
	first, last uint64        // positions of the changes that are kept
	unwritten   []Change      // the last ones, which are still to be written
	news        chan struct{} // closed when there is more
}

func (f *feed) load(s *Store) (err error) {
	f.news = make(chan struct{})
	if f.last, err = disk.Number(s.disk, keys.Events); err != nil {
		return err
	}
	f.first, err = disk.Number(s.disk, keys.First)
	f.first = max(f.first, 1)
	return err
}

// note takes in changes, which write writes. One goroutine at a time calls it, and write.
func (f *feed) note(changes []Change) {
	if len(changes) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unwritten = append(f.unwritten, changes...)
	f.last = changes[len(changes)-1].Position
	close(f.news)
	f.news = make(chan struct{})
}

// write writes the changes that are not written yet, and trims the oldest.
func (f *feed) write(s *Store) {
	changes := f.unwritten // only this goroutine changes it, and first
	if len(changes) == 0 || s.o.ReadOnly {
		return
	}
	first, last := f.first, changes[len(changes)-1].Position
	b := s.disk.NewBatch()
	for i := range changes {
		b.Set(keys.Numbered(keys.Event, changes[i].Position), changes[i].append(nil), nil)
	}
	b.Set(keys.Events, eightBytes(last), nil)
	kept := uint64(s.o.Events)
	if last >= first+kept+kept/16 {
		b.DeleteRange(keys.Numbered(keys.Event, first), keys.Numbered(keys.Event, last-kept+1), nil)
		first = last - kept + 1
		b.Set(keys.First, eightBytes(first), nil)
	}
	f.mu.Lock()
	f.first = first // before they are gone: who reads meanwhile is told
	f.mu.Unlock()
	if s.disk.Write(b, pebble.NoSync) != nil {
		return // a store that has failed tells of them from memory
	}
	f.mu.Lock()
	f.unwritten = nil
	f.mu.Unlock()
}

func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.news)
	f.news = make(chan struct{})
}

// changesAtOnce is how many changes are read before looking whether the store was
// closed.
const changesAtOnce = 256

// after returns some changes from a position on, at least one if there is one. It
// also returns a channel that is closed when there are more.
func (s *Store) after(from uint64) (changes []Change, news <-chan struct{}, err error) {
	if err := s.enter(); err != nil {
		return nil, nil, err
	}
	defer s.leave()
	f := &s.feed
	f.mu.Lock()
	news, last, unwritten := f.news, f.last, f.unwritten
	f.mu.Unlock()
	err = disk.Scan(s.disk, keys.Numbered(keys.Event, from), keys.Numbered(keys.Event, last+1), func(key, value []byte) (bool, error) {
		c, err := decodeChange(positionOf(key), value)
		changes = append(changes, c)
		return len(changes) < changesAtOnce, err
	})
	if err != nil {
		return nil, nil, err
	}
	if len(changes) < changesAtOnce {
		next := from // of a write that has failed the records may be there all the same
		if n := len(changes); n > 0 {
			next = changes[n-1].Position + 1
		}
		i, _ := slices.BinarySearchFunc(unwritten, next, func(c Change, p uint64) int {
			if c.Position < p {
				return -1
			}
			return 1
		})
		changes = append(changes, unwritten[i:]...)
	}
	f.mu.Lock()
	first := f.first // read after the scan: what was trimmed meanwhile is missing
	f.mu.Unlock()
	if from < first {
		return nil, nil, fmt.Errorf("%w: those of position %d, want %d at least: list the clusters again with Snapshot, and go on from its Position+1", ErrTrimmed, from, first)
	}
	return changes, news, nil
}

// Events yields what operations did, from a position on up to the last; 0 and 1
// mean the first. An error comes last. It wraps ErrTrimmed if the changes of that
// position are no longer kept.
func (s *Store) Events(ctx context.Context, from uint64) iter.Seq2[Change, error] {
	return s.events(ctx, from, false)
}

// Follow yields what Events does, and then waits for more. It ends with the error
// of ctx, or with one that wraps ErrClosed or ErrFailed.
func (s *Store) Follow(ctx context.Context, from uint64) iter.Seq2[Change, error] {
	return s.events(ctx, from, true)
}

func (s *Store) events(ctx context.Context, from uint64, follow bool) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		next := max(from, 1)
		for {
			changes, news, err := s.after(next)
			if err == nil && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if err != nil {
				yield(Change{}, err)
				return
			}
			for _, c := range changes {
				if !yield(c, nil) {
					return
				}
				next = c.Position + 1
			}
			if len(changes) > 0 {
				continue
			}
			if !follow {
				return
			}
			select {
			case <-news:
			case <-ctx.Done():
			case <-s.disk.Failed():
				if again, _, err := s.after(next); err == nil && len(again) == 0 {
					yield(Change{}, s.disk.Failing())
					return
				}
			}
		}
	}
}
