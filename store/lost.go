package store

import (
	"encoding/binary"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// A span is the positions from one to another.
type span struct{ from, to uint64 }

// spans are the positions that were acknowledged and are gone, in their order. No
// operation has one of them, or ever will.
type spans []span

// cover reports whether all positions from one to another are gone.
func (s spans) cover(from, to uint64) bool {
	for _, l := range s {
		if l.from <= from && to <= l.to {
			return true
		}
	}
	return false
}

func (s spans) append(b []byte) []byte {
	for _, l := range s {
		b = binary.BigEndian.AppendUint64(b, l.from)
		b = binary.BigEndian.AppendUint64(b, l.to)
	}
	return b
}

func decodeSpans(b []byte) (s spans, err error) {
	last := uint64(0)
	for d := (record.Decoder{Rest: b}); len(d.Rest) > 0; {
		l := span{d.Uint64(), d.Uint64()}
		if d.Failed || l.from <= last || l.to < l.from {
			return nil, fmt.Errorf("%w: the setting %q of %d bytes does not decode", ErrCorrupt, keys.Lost, len(b))
		}
		last = l.to
		s = append(s, l)
	}
	return s, nil
}

func (s *Store) loadLost() (err error) {
	b, err := s.get(s.disk, keys.Lost)
	if err == nil {
		s.lost, err = decodeSpans(b)
	}
	return err
}

// acceptLoss goes on after the positions that are gone, and after one more: who followed
// the feed up to the last of them asks for the next, and must be told that what he has
// is not what the store has. Events of before are no longer kept for that reason.
func (s *Store) acceptLoss() error {
	gone := s.disk.found.lost
	if gone.to == 0 || s.o.ReadOnly {
		return nil
	}
	gone.to++
	lost := append(s.lost, gone)
	first := gone.to + 1
	b := s.disk.NewBatch()
	b.Set(keys.Lost, lost.append(nil), nil)
	b.Set(keys.Position, eightBytes(gone.to), nil)
	b.DeleteRange(keys.Numbered(keys.Event, 0), keys.Numbered(keys.Event, first), nil)
	b.Set(keys.Events, eightBytes(gone.to), nil)
	b.Set(keys.First, eightBytes(first), nil)
	if err := s.disk.write(b, pebble.Sync); err != nil {
		return err
	}
	s.lost, s.committer.position = lost, gone.to
	s.feed.first, s.feed.last = first, gone.to
	s.show(s.disk.NewSnapshot())
	s.o.Logger.Warn("positions are gone for ever", "from", gone.from, "to", gone.to-1)
	return nil
}
