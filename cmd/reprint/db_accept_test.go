package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is gone is said by all commands, and accepted by one.
func TestDBAcceptLoss(t *testing.T) {
	dir, _ := filled(t, good)
	r := call(t, "", "db", "accept-loss", dir)
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.err, "nothing is missing")

	must(t, `{"id":"late","text":"one text more, that comes in a second run"}`, "cluster", "--db", dir, "-")
	before := position(t, dir)
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	require.NoError(t, err)
	require.NotEmpty(t, logs)
	require.NoError(t, os.Rename(logs[len(logs)-1], filepath.Join(t.TempDir(), "log")))
	for _, args := range [][]string{{"db", "stats", dir}, {"db", "remove", dir, "a"}, {"cluster", "--db", dir, "-"}} {
		r := call(t, "", args...)
		assert.Equal(t, exitError, r.code, "%v", args)
		assert.Contains(t, r.err, "what was acknowledged is gone", "%v", args)
		assert.Contains(t, r.err, "reprint db accept-loss "+dir, "%v", args)
	}
	r = call(t, "", "db", "check", dir)
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.out, "are gone")

	r = call(t, "", "db", "accept-loss", dir)
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.err, "accepted: store: what was acknowledged is gone")
	assert.NotContains(t, must(t, "", "db", "list", dir), "late")
	assert.Greater(t, position(t, dir), before)
	must(t, "", "db", "check", dir)
}
