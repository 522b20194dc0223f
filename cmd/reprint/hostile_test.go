package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

// hostile is text that commands a terminal, turns what follows around, and looks like a
// formula.
const hostile = "=HYPERLINK(\"x\")\x1b]0;owned\x07\x1b[2J\u009b31m\u202etxt\u2066\x7f"

// Whatever others wrote, no command prints anything that a terminal obeys, also into a
// pipe, behind which there may be a pager.
func TestHostileText(t *testing.T) {
	dir := t.TempDir()
	text := "A night ferry ran onto a sandbank off Marrow Point on Sunday. All ninety passengers were taken off by lifeboat before dawn, and nobody was hurt." + hostile
	in := write(t, dir, "in.jsonl", jsonl(t,
		map[string]any{"id": hostile + "1", "text": text, "title": hostile, "site": hostile, "url": "https://a.example/" + hostile},
		map[string]any{"id": hostile + "2", "text": text + " More soon.", "title": hostile, "site": "b.example", "published": hostile}))
	first, second := write(t, dir, "1.txt", text), write(t, dir, "2.txt", text+" more of it")
	db := filepath.Join(dir, "db")
	for _, args := range [][]string{
		{"cluster", in}, {"cluster", "--format", "table", in}, {"pairs", in}, {"pairs", "--stats", in}, {"cluster", "--db", db, in},
		{"explain", hostile + "1", hostile + "2", in}, {"explain", "--json", hostile + "1", hostile + "2", in}, {"explain", hostile, "none", in},
		{"compare", first, second}, {"compare", "--json", first, second}, {"compare", hostile, second}, {"cluster", dir + "/" + hostile},
		{"origin", in}, {"credits", in}, {"outlets", in}, {"outlets", "--format", "table", in}, {"query", "--db", db, in}, {"tune", in},
		{"db", "list", db}, {"db", "events", db}, {"db", "remove", db, hostile}, {"db", "text", db, hostile}, {"db", "check", db}, {"db", "check", dir + hostile},
		{"report", dir + hostile, "-o", filepath.Join(dir, "x.html")}, {hostile}, {"cluster", "--preset", hostile, in}, {"help", hostile},
	} {
		r := call(t, "", args...)
		for _, said := range []string{r.out, r.err} {
			assert.Equal(t, said, output.Safe(said, true), "%q", args)
		}
	}
	rows := must(t, "", "cluster", "--format", "csv", in)
	assert.Contains(t, rows, `"'=HYPERLINK(`)
	assert.NotContains(t, rows, "\n=")
}

// Interrupted, a command leaves neither a file nor a part of one.
func TestInterruptedOutputIsGone(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	go func() {
		_, _ = io.WriteString(w, `{"id":"a","text":"some words"}`+"\n")
		cancel()
	}()
	code := run(ctx, []string{"cluster", "-", "-o", filepath.Join(dir, "out.jsonl")}, r, io.Discard, io.Discard)
	require.Equal(t, exitInterrupted, code)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

// What a folder holds and cannot be read does not end the others, if bad documents are
// passed over; it is named. A link to nothing never does.
func TestFolderWithWhatCannotBeRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	dir := t.TempDir()
	write(t, dir, "a.jsonl", `{"id":"a","text":"some words of a text"}`+"\n")
	write(t, dir, "z.jsonl", `{"id":"z","text":"other words of a text"}`+"\n")
	require.NoError(t, os.Symlink("/nowhere/at/all", filepath.Join(dir, "dangling.txt")))
	r := call(t, "", "cluster", dir)
	require.Equal(t, exitDone, r.code, r.err)
	require.Equal(t, 2, strings.Count(r.out, "\n"))
	require.Contains(t, r.err, "dangling.txt (a link to nothing)")

	write(t, dir, "cut.jsonl.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01")
	require.NoError(t, os.Symlink("loop.txt", filepath.Join(dir, "loop.txt")))
	require.Equal(t, exitError, call(t, "", "cluster", dir).code)
	r = call(t, "", "cluster", "--skip-bad", dir)
	require.Equal(t, exitDone, r.code, r.err)
	require.Equal(t, 2, strings.Count(r.out, "\n"))
	for _, name := range []string{"dangling.txt", "loop.txt", "cut.jsonl.gz"} {
		require.Contains(t, r.err, name)
	}
}

// A file without documents is named, and one that is called packed and has no byte is
// damaged.
func TestEmptyFiles(t *testing.T) {
	dir := t.TempDir()
	const emptyZstd, emptyGzip = "\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	for name, content := range map[string]string{"a.jsonl": "", "a.jsonl.zst": emptyZstd, "b.jsonl.gz": emptyGzip} {
		r := call(t, "", "cluster", write(t, dir, name, content))
		require.Equal(t, exitDone, r.code, r.err)
		require.Contains(t, r.err, "files without a document: 1 (the first ")
	}
	for _, name := range []string{"c.jsonl.zst", "c.jsonl.gz", "c.xz", "c.txt.bz2"} {
		path := write(t, dir, name, "")
		r := call(t, "", "cluster", path)
		require.Equal(t, exitUsage, r.code, name)
		require.Contains(t, r.err, "no packed file is")
	}
}

// What is larger than any article is refused before it is compared, and passed over if
// bad documents are; what is packed to far less than text can be is refused on the way.
func TestBombs(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("a b c d ", input.MaxText/8+1)
	in := write(t, dir, "in.jsonl", jsonl(t, map[string]any{"id": "long", "text": long}, map[string]any{"id": "short", "text": "a few words"}))
	page := write(t, dir, "page.html", "<!doctype html><html><body><p>"+long)
	for _, args := range [][]string{
		{"cluster", in}, {"cluster", page}, {"origin", in}, {"compare", write(t, dir, "long.txt", long), page},
	} {
		r := call(t, "", args...)
		require.Equal(t, exitError, r.code, args)
		require.Contains(t, r.err, "8.0 MiB, want 8 at most", args)
	}
	r := call(t, "", "cluster", "--skip-bad", in)
	require.Equal(t, exitDone, r.code, r.err)
	require.Contains(t, r.out, `"short"`)
	require.Contains(t, r.err, "bad lines skipped: 1")

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range input.MaxDocument/(1<<20) + 2 {
		_, err := w.Write(bytes.Repeat([]byte(" "), 1<<20))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	r = call(t, "", "cluster", write(t, dir, "bomb.jsonl.gz", packed.String()))
	require.Equal(t, exitError, r.code)
	require.Contains(t, r.err, "more than 500 times")
}
