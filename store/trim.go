package store

import "github.com/cockroachdb/pebble/v2"

// trim deletes what the log need not say once a checkpoint has the index as it was
// at a position: the records of removals. The entries that nobody needs any more
// went with the checkpoint.
func (s *Store) trim(upTo uint64) error {
	if s.o.keepLog {
		return nil
	}
	b := s.disk.NewBatch()
	if err := b.DeleteRange(numbered(aRemoval, 0), numbered(aRemoval, upTo+1), nil); err != nil {
		return err
	}
	if err := s.disk.write(b, pebble.NoSync); err != nil {
		return err // and the batch may still be in use
	}
	return b.Close()
}
