package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/bench/news"
)

// The program writes a line for each document, to a file as to a stream, and
// says when it cannot.
func TestWrite(t *testing.T) {
	o := news.Options{Docs: 50, Seed: 1}
	var b bytes.Buffer
	require.NoError(t, write(&b, o))
	require.Equal(t, 50, bytes.Count(b.Bytes(), []byte("\n")))
	path := filepath.Join(t.TempDir(), "news.jsonl")
	require.NoError(t, run(path, o))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, b.Bytes(), got)
	require.ErrorIs(t, write(full{}, o), errFull)
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
