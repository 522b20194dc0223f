package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// get returns a copy of a value, or nil if there is none. The copy of an empty value
// is not nil.
func (s *Store) get(r pebble.Reader, key []byte) ([]byte, error) {
	value, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, damaged(key, err)
	}
	out := append(make([]byte, 0, len(value)), value...)
	return out, closer.Close()
}

// number returns the value of a setting, or 0 if there is none.
func (s *Store) number(r pebble.Reader, key []byte) (uint64, error) {
	b, err := s.get(r, key)
	if err != nil || b == nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("%w: the setting %q takes %d bytes, want 8", ErrCorrupt, key, len(b))
	}
	return binary.BigEndian.Uint64(b), nil
}

func eightBytes(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// locate finds a document by its id. It returns nil if there is none.
func (s *Store) locate(r pebble.Reader, id string) (*record.Location, error) {
	b, err := s.get(r, keys.OfID(id))
	if err != nil || b == nil {
		return nil, err
	}
	l, err := record.DecodeLocation(b)
	if err != nil {
		return nil, fmt.Errorf("%w: document %q", err, id)
	}
	return &l, nil
}

// scan calls visit for the keys from one up to another, as long as it returns true.
// Key and value are valid until visit returns.
func scan(r pebble.Reader, from, to []byte, visit func(key, value []byte) (bool, error)) error {
	i, err := r.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return damaged(from, err)
	}
	for ok := i.First(); ok; ok = i.Next() {
		value, err := i.ValueAndErr()
		if err != nil {
			return errors.Join(damaged(slices.Clone(i.Key()), err), i.Close())
		}
		more, err := visit(i.Key(), value)
		if err != nil {
			return errors.Join(err, i.Close())
		}
		if !more {
			break
		}
	}
	if err := i.Close(); err != nil {
		return damaged(from, err)
	}
	return nil
}

// damaged adds the key to an error of reading, and wraps ErrCorrupt if the error is
// one of damage.
func damaged(key []byte, err error) error {
	if pebble.IsCorruptionError(err) {
		return fmt.Errorf("%w: at %q: %w", ErrCorrupt, key, err)
	}
	return fmt.Errorf("store: reading %q: %w", key, err)
}
