package batch

import (
	"bytes"
	"cmp"
	"context"
	"iter"
)

// A Row is what travels from stage to stage.
type Row struct {
	Key   int64  // rows of one key come to one place
	Order int64  // and are sorted there by it, and then by their values
	Value []byte // the first byte is its kind
}

// Compare compares two rows by key, order and the bytes of their values.
func (r Row) Compare(o Row) int {
	if r.Key != o.Key {
		return cmp.Compare(r.Key, o.Key)
	}
	if r.Order != o.Order {
		return cmp.Compare(r.Order, o.Order)
	}
	return bytes.Compare(r.Value, o.Value)
}

// A Stage turns rows into others.
type Stage struct {
	Name string

	// Kinds are the kinds of rows that it reads, the first bytes of their values. If they
	// are sorted, the rows of one key come together, in the order of Compare.
	Kinds  string
	Sorted bool

	// Run reads rows and emits others. A value that it reads or emits holds until the
	// next call only.
	Run func(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error
}

// byKey calls begin for each new key, each with each row, and end after the last one of a
// key.
func byKey(in iter.Seq2[Row, error], begin func(key uint64), each func(kind byte, v *value, r Row) error, end func() error) error {
	first, key := true, int64(0)
	for r, err := range in {
		if err != nil {
			return err
		}
		if first || r.Key != key {
			if !first {
				if err := end(); err != nil {
					return err
				}
			}
			first, key = false, r.Key
			begin(uint64(key))
		}
		kind, v := kindOf(r)
		if err := each(kind, &v, r); err != nil {
			return err
		}
		if err := v.end(r); err != nil {
			return err
		}
	}
	if first {
		return nil
	}
	return end()
}
