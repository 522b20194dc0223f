package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

// Every command that prints lines prints them in every format, and into the file of -o.
func TestEveryFormat(t *testing.T) {
	dir := t.TempDir()
	db, corpus := filepath.Join(dir, "db"), filepath.Join(dir, "corpus.json")
	docs := write(t, dir, "docs.jsonl", originDocs)
	pairs := write(t, dir, "pairs.jsonl", `{"pair":"1","a":"agency","b":"gazette","accept":["a"]}`)
	answers := write(t, dir, "answers.jsonl", must(t, "", "origin", "--docs", docs, "--pairs", pairs, "--save", corpus))
	must(t, "", "cluster", "--db", db, docs)
	for _, args := range [][]string{
		{"cluster", docs}, {"pairs", docs}, {"outlets", docs}, {"tune", docs},
		{"origin", docs}, {"origin", "--db", db}, {"origin", "--docs", docs, "--pairs", pairs}, {"origin", "--corpus", corpus, "--show"},
		{"credits", docs}, {"eval", "--labels", labels, articles}, {"eval", "--origin", "--labels", pairs, answers},
		{"query", "--db", db, docs}, {"db", "list", db}, {"db", "events", db}, {"db", "stats", db},
	} {
		for _, format := range output.Formats {
			name := strings.Join(args, " ") + " " + format
			r := call(t, "", append(args, "--format", format)...)
			if args[0] == "tune" && format != "jsonl" && format != "table" {
				assert.Equal(t, exitError, r.code, name)
				assert.Contains(t, r.err, "lines of several kinds", name)
				continue
			}
			require.Equal(t, exitDone, r.code, "%s: %s", name, r.err)
			assert.NotEmpty(t, r.out, name)
			if format == "csv" {
				out := filepath.Join(dir, "out.csv")
				assert.Empty(t, must(t, "", append(args, "-o", out)...), name)
				assert.Equal(t, r.out, readFileT(t, out), name)
			}
		}
	}
	table := must(t, "", "tune", articles, "--format", "table")
	assert.Contains(t, table, "documents  sampled\n       33       33\n\nk  from")
	rows := must(t, "", "origin", docs, "--format", "csv")
	assert.Contains(t, rows, `member:agency`)
	assert.Contains(t, rows, `"[{""member"":`)
}

// Credits reads what the other commands read.
func TestCreditsOfAnyInput(t *testing.T) {
	want := must(t, originDocs, "credits", "-")
	dir := t.TempDir()
	array := write(t, dir, "docs.json", "["+strings.ReplaceAll(strings.TrimSpace(originDocs), "}\n", "},\n")+"]")
	assert.Equal(t, want, must(t, "", "credits", array))
	assert.Equal(t, want, must(t, "", "credits", "--docs", array))
	page := write(t, dir, "a.html", "<html><body><article><p>OSLO (AP) — "+originStory+"</p></article></body></html>")
	assert.Contains(t, must(t, "", "credits", page), `"kind":"text","name":"AP"`)
	r := call(t, "{\"id\":\"a\",\"text\":\"OSLO (AP) — It rained.\"}\nno JSON\n", "credits", "--skip-bad", "-")
	assert.Equal(t, exitDone, r.code)
	assert.Contains(t, r.err, "bad lines skipped: 1")
}
