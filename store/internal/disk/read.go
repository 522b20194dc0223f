package disk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
)

// Get returns a copy of a value, or nil if there is none. The copy of an empty value
// is not nil.
func Get(r pebble.Reader, key []byte) ([]byte, error) {
	value, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, Damaged(key, err)
	}
	out := append(make([]byte, 0, len(value)), value...)
	return out, closer.Close()
}

// Number returns the value of a setting, or 0 if there is none.
func Number(r pebble.Reader, key []byte) (uint64, error) {
	b, err := Get(r, key)
	if err != nil || b == nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, fmt.Errorf("%w: the setting %q takes %d bytes, want 8", ErrCorrupt, key, len(b))
	}
	return binary.BigEndian.Uint64(b), nil
}

// Scan calls visit for the keys from one up to another, as long as it returns true.
// Key and value are valid until visit returns.
func Scan(r pebble.Reader, from, to []byte, visit func(key, value []byte) (bool, error)) error {
	i, err := r.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return Damaged(from, err)
	}
	for ok := i.First(); ok; ok = i.Next() {
		value, err := i.ValueAndErr()
		if err != nil {
			return errors.Join(Damaged(slices.Clone(i.Key()), err), i.Close())
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
		return Damaged(from, err)
	}
	return nil
}

// Damaged adds the key to an error of reading, and wraps ErrCorrupt if the error is
// one of damage.
func Damaged(key []byte, err error) error {
	if pebble.IsCorruptionError(err) {
		return fmt.Errorf("%w: at %q: %w", ErrCorrupt, key, err)
	}
	return fmt.Errorf("store: reading %q: %w", key, err)
}
