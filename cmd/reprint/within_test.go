package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With bounded memory the lines are the same, in every format, and no file is left.
func TestMemory(t *testing.T) {
	in := write(t, t.TempDir(), "in.jsonl", collection(t, 30, 400))
	files := t.TempDir()
	t.Setenv("TMPDIR", files)
	for _, line := range []string{
		"cluster", "pairs", "cluster --threads 1", "cluster --preset noisy", "cluster --samples-only", "pairs --by-figures",
		"pairs --skip-same-site", "cluster --window 48h", "cluster --format csv", "pairs --format tsv",
		"dedup -o -", "dedup -o - --keep longest --preset noisy", "dedup -o - --keep newest --annotate", "dedup -o - --keep site=paper1.example,site3.example",
		"dedup -o - --format csv", "dedup -o - --format jsonl --annotate", "origin", "origin --threads 1 --withhold times,byline", "origin --format csv",
	} {
		args := append(strings.Fields(line), in)
		want := call(t, "", args...)
		require.Equal(t, exitDone, want.code, want.err)
		require.NotEmpty(t, want.out, line)
		require.Equal(t, want, call(t, "", append(args, "--memory", "64MiB")...), line)
	}
	left, err := os.ReadDir(files)
	require.NoError(t, err)
	require.Empty(t, left)
}

// What is wrong is said as it is said without the flag, and leaves no file.
func TestMemoryErrors(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", files)
	good := write(t, dir, "good.jsonl", collection(t, 3, 20))
	bad := write(t, dir, "bad.jsonl", `{"id":"a","text":"some words"}`+"\n{")
	again := write(t, dir, "again.jsonl", `{"id":"a","text":"some words"}`+"\n"+`{"id":"a","text":"other words"}`)
	large := write(t, dir, "large.jsonl", `{"id":"a","text":"`+strings.Repeat("a ", 1<<20+1)+`"}`)
	for _, in := range []string{bad, again, large, filepath.Join(dir, "none")} {
		for _, command := range []string{"cluster", "pairs"} {
			want := call(t, "", command, in)
			got := call(t, "", command, "--memory", "1GB", in, "-o", filepath.Join(dir, "out.jsonl"))
			require.Equal(t, want.code, got.code, in)
			require.NotZero(t, want.code, in)
			require.Equal(t, want.err, got.err, in)
			require.NoFileExists(t, filepath.Join(dir, "out.jsonl"))
		}
	}
	for line, says := range map[string]string{
		"cluster --memory 1GiB --db " + dir + "/db": "--memory and --db do not go together",
		"cluster --memory 1GiB --origin":            "--memory and --origin do not go together",
		"pairs --memory 1GiB --stats":               "--memory and --stats do not go together",
		"cluster --memory 1MiB":                     "--memory is 1MiB, want 64MiB at least",
		"cluster --memory 1GiB --expire 3d":         "--expire",
		"cluster --memory much":                     "want a number of bytes",
	} {
		r := call(t, "", append(strings.Fields(line), good)...)
		assert.Equal(t, exitUsage, r.code, line+r.err)
		assert.Contains(t, r.err, says, line)
	}
	left, err := os.ReadDir(files)
	require.NoError(t, err)
	require.Empty(t, left)

	t.Setenv("TMPDIR", filepath.Join(dir, "none"))
	r := call(t, "", "cluster", "--memory", "1GB", good)
	require.Equal(t, exitError, r.code)
	require.Contains(t, r.err, "TMPDIR names another folder")
}

// A run that is interrupted leaves no file.
func TestMemoryInterrupted(t *testing.T) {
	files := t.TempDir()
	t.Setenv("TMPDIR", files)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, said strings.Builder
	in := write(t, t.TempDir(), "in.jsonl", collection(t, 3, 20))
	require.Equal(t, exitInterrupted, run(ctx, []string{"cluster", "--memory", "1GB", in}, strings.NewReader(""), &out, &said), said.String())
	require.Empty(t, out.String())
	left, err := os.ReadDir(files)
	require.NoError(t, err)
	require.Empty(t, left)
}
