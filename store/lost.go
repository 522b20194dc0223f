package store

import (
	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
)

func (s *Store) loadLost() (err error) {
	b, err := disk.Get(s.disk, keys.Lost)
	if err == nil {
		s.lost, err = disk.DecodeSpans(b)
	}
	return err
}

// acceptLoss goes on after the positions that are gone, and after one more: who followed
// the feed up to the last of them asks for the next, and must be told that what he has
// is not what the store has. Events of before are no longer kept for that reason.
func (s *Store) acceptLoss() error {
	gone := s.disk.Found.Lost
	if gone.To == 0 || s.o.ReadOnly {
		return nil
	}
	gone.To++
	lost := append(s.lost, gone)
	first := gone.To + 1
	b := s.disk.NewBatch()
	b.Set(keys.Lost, lost.Append(nil), nil)
	b.Set(keys.Position, eightBytes(gone.To), nil)
	b.DeleteRange(keys.Numbered(keys.Event, 0), keys.Numbered(keys.Event, first), nil)
	b.Set(keys.Events, eightBytes(gone.To), nil)
	b.Set(keys.First, eightBytes(first), nil)
	if err := s.disk.Write(b, pebble.Sync); err != nil {
		return err
	}
	s.lost, s.committer.position = lost, gone.To
	s.feed.first, s.feed.last = first, gone.To
	s.show(s.disk.NewSnapshot(), 0)
	s.o.Logger.Warn("positions are gone for ever", "from", gone.From, "to", gone.To-1)
	return nil
}
