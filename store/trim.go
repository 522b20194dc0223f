package store

import (
	"encoding/binary"

	"github.com/cockroachdb/pebble/v2"
)

// trim deletes what the log need not say once the detector can be had as it was at
// a position, without replaying what came before: the entries of documents that had
// been removed or replaced by then, and the records of these removals.
func (s *Store) trim(upTo uint64) error {
	trimmed, err := s.number(s.disk, trimmedKey)
	if err != nil || upTo <= trimmed {
		return err
	}
	b := s.disk.NewBatch()
	err = scan(s.disk, []byte{superseded}, numbered(superseded, upTo+1), func(key, _ []byte) (bool, error) {
		entry := positionOf(key)
		b.Delete(numbered(anEntry, entry), nil)
		b.Delete(numbered(aText, entry), nil) // it went with the document; to be sure
		return true, nil
	})
	if err != nil {
		b.Close()
		return err
	}
	b.DeleteRange(numbered(superseded, 0), numbered(superseded, upTo+1), nil)
	b.DeleteRange(numbered(aRemoval, 0), numbered(aRemoval, upTo+1), nil)
	b.Set(trimmedKey, binary.BigEndian.AppendUint64(nil, upTo), nil)
	return s.disk.write(b, pebble.Sync)
}
