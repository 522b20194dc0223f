package batch

import (
	"bytes"
	"encoding/binary"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"
)

func textRows(rows ...Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestLinesOfPairs(t *testing.T) {
	pair := func(id, line string) Row {
		v := binary.BigEndian.AppendUint64([]byte{ofPair}, 7)
		v = binary.BigEndian.AppendUint32(appendText(v, id), 3)
		return Row{1, 0, append(v, line...)}
	}
	var got []Row
	emit := func(r Row) error {
		got = append(got, Row{r.Key, r.Order, bytes.Clone(r.Value)})
		return nil
	}
	require.NoError(t, lines(t.Context(), textRows(pair("a", `{"a":1}`), pair(`{"a":`, `{"b":2}`), pair("", "")), emit))
	require.Equal(t, []Row{{1, 0, []byte(`q{"a":1}`)}, {1, 0, []byte(`q{"b":2}`)}, {1, 0, []byte("q")}}, got)

	whole := pair("an id", "")
	for n := range whole.Value {
		require.ErrorIs(t, lines(t.Context(), textRows(Row{1, 0, whole.Value[:n]}), emit), ErrRow, n)
	}
	require.ErrorIs(t, lines(t.Context(), textRows(Row{Value: []byte{ofLine}}), emit), ErrRow)
}
