package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/rows"
)

type rowsIn = iter.Seq2[batch.Row, error]

var errValue = errors.New("the value is bad")

// stagesOfTests are stages whose answers are obvious.
var stagesOfTests = []batch.Stage{
	{Name: "same", Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
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
	{Name: "count", Sorted: true, Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
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
	{Name: "picky", Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
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
	{Name: "first", Run: func(_ context.Context, in rowsIn, emit func(batch.Row) error) error {
		for row, err := range in {
			if err != nil {
				return err
			}
			return emit(row)
		}
		return nil
	}},
	{Name: "deaf", Run: func(_ context.Context, in rowsIn, _ func(batch.Row) error) error {
		for range in {
		}
		return nil
	}},
	{Name: "broken", Run: func(context.Context, rowsIn, func(batch.Row) error) error { return errValue }},
}

// callStage runs one of stagesOfTests.
func callStage(ctx context.Context, stdin io.Reader, stdout io.Writer, args ...string) (code int, stderr string) {
	root := newRoot()
	for _, c := range root.Commands() {
		if c.Name() == "stage" {
			root.RemoveCommand(c)
		}
	}
	root.AddCommand(newStage(stagesOfTests))
	var b bytes.Buffer
	code = execute(ctx, root, append([]string{"stage"}, args...), stdin, stdout, &b)
	return code, b.String()
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

func TestStageGivesRows(t *testing.T) {
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
		var out bytes.Buffer
		code, stderr := callStage(t.Context(), bytes.NewReader(in), &out, name)
		require.Equal(t, exitDone, code, stderr)
		require.Empty(t, stderr)
		require.Equal(t, want, out.Bytes(), name)
	}
	var out bytes.Buffer
	code, stderr := callStage(t.Context(), bytes.NewReader(streamOf(t)), &out, "count")
	require.Equal(t, exitDone, code, stderr)
	require.Equal(t, streamOf(t), out.Bytes())
}

// An error names the row, and leaves a stream that no reader takes for whole.
func TestStageErrors(t *testing.T) {
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
	} {
		var out bytes.Buffer
		code, stderr := callStage(t.Context(), bytes.NewReader(c.in), &out, c.stage)
		assert.Equal(t, exitError, code)
		assert.Contains(t, stderr, c.want)
		again, stderr := callStage(t.Context(), &out, io.Discard, "same")
		assert.Equal(t, exitError, again, "%s: %s", c.stage, stderr)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	code, stderr := callStage(t.Context(), bytes.NewReader(whole), full, "same")
	assert.Equal(t, exitError, code)
	assert.Contains(t, stderr, "write ")
}

func TestStageUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"none"}, {"same", "same"}, {""}} {
		code, stderr := callStage(t.Context(), strings.NewReader(""), io.Discard, args...)
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, "same, count, picky")
	}
}

// A file is there once it is whole.
func TestStageToFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	in := streamOf(t, rowsNumbered(10)...)
	code, _ := callStage(t.Context(), bytes.NewReader(in[:len(in)-1]), io.Discard, "same", "-o", file)
	assert.Equal(t, exitError, code)
	assert.NoFileExists(t, file)
	code, stderr := callStage(t.Context(), bytes.NewReader(in), io.Discard, "same", "-o", file)
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
	var out bytes.Buffer
	go func() {
		c, _ := callStage(ctx, r, &out, "same")
		code <- c
	}()
	whole := streamOf(t, rowsNumbered(3)...)
	_, err := w.Write(whole[:len(whole)-8]) // returns when it is read
	require.NoError(t, err)
	cancel()
	select {
	case c := <-code:
		assert.Equal(t, exitInterrupted, c)
		assert.NotEqual(t, whole, out.Bytes())
	case <-time.After(promptly):
		t.Fatal("still waiting")
	}
}
