package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	for _, samplesOnly := range []bool{false, true} {
		var b bytes.Buffer
		require.NoError(t, run(&b, generated(300, 1), samplesOnly, 3))
		require.Contains(t, b.String(), "300 documents, ")
		require.Contains(t, b.String(), "| sets, sequences | ")
		require.Contains(t, b.String(), "| **the heap** | **")
	}
	require.Error(t, run(new(bytes.Buffer), generated(0, 1), false, 3))
}

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(`{"id":"a","text":"one","published":"2026-03-04T05:06:07Z"}
{"id":"b","text":"two","site":"courier.example"}
`), 0o600))
	n := 0
	for d, err := range read([]string{path}) {
		require.NoError(t, err)
		require.Equal(t, n == 0, !d.Published.IsZero())
		n++
	}
	require.Equal(t, 2, n)
	for _, err := range read([]string{path + ".gz"}) {
		require.Error(t, err)
	}
}
