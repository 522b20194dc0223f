package rows

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/batch"
)

// written returns the stream of rows.
func written(t testing.TB, rows []batch.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, r := range rows {
		require.NoError(t, w.Write(r))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// read returns the rows of a stream, and the error that ended them.
func read(stream []byte) (rows []batch.Row, err error) {
	for r, err := range NewReader(bytes.NewReader(stream)).Rows() {
		if err != nil {
			return rows, err
		}
		r.Value = append([]byte{}, r.Value...)
		rows = append(rows, r)
	}
	return rows, nil
}

var few = []batch.Row{
	{Key: math.MinInt64, Order: 7, Value: []byte{}},
	{Key: 1, Order: -1, Value: []byte{0, 0xff}},
	{Key: math.MaxInt64, Order: 0, Value: []byte("wörter")},
	{Key: 3, Order: 3, Value: []byte("three")},
}

// many are rows of several batches: by bytes, by rows, and of values longer than a batch.
func many(n, longest int) []batch.Row {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	rows := make([]batch.Row, n)
	for i := range rows {
		v := make([]byte, r.IntN(longest+1))
		for j := range v {
			v[j] = byte(i + j)
		}
		rows[i] = batch.Row{Key: int64(r.Uint64()), Order: int64(i), Value: v}
	}
	return rows
}

func TestRoundTrip(t *testing.T) {
	for _, rows := range [][]batch.Row{nil, few, few[:1], many(3*fullRows+1, 3), many(40, 3*fullBytes), many(2000, 5000)} {
		got, err := read(written(t, rows))
		require.NoError(t, err)
		require.Equal(t, rows, got)
	}
}

// What pyarrow writes is read: batches without rows, and parts of others.
func TestOfPython(t *testing.T) {
	stream, err := os.ReadFile("testdata/pyarrow.arrow")
	require.NoError(t, err)
	got, err := read(stream)
	require.NoError(t, err)
	require.Equal(t, few, got)
}

// The bytes are those of the format, so that they are looked at when they change.
func TestGoldenBytes(t *testing.T) {
	want, err := os.ReadFile("testdata/golden.hex")
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), hex.Dump(written(t, few)))
}

// A stream that is cut anywhere is an error: also between two batches, and before the
// mark of the end.
func TestBrokenOff(t *testing.T) {
	whole := written(t, few)
	for n := range whole {
		got, err := read(whole[:n])
		require.ErrorIs(t, err, ErrStream, "%d bytes", n)
		require.NotErrorIs(t, err, io.EOF)
		require.Contains(t, [][]batch.Row{nil, few}, got)
		require.ErrorContains(t, err, fmt.Sprintf("row %d: ", len(got)+1))
	}
}

