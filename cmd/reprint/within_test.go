package main

import (
	"context"
	"fmt"
	"io/fs"
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
		for _, command := range []string{"cluster", "pairs", "dedup", "origin"} {
			to := []string{command, in, "-o", filepath.Join(dir, "out.jsonl")}
			want := call(t, "", to...)
			got := call(t, "", append(to, "--memory", "1GB")...)
			require.Equal(t, want.code, got.code, in)
			require.NotZero(t, want.code, in)
			require.Equal(t, want.err, got.err, in)
			require.NoFileExists(t, filepath.Join(dir, "out.jsonl"))
			require.NoFileExists(t, filepath.Join(dir, "out.dropped.jsonl"))
		}
	}
	for line, says := range map[string]string{
		"cluster --memory 1GiB --db " + dir + "/db":           "--memory and --db do not go together",
		"cluster --memory 1GiB --origin":                      "--memory and --origin do not go together",
		"pairs --memory 1GiB --stats":                         "--memory and --stats do not go together",
		"dedup --memory 1GiB --db " + dir + "/db -o -":        "--memory and --db do not go together",
		"origin --memory 1GiB --save " + dir + "/corpus.json": "--memory and --save do not go together",
		"cluster --memory 1MiB":                               "--memory is 1MiB, want 64MiB at least",
		"cluster --memory 1GiB --expire 3d":                   "--expire",
		"cluster --memory much":                               "want a number of bytes",
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

// What dedup writes beside the input is the same, and so is what it says.
func TestMemoryOfDedup(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, in := range []string{madeFiles + "crawl.warc.gz", madeFiles + "comma.csv", madeFiles + "zstd.parquet", "../../testdata/articles"} {
		out := filepath.Join(dir, filepath.Base(in))
		var want []string
		for _, memory := range [][]string{nil, {"--memory", "64MiB"}} {
			r := call(t, "", append([]string{"dedup", in, "--keep", "newest", "--dropped", out + ".gone.jsonl", "-o", out}, memory...)...)
			require.Equal(t, exitDone, r.code, r.err)
			got := []string{r.err, readFileT(t, out+".gone.jsonl")}
			require.NoError(t, filepath.WalkDir(out, func(path string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					got = append(got, path, readFileT(t, path))
				}
				return err
			}))
			require.NoError(t, os.RemoveAll(out))
			if memory == nil {
				want = got
			}
			require.Equal(t, want, got)
		}
	}
	in := collection(t, 31, 60)
	require.Equal(t, must(t, in, "dedup", "-", "-o", "-"), must(t, in, "dedup", "-", "-o", "-", "--memory", "64MiB"))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 4)
}

// What an earlier run knew of sites counts with bounded memory, too.
func TestMemoryOfOrigin(t *testing.T) {
	corpus := filepath.Join(t.TempDir(), "corpus.json")
	var before, now []map[string]any
	for i := range 24 { // a name that is learned, and sites whose clocks are
		for _, paper := range []string{"a", "b", "c"} {
			d := map[string]any{
				"id": fmt.Sprint(paper, i), "site": paper + ".example", "published": fmt.Sprintf("2024-03-%02dT%02d:%02d:00Z", i+1, i, i),
				"text": fmt.Sprintf("%s (Fjordnytt)", prose(newRand(uint64(i)), 120)),
			}
			if paper == "c" {
				d["published"] = fmt.Sprintf("2024-03-%02d", i+1)
			}
			if i < 20 {
				before = append(before, d)
			} else {
				now = append(now, d)
			}
		}
	}
	for i := range 40 { // what has no copy has no name
		before = append(before, map[string]any{"id": fmt.Sprint("alone", i), "text": prose(newRand(uint64(100+i)), 120)})
	}
	must(t, jsonl(t, before...), "origin", "--save", corpus, "-")
	in := jsonl(t, now...)
	alone, want := must(t, in, "origin", "-"), must(t, in, "origin", "--corpus", corpus, "-")
	require.NotEqual(t, alone, want)
	require.Contains(t, want, "Fjordnytt")
	require.Equal(t, alone, must(t, in, "origin", "--memory", "64MiB", "-"))
	require.Equal(t, want, must(t, in, "origin", "--memory", "64MiB", "--corpus", corpus, "-"))
}

// A run that is interrupted leaves no file.
func TestMemoryInterrupted(t *testing.T) {
	files := t.TempDir()
	t.Setenv("TMPDIR", files)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	in := write(t, t.TempDir(), "in.jsonl", collection(t, 3, 20))
	for _, command := range []string{"cluster", "dedup", "origin"} {
		var out, said strings.Builder
		require.Equal(t, exitInterrupted, run(ctx, []string{command, "--memory", "1GB", in, "-o", "-"}, strings.NewReader(""), &out, &said), said.String())
		require.Empty(t, out.String())
	}
	left, err := os.ReadDir(files)
	require.NoError(t, err)
	require.Empty(t, left)
}
