package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// replay applies to the index the operations after a position, up to which it has
// all. It writes the events that a crash has lost.
func (s *Store) replay(from uint64) error {
	if err := s.committer.load(); err != nil {
		return err
	}
	if err := s.feed.load(s); err != nil {
		return err
	}
	if err := s.loadLost(); err != nil {
		return err
	}
	if s.broken != nil {
		return nil // there is no index that would take it
	}
	log := make(chan logged, 256)
	stop := make(chan struct{})
	var reading sync.WaitGroup
	defer func() {
		close(stop)
		reading.Wait() // after an error the caller closes the disk
	}()
	reading.Go(func() {
		defer close(log)
		err := s.decodeLog(from, func(l logged) bool {
			select {
			case log <- l:
				return true
			case <-stop:
				return false
			}
		})
		if err != nil {
			select {
			case log <- logged{err: err}:
			case <-stop:
			}
		}
	})
	next := from + 1
	var changes []Change
	for l := range log {
		if l.err == nil && l.position != next && !s.lost.Cover(next, l.position-1) {
			if err := s.damage(nil, "", fmt.Errorf("%w: the operations of the positions from %d to %d are not there", ErrCorrupt, next, l.position-1)); err != nil {
				return err
			}
		}
		if l.err != nil {
			if err := s.damage(l.key, "", l.err); err != nil {
				return err
			}
			if l.position == 0 {
				break // the rest cannot be read
			}
			next = l.position + 1
			continue
		}
		next = l.position + 1
		op := operation{action: l.action, id: l.id, addition: &addition{prepared: l.prepared, wants: wantsPosition}, position: l.position, arrived: l.arrived}
		if c, ok := s.applyOne(&op); ok && l.position > s.feed.last {
			changes = append(changes, c)
		}
		if len(changes) == 1024 {
			s.feed.note(changes)
			s.feed.write(s)
			changes = changes[:0]
		}
	}
	s.feed.note(changes)
	s.feed.write(s)
	if next != s.committer.position+1 && !s.lost.Cover(next, s.committer.position) {
		return s.damage(nil, "", fmt.Errorf("%w: the log ends at position %d, want %d", ErrCorrupt, next-1, s.committer.position))
	}
	return s.disk.Failing()
}

// damage notes what is wrong with the log. A store that is opened for writing is
// refused with it. One that is opened for reading goes on, so that Check can find
// what else is wrong.
func (s *Store) damage(key []byte, id string, err error) error {
	if !s.o.ReadOnly {
		return err
	}
	s.damages = append(s.damages, Problem{Key: key, ID: id, What: err.Error()})
	return nil
}

// A logged is an operation in the log.
type logged struct {
	action   Action
	position uint64
	arrived  int64
	id       string
	prepared cluster.Prepared
	key      []byte
	err      error
}

// decodeLog decodes the operations after a position in their order, until yield
// returns false.
func (s *Store) decodeLog(from uint64, yield func(logged) bool) error {
	return walkLog(s.disk, from, func(kind byte, position uint64, value []byte) bool {
		l := logged{position: position}
		if kind == keys.Removal {
			r, err := record.DecodeRemoved(value)
			l.action, l.arrived, l.id, l.err = Removed, r.Arrived, r.ID, err
			if r.Expired {
				l.action = Expired
			}
		} else {
			r, err := record.DecodeAdded(value)
			if l.err = err; err == nil {
				if l.prepared, err = s.index.Decode(r.Entry); err != nil {
					l.err = fmt.Errorf("%w: the entry of position %d: %w", ErrCorrupt, position, disk.WithoutPrefix(err, cluster.ErrFormat))
				} else {
					l.id = l.prepared.ID()
				}
			}
			l.action, l.arrived = Added, r.Arrived
			if r.Replaces != 0 {
				l.action = Updated
			}
		}
		if l.err != nil {
			l.key = keys.Numbered(kind, position)
		}
		return yield(l)
	})
}

// walkLog calls visit for the records of additions and removals after a position,
// in their order, as long as it returns true.
func walkLog(r pebble.Reader, from uint64, visit func(kind byte, position uint64, value []byte) bool) (err error) {
	var logs [2]*pebble.Iterator
	kinds := [...]byte{keys.Entry, keys.Removal}
	for i, kind := range kinds {
		bounds := &pebble.IterOptions{LowerBound: keys.Numbered(kind, from+1), UpperBound: []byte{kind + 1}}
		if logs[i], err = r.NewIter(bounds); err != nil {
			return disk.Damaged(bounds.LowerBound, err)
		}
		defer func() {
			if e := logs[i].Close(); e != nil && err == nil {
				err = disk.Damaged([]byte{kind}, e)
			}
		}()
		logs[i].First()
	}
	for logs[0].Valid() || logs[1].Valid() {
		i := 0
		if !logs[0].Valid() || logs[1].Valid() && positionOf(logs[1].Key()) < positionOf(logs[0].Key()) {
			i = 1
		}
		value, err := logs[i].ValueAndErr()
		if err != nil {
			return disk.Damaged(logs[i].Key(), err)
		}
		if !visit(kinds[i], positionOf(logs[i].Key()), value) {
			return nil
		}
		logs[i].Next()
	}
	return errors.Join(logs[0].Error(), logs[1].Error())
}

// positionOf returns the position that a key ends with, 0 if it is too short.
func positionOf(key []byte) uint64 {
	if len(key) < 9 {
		return 0
	}
	return binary.BigEndian.Uint64(key[len(key)-8:])
}
