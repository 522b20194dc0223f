package stages

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/rows"
)

type rowsIn = iter.Seq2[batch.Row, error]

var errValue = errors.New("the value is bad")

// stagesOfTests are stages whose answers are obvious.
var stagesOfTests = []batch.Stage{
	{Name: "same", Kinds: "v", Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
		for row, err := range in {
			if err != nil {
				return err
			}
			if err := emit(row); err != nil {
				return err
			}
		}
		return nil
	}},
	{Name: "count", Kinds: "v", Sorted: true, Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
		var key int64
		n := uint64(0)
		send := func() error {
			if n == 0 {
				return nil
			}
			return emit(batch.Row{Key: key, Value: binary.BigEndian.AppendUint64(nil, n)})
		}
		for row, err := range in {
			if err != nil {
				return err
			}
			if row.Key != key {
				if err := send(); err != nil {
					return err
				}
				key, n = row.Key, 0
			}
			n++
		}
		return send()
	}},
	{Name: "picky", Kinds: "v", Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
		for row, err := range in {
			if err != nil {
				return err
			}
			if bytes.Equal(row.Value, []byte("bad")) {
				return errValue
			}
			if err := emit(row); err != nil {
				return err
			}
		}
		return nil
	}},
	{Name: "first", Kinds: "v", Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
		for row, err := range in {
			if err != nil {
				return err
			}
			return emit(row)
		}
		return nil
	}},
	{Name: "deaf", Kinds: "v", Run: func(_ context.Context, in rowsIn, _ func(batch.Row) error) error {
		for range in {
		}
		return nil
	}},
	{Name: "broken", Kinds: "v", Run: func(context.Context, rowsIn, func(batch.Row) error) error { return errValue }},
}

// pipe runs one of stagesOfTests.
func pipe(t *testing.T, name string, in []byte) ([]byte, error) {
	t.Helper()
	i := slices.IndexFunc(stagesOfTests, func(s batch.Stage) bool { return s.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	var out bytes.Buffer
	err := Run(t.Context(), stagesOfTests[i], bytes.NewReader(in), &out)
	return out.Bytes(), err
}

func streamOf(t testing.TB, all ...batch.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	w := rows.NewWriter(&b)
	for _, r := range all {
		require.NoError(t, w.Write(r))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func rowsNumbered(n int) (all []batch.Row) {
	for i := range n {
		all = append(all, batch.Row{Key: int64(i / 7), Order: int64(i), Value: fmt.Appendf(nil, "value %d", i)})
	}
	return all
}

func TestRunGivesRows(t *testing.T) {
	in := streamOf(t, rowsNumbered(50_000)...)
	var counts []batch.Row
	for k := range 50_000/7 + 1 {
		counts = append(counts, batch.Row{Key: int64(k), Value: binary.BigEndian.AppendUint64(nil, uint64(min(7, 50_000-7*k)))})
	}
	for name, want := range map[string][]byte{
		"same":  in,
		"first": streamOf(t, rowsNumbered(1)...),
		"count": streamOf(t, counts...),
		"deaf":  streamOf(t),
	} {
		got, err := pipe(t, name, in)
		require.NoError(t, err)
		require.Equal(t, want, got, name)
	}
	got, err := pipe(t, "count", streamOf(t))
	require.NoError(t, err)
	require.Equal(t, streamOf(t), got)
}

// An error names the row, and leaves a stream that no reader takes for whole.
func TestRunErrors(t *testing.T) {
	good := rowsNumbered(20_000)
	bad := rowsNumbered(20_000)
	bad[17_000].Value = []byte("bad")
	whole := streamOf(t, good...)
	for _, c := range []struct {
		stage, want string
		in          []byte
	}{
		{"picky", "stage picky: at row 17001 (k 2428, o 17000): the value is bad", streamOf(t, bad...)},
		{"broken", "stage broken: before the first row: the value is bad", whole},
		{"same", "stage same: row 1: no stream of rows", nil},
		{"same", "stage same: row 1: no stream of rows", []byte(`{"id":"a","text":"b"}` + "\n")},
		{"same", "broken off before its end", whole[:len(whole)-8]},
		{"first", "broken off before its end", whole[:len(whole)-8]},
		{"deaf", "broken off before its end", whole[:len(whole)-8]},
		{"count", "stage count: at row 3 (k 1, o 2): the rows are not sorted by k", streamOf(t, batch.Row{Key: -1}, batch.Row{Key: 2, Order: 1}, batch.Row{Key: 1, Order: 2})},
	} {
		got, err := pipe(t, c.stage, c.in)
		assert.ErrorContains(t, err, c.want)
		_, err = pipe(t, "same", got)
		assert.ErrorIs(t, err, rows.ErrStream, c.stage)
	}
}

// What a stage writes of texts can be read while it waits for others.
func TestRunIsSoon(t *testing.T) {
	s := stagesOfTests[0]
	s.Kinds = ""
	in, to := io.Pipe()
	from, out := io.Pipe()
	all, more := rowsNumbered(2*soon+7), make(chan bool)
	go func() {
		w := rows.NewWriter(to)
		for i, r := range all {
			if i == soon {
				assert.NoError(t, w.Flush())
				<-more
			}
			assert.NoError(t, w.Write(r))
		}
		assert.NoError(t, w.Close())
		to.Close()
	}()
	go func() { out.CloseWithError(Run(t.Context(), s, in, out)) }()
	n := 0
	for row, err := range rows.NewReader(from).Rows() {
		require.NoError(t, err)
		require.Equal(t, all[n].Order, row.Order)
		if n++; n == soon-1 {
			close(more)
		}
	}
	require.Len(t, all, n)
}
