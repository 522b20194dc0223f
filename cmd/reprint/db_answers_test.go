package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

// Query answers of a document what adding it would, and adds nothing.
func TestQuery(t *testing.T) {
	known := versions(t)
	dir, _ := filled(t, known)
	before := must(t, "", "db", "list", dir)
	in := jsonl(t, map[string]any{"id": "copy", "text": prose(newRand(6), 100)}, map[string]any{"id": "new", "text": prose(newRand(7), 100)}) + known
	lines := parsed[queryLine](t, must(t, in, "query", "--db", dir, "-"))
	require.Len(t, lines, 6)
	assert.Equal(t, "copy other other 1 east", strings.Join([]string{lines[0].Decision, lines[0].Of, lines[0].Cluster, "1", lines[0].Site}, " "))
	assert.Equal(t, queryLine{ID: "new", Decision: "new"}, lines[1])
	assert.Equal(t, 3, lines[2].Size)
	assert.Equal(t, "new", lines[5].Decision, "a document is not its own copy")
	assert.Equal(t, before, must(t, "", "db", "list", dir))
	assert.Equal(t, exitUsage, call(t, "", "query", "-").code)
	assert.Equal(t, exitUsage, call(t, "", "query", "--db", dir).code)
}

// What looks at a folder of documents says the same as what reads the files.
func TestAnswersOfAFolder(t *testing.T) {
	in := write(t, t.TempDir(), "in.jsonl", collection(t, 41, 60))
	dir := filepath.Join(t.TempDir(), "db")
	must(t, "", "cluster", "--db", dir, in)
	assert.Equal(t, must(t, "", "report", in, "-o", "-"), must(t, "", "report", "--db", dir, "-o", "-"))
	assert.Equal(t, must(t, "", "explain", "article-000", "copy-1-of-000.example", in), must(t, "", "explain", "article-000", "copy-1-of-000.example", "--db", dir))
	assert.Equal(t, sorted(must(t, "", "cluster", in)), sorted(must(t, "", "db", "list", dir)))
	assert.Equal(t, exitUsage, call(t, "", "report", "--db", dir, in, "-o", "-").code)
}

func TestListsCarryWhereDocumentsAreFrom(t *testing.T) {
	doc := `{"id":"a","text":"words of a text","site":"north","published":"2024-07-05T12:10:00+02:00","title":"T","url":"https://north/a"}`
	want := `{"id":"a","cluster":"a","size":1,"site":"north","published":"2024-07-05T10:10:00Z","title":"T","url":"https://north/a"}` + "\n"
	assert.Equal(t, want, must(t, doc, "cluster", "-"))
	dir, out := filled(t, doc)
	assert.Equal(t, want, out)
	assert.Equal(t, want, must(t, "", "db", "list", dir))
	assert.Equal(t, want, must(t, "", "db", "list", dir, "a"))
	r := call(t, "", "db", "expire", dir, "--older-than", "3d", "--dry-run")
	assert.Equal(t, `{"id":"a","site":"north","published":"2024-07-05T10:10:00Z","title":"T","url":"https://north/a"}`+"\n", r.out)
	assert.Equal(t, "reprint: documents that would expire: 1\n", r.err)
	assert.Equal(t, want, must(t, "", "db", "list", dir))
}

// Without --expire nothing is removed, however old.
func TestWindowRemovesNothing(t *testing.T) {
	text := prose(newRand(1), 100)
	in := jsonl(t, map[string]any{"id": "a", "text": text, "published": "2024-01-01"}, map[string]any{"id": "b", "text": text, "published": "2024-06-01"})
	dir, out := filled(t, in, "--window", "3d")
	assert.Equal(t, 1, parsed[lines.Cluster](t, out)[1].Size)
	assert.Len(t, sorted(must(t, "", "db", "list", dir)), 2)
	r := call(t, in, "cluster", "--db", dir, "--window", "4d", "-")
	assert.Equal(t, exitUsage, r.code)
	assert.Contains(t, r.err, "the store has 72h")
}

// Every command that prints lines prints them in any format, to a file if wanted.
func TestFormatOfCommands(t *testing.T) {
	in := write(t, t.TempDir(), "in.jsonl", versions(t))
	dir := filepath.Join(t.TempDir(), "db")
	must(t, "", "cluster", "--db", dir, in)
	text := articles + "/en-harbour-original.txt"
	for _, args := range [][]string{
		{"cluster", in}, {"cluster", "--db", dir, in}, {"pairs", in}, {"explain", "first", "long", in}, {"compare", text, text},
		{"eval", "--labels", labels, articles}, {"db", "list", dir}, {"db", "stats", dir}, {"db", "events", dir}, {"outlets", in}, {"query", "--db", dir, in},
	} {
		for _, format := range []string{"csv", "tsv", "parquet", "table", "jsonl"} {
			out := filepath.Join(t.TempDir(), "out")
			printed := must(t, "", append(args, "--format", format)...)
			assert.Empty(t, must(t, "", append(args, "--format", format, "-o", out)...), "%v", args)
			if format != "parquet" {
				assert.Equal(t, printed, readFileT(t, out), "%v", args)
			}
			assert.NotEmpty(t, readFileT(t, out))
		}
		named := filepath.Join(t.TempDir(), "out.CSV")
		must(t, "", append(args, "-o", named)...)
		r := call(t, "", append(args, "--format", "xml")...)
		assert.Equal(t, exitUsage, r.code, "%v", args)
		assert.Contains(t, r.err, `--format is "xml", want jsonl, csv, tsv, parquet, table`)
	}
}
