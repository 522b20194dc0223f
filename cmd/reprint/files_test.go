package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No command writes over what it reads, however it is called, nor two outputs to one
// file; it says so before it reads anything.
func TestNothingIsWrittenOverItsInput(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	const line = `{"id":"a","text":"some words"}` + "\n"
	write(t, dir, "a.jsonl", line)
	write(t, dir, "labels.jsonl", `{"id":"a","cluster":"a"}`)
	require.NoError(t, os.Mkdir("folder", 0o777))
	write(t, filepath.Join(dir, "folder"), "b.jsonl", line)
	must(t, "", "cluster", "--db", "db", "a.jsonl")
	calls := [][]string{
		{"cluster", "a.jsonl", "-o", "a.jsonl"}, {"cluster", "a.jsonl", "-o", "./folder/../a.jsonl"}, {"cluster", "a.jsonl", "-o", filepath.Join(dir, "a.jsonl")},
		{"pairs", "labels.jsonl", "a.jsonl", "-o", "a.jsonl"}, {"outlets", "a.jsonl", "--matrix", "a.jsonl"}, {"dedup", "a.jsonl", "-o", "a.jsonl"},
		{"dedup", "a.jsonl", "-o", "y", "--dropped", "a.jsonl"}, {"dedup", "a.jsonl", "-o", "s", "--dropped", "s"}, {"dedup", "a.jsonl", "-o", "s", "--dropped", "./s"},
		{"dedup", "folder", "-o", "folder"}, {"dedup", "folder", "-o", "folder/b.jsonl"}, {"cluster", ".", "-o", "folder/b.jsonl"},
		{"dedup", "a.jsonl", "-o", "a.jsonl.gz", "--dropped", "a.jsonl.gz"}, {"dedup", "a.jsonl", "-o", "-", "--dropped", "-"}, {"outlets", "a.jsonl", "--matrix", "-"},
		{"report", "a.jsonl", "-o", "a.jsonl"}, {"eval", "--labels", "labels.jsonl", "a.jsonl", "-o", "labels.jsonl"}, {"origin", "a.jsonl", "--save", "a.jsonl"},
		{"credits", "--docs", "a.jsonl", "-o", "a.jsonl"}, {"tune", "a.jsonl", "-o", "a.jsonl"}, {"query", "--db", "db", "a.jsonl", "-o", "a.jsonl"},
		{"compare", "a.jsonl", "labels.jsonl", "-o", "labels.jsonl"}, {"cluster", "--db", "db", "a.jsonl", "-o", "a.jsonl"}, {"db", "list", "db", "-o", "db"},
		{"explain", "a", "b", "a.jsonl", "-o", "a.jsonl"}, {"cluster", "a.jsonl", "nothing.jsonl", "-o", "a.jsonl"},
	}
	if runtime.GOOS != "windows" {
		require.NoError(t, os.Symlink("a.jsonl", "link.jsonl"))
		require.NoError(t, os.Link("a.jsonl", "hard.jsonl"))
		require.NoError(t, os.Symlink("folder", "other"))
		require.NoError(t, os.Symlink("new.jsonl", "ahead.jsonl"))
		calls = append(calls, []string{"cluster", "link.jsonl", "-o", "a.jsonl"}, []string{"cluster", "a.jsonl", "-o", "link.jsonl"},
			[]string{"cluster", "a.jsonl", "-o", "hard.jsonl"}, []string{"dedup", "folder", "-o", "other"}, []string{"cluster", "folder", "-o", "other/b.jsonl"},
			[]string{"dedup", "a.jsonl", "-o", "other/x", "--dropped", "folder/x"}, []string{"dedup", "a.jsonl", "-o", "ahead.jsonl", "--dropped", "new.jsonl"})
	}
	for _, args := range calls {
		r := call(t, "", args...)
		assert.Equal(t, exitUsage, r.code, "%q: %s", args, r.err)
		assert.Contains(t, r.err, "not to be written: ", "%q", args)
		assert.Empty(t, r.out, "%q", args)
		assert.Equal(t, line, readFileT(t, "a.jsonl"))
	}
	in, err := os.Open("a.jsonl")
	require.NoError(t, err)
	defer in.Close()
	var said strings.Builder
	assert.Equal(t, exitUsage, run(t.Context(), []string{"cluster", "-", "-o", "a.jsonl"}, in, &said, &said))
	assert.Contains(t, said.String(), "--output a.jsonl is what is read")

	must(t, "", "cluster", "a.jsonl", "-o", os.DevNull)
	must(t, "", "dedup", "a.jsonl", "-o", "clean.jsonl")
	must(t, "", "dedup", "a.jsonl", "-o", "clean.jsonl") // which is there, but not read
	must(t, "", "origin", "a.jsonl", "--save", "known.json")
	must(t, "", "origin", "a.jsonl", "--corpus", "known.json", "--save", "known.json")
}

