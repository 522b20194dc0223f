package rows

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/cbb30ed1/reprint/cluster/batch"
)

// longestBatch bounds a batch of rows, which is held in memory: several times what an
// engine makes of the longest documents. It keeps a damaged length from being allocated.
const longestBatch = 1 << 30

// A Reader reads the rows of a stream.
type Reader struct {
	stream       io.Reader
	batches      *ipc.Reader
	keys, orders []int64 // of the rows of a batch that are to come
	values       *array.Binary
	next         int // of values
	n            int64
	err          error // io.EOF after the last row
}

// NewReader returns a reader of a stream.
func NewReader(r io.Reader) *Reader { return &Reader{stream: r} }

// Rows yields the rows that were not read yet. A value holds until the next row. An
// error is the last that is yielded.
func (r *Reader) Rows() iter.Seq2[batch.Row, error] {
	return func(yield func(batch.Row, error) bool) {
		for {
			for r.err == nil && r.next == len(r.keys) {
				r.err = r.load()
			}
			if r.err != nil {
				if r.err != io.EOF {
					yield(batch.Row{}, r.err)
				}
				return
			}
			i := r.next
			r.next++
			r.n++
			if !yield(batch.Row{Key: r.keys[i], Order: r.orders[i], Value: r.values.Value(i)}, nil) {
				return
			}
		}
	}
}

// N returns how many rows were yielded.
func (r *Reader) N() int64 { return r.n }

// Err returns the error that ended the rows, nil if they have not ended or are whole.
func (r *Reader) Err() error {
	if r.err == io.EOF {
		return nil
	}
	return r.err
}

// load reads the next batch.
func (r *Reader) load() (err error) {
	defer func() { // what else is wrong in a batch
		if p := recover(); p != nil {
			err = r.wrong("%v", p)
		}
	}()
	if r.batches == nil {
		messages := ipc.NewMessageReader(r.stream, ipc.WithBodySizeLimit(longestBatch), ipc.WithMetadataSizeLimit(1<<20))
		if r.batches, err = ipc.NewReaderFromMessageReader(ended{messages}); err != nil {
			return r.wrong("%w", err)
		}
		if err := check(r.batches.Schema()); err != nil {
			return r.wrong("%w", err)
		}
	}
	r.keys, r.orders, r.next = nil, nil, 0
	if !r.batches.Next() {
		if err := r.batches.Err(); err != nil {
			return r.wrong("%w", err)
		}
		return io.EOF
	}
	b := r.batches.RecordBatch()
	for i, c := range b.Columns() {
		for row := 0; c.NullN() > 0 && row < c.Len(); row++ {
			if c.IsNull(row) {
				r.n += int64(row)
				return r.wrong("there is no %s", fields[i].Name)
			}
		}
	}
	r.values = b.Column(2).(*array.Binary)
	if err := r.values.ValidateFull(); err != nil {
		return r.wrong("%w", err)
	}
	keys, orders := b.Column(0).(*array.Int64).Int64Values(), b.Column(1).(*array.Int64).Int64Values()
	if n := r.values.Len(); len(keys) != n || len(orders) != n {
		return r.wrong("the columns have %d, %d and %d rows", len(keys), len(orders), n)
	}
	r.keys, r.orders = keys, orders
	return nil
}

// wrong returns an error about the row that would have been the next.
func (r *Reader) wrong(format string, args ...any) error {
	return fmt.Errorf("row %d: %w: %w", r.n+1, ErrStream, fmt.Errorf(format, args...))
}

// check says what columns are wrong. Whether one may have nulls, and what else was noted
// of it, does not matter.
func check(s *arrow.Schema) error {
	ok := s.NumFields() == len(fields)
	for i := 0; ok && i < len(fields); i++ {
		ok = s.Field(i).Name == fields[i].Name && arrow.TypeEqual(s.Field(i).Type, fields[i].Type)
	}
	if ok {
		return nil
	}
	var have []string
	for _, f := range s.Fields() {
		have = append(have, f.Name+" "+f.Type.String())
	}
	return fmt.Errorf("the columns are %q, want k int64, o int64, v binary", have)
}

// ended are messages that end with the mark of the end only.
type ended struct{ ipc.MessageReader }

func (e ended) Message() (*ipc.Message, error) {
	m, err := e.MessageReader.Message()
	if err != io.EOF && errors.Is(err, io.EOF) { // the mark is io.EOF itself
		err = errors.New("it was broken off before its end")
	}
	return m, err
}
