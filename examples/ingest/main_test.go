package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// The file out.jsonl holds the answers to in.jsonl, made by
//
//	go run ./examples/ingest < examples/ingest/testdata/in.jsonl
func TestRun(t *testing.T) {
	in, err := os.Open("testdata/in.jsonl")
	require.NoError(t, err)
	defer in.Close()
	want, err := os.ReadFile("testdata/out.jsonl")
	require.NoError(t, err)
	require.NotEmpty(t, want)
	var out bytes.Buffer
	require.NoError(t, run(iotest.OneByteReader(in), &out))
	require.Equal(t, string(want), out.String())
}

func TestRunWithoutInput(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(strings.NewReader(""), &out))
	require.Empty(t, out.String())
}

func TestRunReportsReadErrors(t *testing.T) {
	broken := errors.New("the line is cut")
	require.ErrorIs(t, run(iotest.ErrReader(broken), &bytes.Buffer{}), broken)
}
