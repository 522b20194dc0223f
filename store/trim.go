package store

import (
	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/keys"
)

// trim deletes the records of removals up to the position of a checkpoint. The
// checkpoint itself has deleted the entries that are not needed any more.
func (s *Store) trim(upTo uint64) error {
	if s.o.keepLog {
		return nil
	}
	b := s.disk.NewBatch()
	if err := b.DeleteRange(keys.Numbered(keys.Removal, 0), keys.Numbered(keys.Removal, upTo+1), nil); err != nil {
		return err
	}
	if err := s.disk.Write(b, pebble.NoSync); err != nil {
		return err // Pebble may still use the batch
	}
	return b.Close()
}
