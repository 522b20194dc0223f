package store

import (
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
)

// A view is what was on disk when the last group of operations that the
// detector knows was committed. Readers see it, and so never what the detector does
// not know yet, nor what was not made durable in the end.
type view struct {
	*pebble.Snapshot
	users atomic.Int32
}

// read calls f with the view of the moment. Close waits until it returns, so f
// must not call what the user has given.
func (s *Store) read(f func(v *view) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	s.mu.Lock()
	v := s.shown
	v.users.Add(1)
	s.mu.Unlock()
	defer v.release()
	return f(v)
}

// show replaces the view.
func (s *Store) show(to *pebble.Snapshot) {
	v := &view{Snapshot: to}
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
