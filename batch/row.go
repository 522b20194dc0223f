// Package batch clusters a whole collection at once, in stages that need no more than
// rows sorted by a key: on all cores of one machine, or on many machines of an engine
// such as Apache Spark. Both give the same bytes.
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
	return cmp.Or(cmp.Compare(r.Key, o.Key), cmp.Compare(r.Order, o.Order), bytes.Compare(r.Value, o.Value))
}

// A Stage turns rows into others. It reads each row once and keeps no more than a
// bounded part of them.
type Stage struct {
	Name   string
	Sorted bool // the rows of one key come together, in the order of Compare

	// Run reads rows and emits others. A value that it reads or emits holds until the
	// next call only.
	Run func(ctx context.Context, in iter.Seq2[Row, error], emit func(Row) error) error
}
