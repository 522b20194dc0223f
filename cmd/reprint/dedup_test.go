package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/dedup"
)

const madeFiles = "internal/input/testdata/"

func readFileT(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

// Of two files with the same documents the first remains, byte for byte where the
// format is lines or rows, and in any format with the same documents.
func TestDedupFormats(t *testing.T) {
	for name, same := range map[string]bool{
		"lines.jsonl": true, "comma.csv": true, "tabs.tsv": true, "excel.csv": true, "quoted.csv": true,
		"array.json": false, "pretty.json": false, "objects.json": false, "zstd.parquet": false, "members.jsonl.gz": false, "utf16.csv": false,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out := filepath.Join(dir, "out"+strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz0123456789"))
			r := call(t, "", "dedup", madeFiles+name, write(t, dir, name, readFileT(t, madeFiles+name)), "--duplicate-ids", "suffix", "-o", out)
			require.Equal(t, exitDone, r.code, r.err)
			assert.Contains(t, r.err, "documents: 6, kept: 3, dropped: 3 (copy 3)")
			assert.Contains(t, r.err, "dropped by site (The Quay Gazette 2, Brückenblatt 1)")
			if same {
				assert.Equal(t, readFileT(t, madeFiles+name), readFileT(t, out))
			}
			assert.Equal(t, must(t, "", "cluster", madeFiles+name), must(t, "", "cluster", out))
			dropped := parsed[dedup.DroppedLine](t, readFileT(t, filepath.Join(dir, "out.dropped.jsonl")))
			require.Len(t, dropped, 3)
			assert.Equal(t, "17#2", dropped[0].ID)
			assert.Equal(t, "17", dropped[0].Kept)
			assert.Equal(t, "copy", dropped[0].Relation)
		})
	}
}

func TestDedupWebArchive(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.warc.gz")
	crawl := madeFiles + "crawl.warc.gz"
	again := write(t, dir, "again.warc.gz", readFileT(t, crawl))
	r := call(t, "", "dedup", crawl, again, "--duplicate-ids", "suffix", "-o", out)
	require.Equal(t, exitDone, r.code, r.err)
	before, after := call(t, "", "cluster", crawl), call(t, "", "cluster", out)
	assert.Equal(t, before.out, after.out)
	assert.Equal(t, 1, strings.Count(after.out, "https://quay.example/ferry\",\"cluster"))
}

// Files of text are copied into a folder, by their paths.
func TestDedupFolder(t *testing.T) {
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	text := prose(newRand(3), 200)
	write(t, dir, "a/1.txt", text)
	write(t, dir, "a/2.txt", text)
	write(t, dir, "b.txt", prose(newRand(4), 200))
	must(t, "", "dedup", dir, "-o", out)
	assert.Equal(t, text, readFileT(t, filepath.Join(out, "a", "1.txt")))
	assert.NoFileExists(t, filepath.Join(out, "a", "2.txt"))
	assert.FileExists(t, filepath.Join(out, "b.txt"))
	assert.FileExists(t, out+".dropped.jsonl")
}

func versions(t testing.TB) string {
	long := prose(newRand(5), 300)
	words := strings.Fields(long)
	return jsonl(t,
		map[string]any{"id": "first", "text": strings.Join(words[:240], " "), "published": "2024-07-01", "site": "north"},
		map[string]any{"id": "long", "text": long, "published": "2024-07-02", "site": "south"},
		map[string]any{"id": "last", "text": strings.Join(words[:250], " "), "published": "2024-07-03", "site": "east"},
		map[string]any{"id": "other", "text": prose(newRand(6), 100), "site": "east"},
	)
}

func TestDedupKeep(t *testing.T) {
	in := versions(t)
	for keep, want := range map[string]string{
		"first": "first", "longest": "long", "newest": "last", "site=South": "long", "site=west,east,south": "last", "site=west": "first",
	} {
		out := must(t, in, "dedup", "--keep", keep, "-", "-o", "-")
		lines := parsed[map[string]any](t, out)
		require.Len(t, lines, 2, keep)
		assert.Equal(t, want, lines[0]["id"], keep)
		assert.Equal(t, "other", lines[1]["id"], keep)
		for l := range strings.Lines(out) {
			assert.Contains(t, in, l)
		}
	}
	assert.Contains(t, call(t, in, "dedup", "--keep", "site=north,west,nope", "-", "-o", "-").err, "no document is of the site west or nope of --keep\n")
	assert.NotContains(t, call(t, in, "dedup", "--keep", "newest", "-", "-o", "-").err, "date")
	assert.Contains(t, call(t, `{"id":"a","text":"words"}`, "dedup", "--keep", "newest", "-", "-o", "-").err, "no document has a date")
	for _, args := range [][]string{{"dedup", "-"}, {"dedup", "--keep", "best", "-", "-o", "-"}, {"dedup", "--keep", "site=", "-", "-o", "-"}} {
		assert.Equal(t, exitUsage, call(t, in, args...).code, "%v", args)
	}
}

