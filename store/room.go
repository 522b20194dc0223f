package store

import "slices"

// defaultMinFree is room for what is written without being asked for: memory tables,
// the next checkpoint, and most merges of a store of some gigabytes.
const defaultMinFree = 256 << 20

// roomToRemove returns an error if there is no room to remove documents. That writes
// little, and what it frees follows, so half of the room is enough.
func (s *Store) roomToRemove() error { return s.disk.Room(s.o.MinFree / 2) }

// admit refuses the requests for which there is no room, and returns the others.
func (c *committer) admit(requests []*request) []*request {
	noAdding := c.s.disk.Room(c.s.o.MinFree)
	if noAdding == nil {
		c.full = false
		return requests
	}
	noRemoving := c.s.roomToRemove()
	if noRemoving != nil {
		c.expiring = false
	}
	if !c.full {
		c.full = true
		c.s.o.Logger.Error("nothing is added while the disk has no room", "error", noAdding)
	}
	return slices.DeleteFunc(requests, func(r *request) bool {
		r.err = noRemoving
		for _, op := range r.operations {
			if op.action == Added {
				r.err = noAdding
			}
		}
		if r.err != nil {
			close(r.done)
		}
		return r.err != nil
	})
}
