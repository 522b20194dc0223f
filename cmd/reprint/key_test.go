package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

// With a key the clusters are the same. A folder that was made with one wants it each
// time, whatever is done with it.
func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	key := write(t, dir, "key", "sixteen bytes or more\n")
	same := write(t, dir, "same", "sixteen bytes or more\r\n")
	other := write(t, dir, "other", "sixteen bytes or less\n")
	db := filepath.Join(dir, "db")
	docs := write(t, dir, "c.jsonl", collection(t, 11, 100))
	assert.Equal(t, must(t, "", "cluster", docs), must(t, "", "cluster", "--key-file", key, docs))
	plain := must(t, "", "cluster", "--db", filepath.Join(dir, "plain"), docs)
	assert.Equal(t, plain, must(t, "", "cluster", "--key-file", key, "--db", db, docs))
	assert.Equal(t, sorted(plain), sorted(must(t, "", "db", "list", "--key-file", same, db)))
	assert.NotContains(t, must(t, "", "db", "stats", "--key-file", key, db), "sixteen")

	id := parsed[lines.Cluster](t, plain)[0].ID
	for _, line := range []string{
		"cluster --db DB " + docs, "pairs --db DB " + docs, "dedup --db DB -o " + dir + "/d.jsonl " + docs, "serve --db DB --addr 127.0.0.1:0",
		"query --db DB " + docs, "explain --db DB " + id + " " + id, "report --db DB -o " + dir + "/r.html", "outlets --db DB", "origin --db DB",
		"db list DB", "db stats DB", "db text DB " + id, "db events DB", "db check DB", "db repair DB",
		"db remove DB " + id, "db expire DB --older-than 1000d", "db clock DB", "db accept-loss DB",
	} {
		args := strings.Fields(strings.ReplaceAll(line, "DB", db))
		for _, file := range []string{"", other} {
			given := args
			if file != "" {
				given = append(given, "--key-file", file)
			}
			r := call(t, "", given...)
			assert.Equal(t, exitUsage, r.code, "%s: %s", line, r.err)
			assert.Contains(t, r.err, "made with", line)
			assert.NotContains(t, r.err, "sixteen", line)
		}
		if args[0] != "serve" && line != "db accept-loss DB" { // nothing was lost
			r := call(t, "", append(args, "--key-file", key)...)
			assert.Zero(t, r.code, "%s: %s", line, r.err)
		}
	}

	empty := write(t, dir, "empty", "\n")
	short := write(t, dir, "short", "fifteen letters\n")
	for _, file := range []string{empty, short} {
		r := call(t, "", "cluster", "--key-file", file, docs)
		assert.Equal(t, exitUsage, r.code, r.err)
		assert.Contains(t, r.err, "want")
		assert.NotContains(t, r.err, "fifteen")
	}
	r := call(t, "", "cluster", "--key-file", dir+"/none", docs)
	assert.Equal(t, exitError, r.code)
}
