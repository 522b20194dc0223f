package input

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// rowsAtOnce is how many rows of a column are decoded at once.
const rowsAtOnce = 256

// readParquet yields the rows of a Parquet file. Only the columns that are wanted are
// read.
func readParquet(r io.ReaderAt, size int64, f Fields) iter.Seq[record] {
	return func(yield func(record) bool) {
		wanted := true
		n := 0
		err := guarded(func() error {
			p, err := openParquet(r, size)
			if err != nil {
				return err
			}
			t, err := parquetTable(p, f)
			if err != nil {
				return err
			}
			for _, g := range p.RowGroups() {
				if err := readRows(g, t, &n, func(to record) bool {
					wanted = yield(to)
					return wanted
				}); err != nil || !wanted {
					return err
				}
			}
			return nil
		})
		if err != nil && wanted {
			yield(record{n: n + 1, err: err})
		}
	}
}

// inBackground runs an iterator in a goroutine of its own, some batches of records before they
// are asked for.
func inBackground(all iter.Seq[record]) iter.Seq[record] {
	return func(yield func(record) bool) {
		batches, stop, ended := make(chan []record, 2), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			defer close(batches)
			var batch []record
			for to := range all {
				if batch = append(batch, to); len(batch) < rowsAtOnce {
					continue
				}
				select {
				case batches <- batch:
					batch = nil
				case <-stop:
					return
				}
			}
			select {
			case batches <- batch:
			case <-stop:
			}
		}()
		defer func() {
			close(stop)
			<-ended // before the file is closed
		}()
		for batch := range batches {
			for _, to := range batch {
				if !yield(to) {
					return
				}
			}
		}
	}
}

// guarded turns a panic of the decoder, which trusts the file, into an error.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the Parquet file is damaged: %v", p)
		}
	}()
	return f()
}

// ErrCodec is wrapped by the error about a Parquet file whose compression is not read.
var ErrCodec = errors.New("a compression that is not read")

// codecs are the compressions that are read. LZ4 is not: parquet-go v0.32 leaves the page
// full of zeros where the decoder took memory of its own (column.go, decompress), and
// nothing tells such a page from one with no values.
var codecs = []format.CompressionCodec{format.Uncompressed, format.Snappy, format.Gzip, format.Brotli, format.Zstd}

func openParquet(r io.ReaderAt, size int64) (*parquet.File, error) {
	p, err := parquet.OpenFile(r, size, &parquet.FileConfig{SkipPageIndex: true, SkipBloomFilters: true, ReadBufferSize: 1 << 20})
	if err != nil {
		return nil, fmt.Errorf("no Parquet file that can be read: %w", err)
	}
	for _, g := range p.Metadata().RowGroups {
		for _, c := range g.Columns {
			if !slices.Contains(codecs, c.MetaData.Codec) {
				return nil, fmt.Errorf("%w: column %q is compressed by %v, want snappy, gzip, brotli, zstd or none (with pyarrow: compression=\"zstd\")",
					ErrCodec, strings.Join(c.MetaData.PathInSchema, "."), c.MetaData.Codec)
			}
			if u := c.MetaData.TotalUncompressedSize; u > freely && u/mostRatio > c.MetaData.TotalCompressedSize {
				return nil, ErrRatio
			}
		}
	}
	return p, nil
}

// parquetTable finds the columns that are wanted among those that are neither nested
// nor lists. Its columns are numbers of leaves.
func parquetTable(p *parquet.File, f Fields) (*parquetColumns, error) {
	var header []string
	var leaves []*parquet.Column
	for _, c := range p.Root().Columns() {
		if c.Leaf() && !c.Repeated() {
			header, leaves = append(header, c.Name()), append(leaves, c)
		}
	}
	t, err := newTable(f, header)
	if err != nil {
		return nil, err
	}
	return &parquetColumns{t, leaves}, nil
}

type parquetColumns struct {
	*table
	leaves []*parquet.Column
}

// A columnReader reads the values of one column of a row group.
type columnReader struct {
	values parquet.ColumnChunkValueReader
	buf    [rowsAtOnce]parquet.Value
	texts  [rowsAtOnce]string
	n      int
	text   func(parquet.Value) []byte
}

