package store

import (
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
)

// Stats are counts of the detector and of the disk.
type Stats struct {
	cluster.Stats
	Position   uint64 `json:"position"`    // of the last operation
	FirstEvent uint64 `json:"first_event"` // the first position whose events are kept
	Log        uint64 `json:"log"`         // operations that would be replayed if the store were opened now
	DiskBytes  uint64 `json:"disk_bytes"`  // of all files, including those that Pebble is about to delete
}

// Stats returns counts of what the store holds, and of what it has done since it was
// opened, replaying included. It takes time in proportion to the number of
// documents.
func (s *Store) Stats() (Stats, error) {
	var out Stats
	err := s.read(func(v *view) (err error) {
		out.Stats = s.index.Stats()
		if out.Documents, err = s.documentCount(v); err != nil {
			return err
		}
		if out.Position, err = disk.Number(v, keys.Position); err != nil {
			return err
		}
		out.Log = out.Position - min(s.index.Written(), out.Position)
		out.DiskBytes, err = s.disk.Bytes()
		return err
	})
	s.feed.mu.Lock()
	out.FirstEvent = s.feed.first
	s.feed.mu.Unlock()
	return out, err
}
