package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Others than this machine need a token, or must be let in by a flag.
func TestServeWrongly(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "db")
	empty := write(t, dir, "empty", "\n# nothing\n")
	short := write(t, dir, "short", "abc\n")
	for line, says := range map[string]string{
		"":                             "want --db DIR",
		"--db X more":                  "more",
		"--db X --addr :0":             "--token-file",
		"--db X --addr 0.0.0.0:0":      "--without-token",
		"--db X --addr news.example:0": "--token-file",
		"--db X --addr nowhere":        "--addr",
		"--db X --token-file EMPTY":    "has no token",
		"--db X --token-file SHORT":    "openssl rand",
		"--db X --max-document 4XB":    "number of bytes",
		"--db X --max-document 0":      "number of bytes",
		"--db X --max-inflight 1KiB":   "fewer than",
		"--db X --log loud":            "want debug",
		"--db X --cache 0":             "--cache",
		"--db X --format csv":          "serve prints none",
		"--db X --timeout -1s":         "negative",
		"--db X --expire-by arrival":   "--expire",
		"--db X --preset none":         "none",
		"--db X --max-requests many":   "many",
	} {
		line = strings.NewReplacer("X", db, "EMPTY", empty, "SHORT", short).Replace(line)
		r := call(t, "", append([]string{"serve"}, strings.Fields(line)...)...)
		assert.Equal(t, exitUsage, r.code, line+r.err)
		assert.Contains(t, r.err, says, line)
	}
	for line, says := range map[string]string{
		"--db X --token-file " + dir + "/none": "none",
		"--db X --corpus " + dir + "/none":     "none",
		"--db X --addr 127.0.0.1:99999":        "99999",
	} {
		r := call(t, "", append([]string{"serve"}, strings.Fields(strings.ReplaceAll(line, "X", db))...)...)
		assert.Equal(t, exitError, r.code, line+r.err)
		assert.Contains(t, r.err, says, line)
	}
}

func TestByteSize(t *testing.T) {
	var b byteSize
	for text, want := range map[string]string{"1": "1", "1024": "1KiB", "3MiB": "3MiB", "2 GiB": "2GiB", "1500KiB": "1500KiB"} {
		require.NoError(t, b.Set(text))
		require.Equal(t, want, b.String())
	}
	for _, text := range []string{"", "-1", "0", "1.5MiB", "9999999999GiB", "MiB"} {
		require.Error(t, b.Set(text), text)
	}
}

// The client in Python is what its generator makes of the description, and every call of
// it works with a service.
func TestPythonClient(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	if exec.Command(python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))").Run() != nil {
		t.Skip("python3 is older than 3.11")
	}
	const folder = "../../examples/python"
	made, err := exec.Command(python, "-B", folder+"/generate.py", "-").Output()
	require.NoError(t, err)
	kept, err := os.ReadFile(folder + "/reprint_client.py")
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(kept), "\r\n", "\n"), strings.ReplaceAll(string(made), "\r\n", "\n"), "run python3 generate.py")

	dir := t.TempDir()
	const token = "0123456789abcdef01234567"
	p := serve(t, filepath.Join(dir, "db"), "--token-file", write(t, dir, "tokens", token+"\n"))
	out, err := exec.Command(python, "-B", folder+"/example.py", p.url, token).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, `status ok
agency/1 new
paper-0 copy of agency/1
paper-1 copy of paper-0
paper-2 copy of paper-0
paper-3 copy of paper-0
paper-4 copy of paper-0
line 6 400
draft copy 6
query_many ['copy', 'new']
Ferry aground 6 True
members ['agency/1', 'paper-0', 'paper-1', 'paper-2', 'paper-3', 'paper-4']
clusters [('agency/1', 6)]
origin agency/1
events ['added', 'removed']
gone 404
paths 11 True
`, strings.ReplaceAll(string(out), "\r\n", "\n"))
	out, err = exec.Command(python, "-B", folder+"/example.py", p.url, "another").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "401: no valid token")
}