func readRows(g parquet.RowGroup, t *parquetColumns, n *int, yield func(record) bool) error {
	readers := map[int]*columnReader{}
	chunks := g.ColumnChunks()
	defer func() {
		for _, c := range readers {
			c.values.Close()
		}
	}()
	for _, columns := range t.columns {
		for _, c := range columns {
			if readers[c] == nil {
				leaf := t.leaves[c]
				readers[c] = &columnReader{values: parquet.NewColumnChunkValueReader(chunks[leaf.Index()]), text: textOf(leaf.Type())}
			}
		}
	}
	for left := g.NumRows(); left > 0; {
		rows := int(min(left, rowsAtOnce))
		for c, r := range readers {
			for r.n = 0; r.n < rows; {
				got, err := r.values.ReadValues(r.buf[r.n:rows])
				// What was read of a page is gone when the next is read.
				for i, v := range r.buf[r.n : r.n+got] {
					r.texts[r.n+i] = ""
					if !v.IsNull() {
						r.texts[r.n+i] = string(r.text(v))
					}
				}
				if r.n += got; r.n < rows && (err != nil || got == 0) {
					return fmt.Errorf("column %q: %w", t.header[c], errors.Join(err, io.ErrUnexpectedEOF))
				}
			}
		}
		for i := range rows {
			*n++
			to := record{n: *n}
			t.fill(&to, func(c int) string { return readers[c].texts[i] })
			if !yield(to) {
				return nil
			}
		}
		left -= int64(rows)
	}
	return nil
}

// textOf returns how the values of a type are written: times in RFC 3339.
func textOf(t parquet.Type) func(parquet.Value) []byte {
	stamp := func(t time.Time) []byte { return t.UTC().AppendFormat(nil, time.RFC3339Nano) }
	var logical any
	if l := t.LogicalType(); l != nil {
		logical = l.Value
	}
	at, isTime := logical.(*format.TimestampType)
	_, isDate := logical.(*format.DateType)
	switch {
	case isTime && at.Unit.Value != nil:
		unit := at.Unit.Value.Duration()
		layout := time.RFC3339Nano
		if !at.IsAdjustedToUTC { // the time of some zone, which is not said
			layout = "2006-01-02T15:04:05.999999999"
		}
		return func(v parquet.Value) []byte {
			n, second := v.Int64(), int64(time.Second/unit)
			return time.Unix(n/second, n%second*int64(unit)).UTC().AppendFormat(nil, layout)
		}
	case isDate:
		return func(v parquet.Value) []byte {
			return time.Unix(int64(v.Int32())*86400, 0).UTC().AppendFormat(nil, time.DateOnly)
		}
	case t.Kind() == parquet.Int96: // nanoseconds of the day, and the Julian day
		return func(v parquet.Value) []byte {
			n := v.Int96()
			return stamp(time.Unix((int64(n[2])-2440588)*86400, int64(uint64(n[1])<<32|uint64(n[0]))))
		}
	case t.Kind() == parquet.Int32:
		return func(v parquet.Value) []byte { return strconv.AppendInt(nil, int64(v.Int32()), 10) }
	case t.Kind() == parquet.Int64:
		return func(v parquet.Value) []byte { return strconv.AppendInt(nil, v.Int64(), 10) }
	case t.Kind() == parquet.ByteArray || t.Kind() == parquet.FixedLenByteArray:
		return func(v parquet.Value) []byte { return v.ByteArray() }
	}
	return func(v parquet.Value) []byte { return []byte(v.String()) }
}

// onDisk returns a file as parquet wants it, with random access: itself, or a copy in a
// temporary file where it is packed or comes on standard input.
func onDisk(src *source) (r io.ReaderAt, size int64, closer func(), err error) {
	if src.plain != nil {
		info, err := src.plain.Stat()
		if err == nil && info.Mode().IsRegular() {
			return src.plain, info.Size(), func() {}, nil
		}
	}
	s, err := Spool(src)
	if err != nil {
		return nil, 0, nil, err
	}
	return s.f, s.size, s.Remove, nil
}

// A Spooled file is a temporary copy of what can be read only once.
type Spooled struct {
	f    *os.File
	size int64
}

// Spool copies r into a temporary file.
func Spool(r io.Reader) (*Spooled, error) {
	f, err := os.CreateTemp("", "reprint-*")
	if err != nil {
		return nil, err
	}
	s := &Spooled{f: f}
	if s.size, err = io.Copy(f, r); err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

// Reader returns a reader of its own.
func (s *Spooled) Reader() io.Reader { return io.NewSectionReader(s.f, 0, s.size) }

// Remove closes and deletes the copy.
func (s *Spooled) Remove() {
	s.f.Close()
	os.Remove(s.f.Name())
}
