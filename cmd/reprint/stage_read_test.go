package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/rows"
)

func lineOf(file string, from, row int64, object string) batch.Row {
	return batch.Row{Key: from, Order: row, Value: []byte(file + "\x00" + object)}
}

func TestStageRead(t *testing.T) {
	stage := readStage(input.Options{}, func(doc reprint.Document, emit func(batch.Row) error) error {
		return emit(batch.Row{Value: []byte(doc.ID + " " + doc.Text)})
	})
	good := []batch.Row{
		lineOf("a.jsonl", 0, 0, `{"id":"1","text":"one"}`),
		lineOf("a.jsonl", 0, 0, ` `),
		lineOf("a.jsonl", 0, 0, `{"id":"2","text":"two"}`),
		lineOf("b.jsonl", 0, 0, `{"url":"3","content":"three"}`),
	}
	var out bytes.Buffer
	require.NoError(t, runStage(t.Context(), stage, bytes.NewReader(streamOf(t, good...)), &out))
	var got []string
	for row, err := range rows.NewReader(&out).Rows() {
		require.NoError(t, err)
		got = append(got, string(row.Value))
	}
	assert.Equal(t, []string{"1 one", "2 two", "3 three"}, got)

	bad := "{"
	for want, in := range map[string][]batch.Row{
		"a.jsonl:1: no JSON":  {lineOf("a.jsonl", 0, 0, bad)},
		"b.jsonl:2: no JSON":  append(good, lineOf("b.jsonl", 0, 0, bad)),
		"a.jsonl:1: no JSON ": append(good, lineOf("a.jsonl", 0, 0, bad)),
		"a.jsonl, line 1 of those that begin after byte 4096: no JSON": append(good[:3:3], lineOf("a.jsonl", 4096, 0, bad)),
		"p.parquet, row 17: no JSON":                                   append(good, lineOf("p.parquet", 0, 17, bad)),
		"p.parquet, row 1: no JSON":                                    append(good, lineOf("p.parquet", 0, 1, "")),
		"row 5 (k 0, o 0): there is no name of a file":                 append(good, batch.Row{Value: []byte(bad)}),
	} {
		err := runStage(t.Context(), stage, bytes.NewReader(streamOf(t, in...)), &out)
		assert.ErrorContains(t, err, want)
	}
}
