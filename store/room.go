package store

import (
	"fmt"
	"slices"

	"github.com/cbb30ed1/reprint/store/internal/receipt"
)

// defaultMinFree is room for what is written without being asked for: memory tables,
// the next checkpoint, and most merges of a store of some gigabytes.
const defaultMinFree = 256 << 20

// roomOfLog is what Pebble reserves for a log at first, and something for what it lists.
const roomOfLog = 8 << 20

// room returns an error if less than so much is free where the folder is. Where the
// system does not tell, there is room.
func (d *disk) room(want int64) error {
	if want <= 0 {
		return nil
	}
	use, err := d.gate.FS.GetDiskUsage(d.dir)
	if err != nil || use.AvailBytes >= uint64(want) {
		return nil
	}
	return fmt.Errorf("%w: %d MiB are free at %s, want %d: free some, or remove documents", ErrNoSpace, use.AvailBytes>>20, d.dir, want>>20)
}

// roomToRemove returns an error if there is no room to remove documents. That writes
// little, and what it frees follows, so half of the room is enough.
func (s *Store) roomToRemove() error { return s.disk.room(s.o.MinFree / 2) }

// roomToOpen returns an error if there is no room to open the database: it flushes what
// the logs have, and begins a new one.
func (d *disk) roomToOpen(minFree int64) error {
	if minFree < 0 {
		return nil
	}
	names, err := d.gate.FS.List(d.dir)
	if err != nil {
		return err
	}
	want := int64(roomOfLog)
	for _, n := range names {
		if info, err := d.gate.FS.Stat(d.path(n)); err == nil && receipt.FileOf(n).IsLog() {
			want += info.Size()
		}
	}
	return d.room(min(want, minFree))
}

// admit refuses the requests for which there is no room, and returns the others.
func (c *committer) admit(requests []*request) []*request {
	noAdding := c.s.disk.room(c.s.o.MinFree)
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
