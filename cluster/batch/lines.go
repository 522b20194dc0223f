package batch

import (
	"context"
	"iter"
)

// lines takes from pairs, or lines of origins, what only one machine needs, which orders them
// by it: the kind and the line are left.
func lines(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var buf []byte
	for r, err := range in {
		if err != nil {
			return err
		}
		kind, v := kindOf(r)
		if kind != ofPair && kind != ofOrigin {
			return unexpected(r)
		}
		v.uint64()
		v.bytes(v.uvarint())
		v.uint32()
		buf = append(append(buf[:0], kind), v.bytes(uint64(len(v.rest)))...)
		if err := v.end(r); err != nil {
			return err
		}
		if err := emit(Row{r.Key, r.Order, buf}); err != nil {
			return err
		}
	}
	return nil
}