func TestDedupAnnotate(t *testing.T) {
	out := must(t, versions(t), "dedup", "--annotate", "-", "-o", "-")
	type line struct {
		ID      string `json:"id"`
		Reprint struct {
			Keep        bool
			Cluster, Of string
			Size        int
		} `json:"reprint"`
	}
	lines := parsed[line](t, out)
	require.Len(t, lines, 4)
	assert.True(t, lines[0].Reprint.Keep)
	assert.False(t, lines[1].Reprint.Keep)
	assert.Equal(t, "first", lines[1].Reprint.Cluster)
	assert.Equal(t, 3, lines[1].Reprint.Size)
	assert.Equal(t, 1, lines[3].Reprint.Size)

	table := must(t, readFileT(t, madeFiles+"comma.csv"), "dedup", "--annotate", "-", "-o", "-")
	header, rows, _ := strings.Cut(table, "\r\n")
	assert.Equal(t, "id,text,title,site,url,published,reprint_keep,reprint_cluster,reprint_size,reprint_relation,reprint_of", header)
	assert.Contains(t, rows, ",true,17,1,,\r\n")
	must(t, table, "cluster", "-")

	// What an earlier run has marked is marked anew.
	assert.Equal(t, out, must(t, out, "dedup", "--annotate", "-", "-o", "-"))
	assert.Equal(t, table, must(t, table, "dedup", "--annotate", "-", "-o", "-"))
	moved := must(t, "reprint_of,id,reprint_keep,text\n\"a,\"\"b\",1,true,words\n", "dedup", "--annotate", "-", "-o", "-")
	assert.Equal(t, "id,text,reprint_keep,reprint_cluster,reprint_size,reprint_relation,reprint_of\n1,words,true,1,1,,\n", moved)
	said := call(t, versions(t), "dedup", "--annotate", "-", "-o", "-").err
	assert.Contains(t, said, "documents: 4, kept: 2, marked: 2 (")
	assert.NotContains(t, said, "dropped")

	r := call(t, "", "dedup", "--annotate", madeFiles+"zstd.parquet", "-o", filepath.Join(t.TempDir(), "x.parquet"))
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "--format parquet")
}

func TestDedupAsLines(t *testing.T) {
	out := must(t, "", "dedup", madeFiles+"rss.xml", "--format", "csv", "-o", filepath.Join(t.TempDir(), "x.csv"))
	assert.Empty(t, out)
	r := call(t, "", "dedup", madeFiles+"rss.xml", "-o", "-")
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "a feed cannot be written")
	dir := t.TempDir()
	r = call(t, "", "dedup", madeFiles+"comma.csv", madeFiles+"snappy.parquet", "--duplicate-ids", "suffix", "-o", filepath.Join(dir, "x.csv"))
	assert.Equal(t, exitError, r.code)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, files, "nothing is there where something failed")
}

// With a folder of documents what an earlier run has kept is not written again, and a
// run that is repeated writes the same.
func TestDedupDB(t *testing.T) {
	dir := t.TempDir()
	db, out := filepath.Join(dir, "db"), filepath.Join(dir, "out.jsonl")
	monday := write(t, dir, "monday.jsonl", collection(t, 31, 60))
	tuesday := write(t, dir, "tuesday.jsonl", versions(t)+strings.ReplaceAll(strings.SplitAfter(collection(t, 31, 60), "\n")[0], `"id":"`, `"id":"again-`))
	want := must(t, "", "dedup", monday, "-o", "-")
	for range 2 {
		must(t, "", "dedup", "--db", db, monday, "-o", out)
		assert.Equal(t, want, readFileT(t, out))
	}
	for range 2 {
		got := parsed[map[string]any](t, must(t, "", "dedup", "--db", db, "--keep", "longest", tuesday, "-o", "-"))
		require.Len(t, got, 2)
		assert.Equal(t, "long other", fmt.Sprint(got[0]["id"], " ", got[1]["id"]))
	}
}