// A name that promises what the file would not hold is refused.
func TestNamesOfOutputs(t *testing.T) {
	dir := t.TempDir()
	docs := write(t, dir, "docs.jsonl", originDocs)
	rows := write(t, dir, "docs.csv", "id,text\n1,some words\n2,other words\n")
	for _, args := range [][]string{
		{"cluster", docs, "-o", "x.xlsx"}, {"cluster", docs, "-o", "x.tab"}, {"cluster", docs, "-o", "x.csv.gz"}, {"cluster", docs, "-o", "x.jsonl.xz"},
		{"cluster", docs, "-o", "x.lz4"}, {"pairs", docs, "-o", "x.pdf"}, {"cluster", docs, "-o", "x.html"}, {"cluster", docs, "--format", "csv", "-o", "x.xlsx"},
		{"report", docs, "--format", "csv", "-o", "x.html"}, {"report", docs, "-o", "x.csv"}, {"report", docs, "-o", "x.pdf"}, {"report", docs, "-o", "x.html.gz"},
		{"outlets", docs, "--matrix", "x.xlsx"}, {"outlets", docs, "--matrix", "x.jsonl"}, {"dedup", docs, "-o", "y", "--dropped", "x.csv"},
		{"dedup", docs, "-o", "x.jsonl.bz2"}, {"dedup", docs, "-o", "x.xlsx"}, {"dedup", docs, "--format", "csv", "-o", "x.csv.gz"},
		{"origin", docs, "--save", "x.csv"}, {"compare", docs, docs, "-o", "x.pdf"},
	} {
		r := call(t, "", args...)
		assert.Equal(t, exitUsage, r.code, "%q: %s", args, r.err)
		assert.Contains(t, r.err, "not to be written: ", "%q", args)
	}
	assert.Contains(t, call(t, "", "dedup", docs, "-o", "x.xz").err, "want a name that ends in .csv, .tsv, .jsonl, .ndjson, .parquet, .json, .gz, .zst")
	for want, args := range map[string][]string{
		"clean.jsonl would hold CSV, the format of the input: want another name, such as clean.csv, or --format jsonl": {"dedup", rows, "-o", "clean.jsonl"},
		"clean.tsv.gz would hold CSV, the format of the input: want another name, such as clean.csv":                   {"dedup", rows, "-o", "clean.tsv.gz"},
		"clean.csv would hold JSON lines, the format of the input: want another name, such as clean.jsonl, or":         {"dedup", docs, "-o", "clean.csv"},
		"clean.csv would hold columns with tabs between them":                                                          {"dedup", madeFiles + "tabs.tsv", "-o", "clean.csv"},
		"Parquet is packed in itself":                              {"dedup", madeFiles + "zstd.parquet", "-o", "clean.parquet.gz"},
		"each document of the input is a file, so that OUT is a f": {"dedup", articles, "-o", "clean.jsonl"},
	} {
		r := call(t, "", args...)
		assert.Equal(t, exitUsage, r.code, "%q: %s", args, r.err)
		assert.Contains(t, r.err, want)
	}
	for _, args := range [][]string{
		{"cluster", docs, "--format", "tsv", "-o", "x.tab"}, {"cluster", docs, "-o", "x.ndjson"}, {"cluster", docs, "-o", "x"}, {"dedup", docs, "-o", "y.jsonl.zst"},
		{"report", docs, "-o", "x.HTML"}, {"dedup", rows, "-o", "x.csv.gz"}, {"dedup", rows, "--format", "jsonl", "-o", "z.jsonl"}, {"outlets", docs, "--matrix", "m.csv"},
	} {
		t.Chdir(dir)
		must(t, "", args...)
	}
}
