package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/rows"
)

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

// assertBroken checks that no reader takes a stream for whole.
func assertBroken(t *testing.T, stream []byte) {
	t.Helper()
	in := rows.NewReader(bytes.NewReader(stream))
	for range in.Rows() {
	}
	assert.ErrorIs(t, in.Err(), rows.ErrStream)
}

// piped runs the command for a stage.
func piped(t *testing.T, in []byte, args ...string) (out []byte, code int, stderr string) {
	t.Helper()
	var b, e bytes.Buffer
	code = run(t.Context(), append([]string{"stage"}, args...), bytes.NewReader(in), &b, &e)
	return b.Bytes(), code, e.String()
}

// sortedOf returns the rows of a stream, in order, those of some kinds.
func sortedOf(t *testing.T, stream []byte, kinds string) (all []batch.Row) {
	t.Helper()
	for row, err := range rows.NewReader(bytes.NewReader(stream)).Rows() {
		require.NoError(t, err)
		if kinds == "" || strings.IndexByte(kinds, row.Value[0]) >= 0 {
			row.Value = bytes.Clone(row.Value)
			all = append(all, row)
		}
	}
	slices.SortFunc(all, batch.Row.Compare)
	return all
}

func lineAt(place, object string) batch.Row {
	return batch.Row{Value: []byte(place + "\x00" + object)}
}

// The rows of documents do not depend on where these were, and facts reach a stage.
func TestStagesOfTheBatch(t *testing.T) {
	one := lineAt("a.jsonl:", `{"id":"1","text":"an old text of these words and others"}`)
	old := lineAt("a.jsonl:", `{"id":"2","text":"an old text of these words","published":"2026-01-01"}`)
	two := lineAt("b.parquet, row 5", `{"id":"2","text":"a new text of those words","published":"2026-01-02"}`)
	documents, code, stderr := piped(t, streamOf(t, one, lineAt("a.jsonl:", " "), old, two), "read")
	require.Equal(t, exitDone, code, stderr)
	require.Len(t, sortedOf(t, documents, "d"), 3)

	keys, code, stderr := piped(t, streamOf(t, sortedOf(t, documents, "")...), "keys")
	require.Equal(t, exitDone, code, stderr)
	require.Len(t, sortedOf(t, keys, "b"), 2)
	latest := streamOf(t, sortedOf(t, keys, "y")...)
	require.Len(t, sortedOf(t, latest, ""), 1)

	texts := streamOf(t, one, lineAt("a.jsonl:", " "), old, two)
	kept := func(args ...string) (numbers []int64) {
		out, code, stderr := piped(t, texts, append([]string{"clean"}, args...)...)
		require.Equal(t, exitDone, code, stderr)
		for _, r := range sortedOf(t, out, "C") {
			numbers = append(numbers, r.Order)
		}
		slices.Sort(numbers)
		return numbers
	}
	assert.Equal(t, []int64{0, 2, 3}, kept())
	assert.Equal(t, []int64{0, 3}, kept("--facts", write(t, t.TempDir(), "latest", string(latest))))

	_, code, stderr = piped(t, texts, "clean", "--facts", write(t, t.TempDir(), "cut", string(latest[:len(latest)-8])))
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "cut: row 2: no stream of rows: it was broken off")
	_, code, stderr = piped(t, texts, "clean", "--facts", write(t, t.TempDir(), "other", string(keys)))
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "other: batch: broken row")

	// Rows that are not in order are refused.
	rows := sortedOf(t, documents, "")
	slices.Reverse(rows)
	_, code, stderr = piped(t, streamOf(t, rows...), "keys")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "stage keys: at row 3 (")
	assert.Contains(t, stderr, "the rows are not sorted by k")
}

// A document that cannot be read is told by its place.
func TestStageReadErrors(t *testing.T) {
	const good, bad = `{"id":"1","text":"one"}`, "{"
	for want, in := range map[string][]batch.Row{
		"a.jsonl:1: no JSON":                  {lineAt("a.jsonl:", bad)},
		"b.jsonl:3: no JSON":                  {lineAt("a.jsonl:", good), lineAt("b.jsonl:", good), lineAt("b.jsonl:", " "), lineAt("b.jsonl:", bad)},
		"a.jsonl, after byte 4096:1: no JSON": {lineAt("a.jsonl:", good), lineAt("a.jsonl, after byte 4096:", bad)},
		"p.parquet, row 17: no JSON":          {lineAt("p.parquet, row 16", good), lineAt("p.parquet, row 17", bad)},
		"p.parquet, row 1: no JSON":           {lineAt("p.parquet, row 1", "")},
		"a.jsonl:1: the document has neither": {lineAt("a.jsonl:", `{"text":"one"}`)},
		"(k 0, o 0): ":                        {{Value: []byte(bad)}},
		"does not say where its document was": {{Value: []byte(good)}},
	} {
		out, code, stderr := piped(t, streamOf(t, in...), "read")
		assert.Equal(t, exitError, code)
		assert.Contains(t, stderr, want)
		assertBroken(t, out)
	}
	out, code, stderr := piped(t, streamOf(t, lineAt("a.jsonl:", bad), lineAt("a.jsonl:", good)), "read", "--skip-bad")
	assert.Equal(t, exitDone, code)
	assert.Equal(t, "reprint: 1 bad documents were skipped\n", stderr)
	assert.Len(t, sortedOf(t, out, "d"), 1)
}

func TestStageUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"none"}, {"fresh", "fresh"}, {""}, {"fresh", "--k", "0x"}, {"fresh", "--k", "900"}} {
		_, code, stderr := piped(t, nil, args...)
		assert.Equal(t, exitUsage, code, "%q: %s", args, stderr)
	}
	_, code, stderr := piped(t, nil, "fresh", "--facts", filepath.Join(t.TempDir(), "none"))
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "none")
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	var b bytes.Buffer
	assert.Equal(t, exitError, run(t.Context(), []string{"stage", "read"}, bytes.NewReader(streamOf(t)), full, &b))
	assert.Contains(t, b.String(), "write ")
}

// A file is there once it is whole.
func TestStageToFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	in := streamOf(t)
	_, code, _ := piped(t, in[:len(in)-1], "edges", "-o", file)
	assert.Equal(t, exitError, code)
	assert.NoFileExists(t, file)
	_, code, stderr := piped(t, in, "edges", "-o", file)
	assert.Equal(t, exitDone, code, stderr)
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, in, got)
}

// Interrupted while it waits for more, a stage ends.
func TestStageInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	defer w.Close()
	code := make(chan int)
	var out, stderr bytes.Buffer
	go func() { code <- run(ctx, []string{"stage", "read"}, r, &out, &stderr) }()
	whole := streamOf(t, lineAt("a.jsonl:", `{"id":"1","text":"one"}`))
	_, err := w.Write(whole[:len(whole)-8]) // returns when it is read
	require.NoError(t, err)
	cancel()
	select {
	case c := <-code:
		assert.Equal(t, exitInterrupted, c)
		assertBroken(t, out.Bytes())
	case <-time.After(promptly):
		t.Fatal("still waiting")
	}
}
