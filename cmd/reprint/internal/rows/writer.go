package rows

import (
	"bufio"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/cbb30ed1/reprint/cluster/batch"
)

// A batch is written when it has so many bytes of values, or rows.
const (
	fullBytes = 1 << 20
	fullRows  = 1 << 14
)

// A Writer writes rows to a stream. Its memory is that of one batch, used again.
type Writer struct {
	out          *bufio.Writer
	batches      *ipc.Writer
	keys, orders []int64
	ends         []int32 // of values: one more than there are rows
	values       []byte
}

// NewWriter returns a writer of a stream.
func NewWriter(w io.Writer) *Writer {
	out := bufio.NewWriterSize(w, 1<<16)
	return &Writer{out: out, batches: ipc.NewWriter(out, ipc.WithSchema(schema)), ends: []int32{0}}
}

// Write writes a row, whose value it copies.
func (w *Writer) Write(r batch.Row) error {
	if len(r.Value) > math.MaxInt32 {
		return fmt.Errorf("rows: a value has %d bytes, want %d at most", len(r.Value), math.MaxInt32)
	}
	if n := len(w.keys); n == fullRows || n > 0 && len(w.values)+len(r.Value) > fullBytes {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.keys, w.orders = append(w.keys, r.Key), append(w.orders, r.Order)
	w.values = append(w.values, r.Value...)
	w.ends = append(w.ends, int32(len(w.values)))
	return nil
}

// Flush writes what was written so far, so that it can be read now.
func (w *Writer) Flush() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.out.Flush()
}

// Close writes what is left, and the mark of the end. Without it the stream is one that
// was broken off.
func (w *Writer) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.batches.Close(); err != nil {
		return err
	}
	return w.out.Flush()
}

// flush writes the rows of a batch.
func (w *Writer) flush() error {
	n := len(w.keys)
	if n == 0 {
		return nil
	}
	column := func(of arrow.DataType, buffers ...[]byte) arrow.Array {
		all := []*memory.Buffer{nil} // without a bitmap: no row is null
		for _, b := range buffers {
			all = append(all, memory.NewBufferBytes(b))
		}
		return array.MakeFromData(array.NewData(of, n, all, nil, 0, 0))
	}
	err := w.batches.Write(array.NewRecordBatch(schema, []arrow.Array{
		column(fields[0].Type, arrow.Int64Traits.CastToBytes(w.keys)),
		column(fields[1].Type, arrow.Int64Traits.CastToBytes(w.orders)),
		column(fields[2].Type, arrow.Int32Traits.CastToBytes(w.ends), w.values),
	}, int64(n)))
	w.keys, w.orders, w.ends, w.values = w.keys[:0], w.orders[:0], w.ends[:1], w.values[:0]
	if cap(w.values) > 4*fullBytes { // of one long value
		w.values = nil
	}
	return err
}
