package batch

import (
	"context"
	"iter"
)

// lines takes from rows of lines what only one machine needs, which orders them by it: of
// each row the kind and the line are left.
func lines(_ context.Context, in iter.Seq2[Row, error], emit func(Row) error) error {
	var buf []byte
	for r, err := range in {
		if err != nil {
			return err
		}
		kind, v := kindOf(r)
		switch kind {
		case ofLine:
		case ofPair:
			v.uint64()
			v.bytes(v.uvarint())
			v.uint32()
		default:
			return unexpected(r)
		}
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
