package disk

import (
	"encoding/binary"
	"fmt"

	"github.com/cbb30ed1/reprint/store/internal/keys"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// A Span is the positions from one to another.
type Span struct{ From, To uint64 }

// Spans are the positions that were acknowledged and are gone, in their order. No
// operation has one of them, or ever will.
type Spans []Span

// Cover reports whether all positions from one to another are gone.
func (s Spans) Cover(from, to uint64) bool {
	for _, l := range s {
		if l.From <= from && to <= l.To {
			return true
		}
	}
	return false
}

// Append appends them as the setting has them.
func (s Spans) Append(b []byte) []byte {
	for _, l := range s {
		b = binary.BigEndian.AppendUint64(b, l.From)
		b = binary.BigEndian.AppendUint64(b, l.To)
	}
	return b
}

// DecodeSpans decodes what Append has appended.
func DecodeSpans(b []byte) (s Spans, err error) {
	last := uint64(0)
	for d := (record.Decoder{Rest: b}); len(d.Rest) > 0; {
		l := Span{d.Uint64(), d.Uint64()}
		if d.Failed || l.From <= last || l.To < l.From {
			return nil, fmt.Errorf("%w: the setting %q of %d bytes does not decode", ErrCorrupt, keys.Lost, len(b))
		}
		last = l.To
		s = append(s, l)
	}
	return s, nil
}