func TestErrorOfReading(t *testing.T) {
	mine := errors.New("mine")
	whole := written(t, few)
	for _, n := range []int{0, 3, 200, len(whole) - 8} {
		r := NewReader(io.MultiReader(bytes.NewReader(whole[:n]), failing{mine}))
		var last error
		for _, last = range r.Rows() {
		}
		require.ErrorIs(t, last, mine)
		require.Equal(t, last, r.Err())
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestErrorOfWriting(t *testing.T) {
	mine := errors.New("mine")
	w := NewWriter(failing{mine})
	for _, r := range many(3, fullBytes) {
		if err := w.Write(r); err != nil {
			require.ErrorIs(t, err, mine)
		}
	}
	require.ErrorIs(t, w.Close(), mine)
}

// Reading goes on where it was left.
func TestGoesOn(t *testing.T) {
	rows := many(fullRows+10, 2)
	r := NewReader(bytes.NewReader(written(t, rows)))
	var got []int64
	for len(got) < len(rows) {
		for row, err := range r.Rows() {
			require.NoError(t, err)
			got = append(got, row.Order)
			if len(got)%1000 == 0 {
				break
			}
		}
		require.EqualValues(t, len(got), r.N())
	}
	for range r.Rows() {
		t.Fatal("there are no more")
	}
	require.NoError(t, r.Err())
	require.True(t, slices.IsSorted(got))
}

// stream returns what another writer makes of columns.
func stream(t *testing.T, s *arrow.Schema, columns ...arrow.Array) []byte {
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(s))
	if len(columns) > 0 {
		require.NoError(t, w.Write(array.NewRecordBatch(s, columns, int64(columns[0].Len()))))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestOtherColumns(t *testing.T) {
	for _, fields := range [][]arrow.Field{
		{},
		fields[:2],
		append(slices.Clone(fields), fields[0]),
		{fields[1], fields[0], fields[2]},
		{fields[0], {Name: "o", Type: arrow.PrimitiveTypes.Int32}, fields[2]},
		{fields[0], fields[1], {Name: "v", Type: arrow.BinaryTypes.String}},
		{fields[0], fields[1], {Name: "v", Type: arrow.BinaryTypes.LargeBinary}},
	} {
		_, err := read(stream(t, arrow.NewSchema(fields, nil)))
		require.ErrorIs(t, err, ErrStream)
		require.ErrorContains(t, err, "want k int64, o int64, v binary")
	}
	noted := arrow.NewMetadata([]string{"note"}, []string{"of an engine"})
	s := arrow.NewSchema([]arrow.Field{
		{Name: "k", Type: arrow.PrimitiveTypes.Int64, Nullable: true, Metadata: noted}, fields[1], fields[2],
	}, &noted)
	got, err := read(stream(t, s))
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestNull(t *testing.T) {
	for column, name := range []string{"k", "o", "v"} {
		k, o := array.NewInt64Builder(memory.DefaultAllocator), array.NewInt64Builder(memory.DefaultAllocator)
		v := array.NewBinaryBuilder(memory.DefaultAllocator, arrow.BinaryTypes.Binary)
		for row := range 5 {
			k.Append(1)
			o.Append(2)
			v.Append([]byte("3"))
			if row == 2 {
				[]array.Builder{k, o, v}[column].AppendNull()
				for other, b := range []array.Builder{k, o, v} {
					if other != column {
						b.AppendEmptyValue()
					}
				}
			}
		}
		got, err := read(stream(t, schema, k.NewArray(), o.NewArray(), v.NewArray()))
		assert.Empty(t, got)
		assert.ErrorIs(t, err, ErrStream)
		assert.ErrorContains(t, err, "row 4: no stream of rows: there is no "+name)
	}
}

// A batch costs the same memory however many there are.
func TestWriterUsesItsMemoryAgain(t *testing.T) {
	w := NewWriter(io.Discard)
	row := batch.Row{Value: make([]byte, 1000)}
	batchOf := func() {
		for range fullBytes / len(row.Value) {
			require.NoError(t, w.Write(row))
		}
	}
	batchOf()
	batchOf()
	perBatch := testing.AllocsPerRun(20, batchOf)
	assert.Less(t, perBatch, 200.) // of the message's metadata
}

// Whatever the columns of a batch hold, they are rows or ErrStream. Its messages are left
// as they are: the Arrow library trusts their lengths, and so does this package, since
// they come from the process that started this one.
func FuzzColumns(f *testing.F) {
	whole := written(f, few)
	from := bytes.Index(whole, arrow.Int64Traits.CastToBytes([]int64{few[0].Key, few[1].Key}))
	end := bytes.LastIndex(whole, few[3].Value) + len(few[3].Value)
	require.Positive(f, from)
	f.Add(whole[from:end])
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, end-from))
	f.Add(make([]byte, end-from))
	f.Fuzz(func(t *testing.T, columns []byte) {
		damaged := bytes.Clone(whole)
		copy(damaged[from:end], columns)
		got, err := read(damaged)
		if err != nil {
			require.ErrorIs(t, err, ErrStream)
			require.Empty(t, got)
			return
		}
		require.Len(t, got, len(few))
		again, err := read(written(t, got))
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}

func BenchmarkRows(b *testing.B) {
	rows := many(2000, 5000)
	stream := written(b, rows)
	b.Run("way=read", func(b *testing.B) {
		b.SetBytes(int64(len(stream)))
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range NewReader(bytes.NewReader(stream)).Rows() {
				require.NoError(b, err)
			}
		}
	})
	b.Run("way=write", func(b *testing.B) {
		b.SetBytes(int64(len(stream)))
		b.ReportAllocs()
		for b.Loop() {
			w := NewWriter(io.Discard)
			for _, r := range rows {
				if err := w.Write(r); err != nil {
					b.Fatal(err)
				}
			}
			require.NoError(b, w.Close())
		}
	})
}
