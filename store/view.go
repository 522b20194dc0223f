package store

import (
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// A view is the database as of the last group of operations that the index has.
// Readers see it. So they never see what the index does not have yet, nor what
// turned out not to be durable.
type view struct {
	*pebble.Snapshot
	position uint64 // of the last operation in it, 0 if unknown
	users    atomic.Int32
}

// read calls f with the present view. Close waits until f returns, so f must not
// call the user's code.
func (s *Store) read(f func(v *view) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	v := s.view()
	defer v.release()
	return f(v)
}

// view returns the present view, for one who has entered, and releases it.
func (s *Store) view() *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown.users.Add(1)
	return s.shown
}

// show replaces the view by one as of a position.
func (s *Store) show(to *pebble.Snapshot, position uint64) {
	v := &view{Snapshot: to, position: position}
	v.users.Add(1)
	s.mu.Lock()
	before := s.shown
	s.shown = v
	s.mu.Unlock()
	if before != nil {
		before.release()
	}
}

func (v *view) release() {
	if v.users.Add(-1) == 0 {
		v.Snapshot.Close()
	}
}
