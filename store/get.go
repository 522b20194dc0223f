package store

import (
	"encoding/binary"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/disk"
	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

func eightBytes(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// locate finds a document by its id. It returns nil if there is none.
func (s *Store) locate(r pebble.Reader, id string) (*record.Location, error) {
	b, err := disk.Get(r, keys.OfID(id))
	if err != nil || b == nil {
		return nil, err
	}
	l, err := record.DecodeLocation(b)
	if err != nil {
		return nil, fmt.Errorf("%w: document %q", err, id)
	}
	return &l, nil
}
