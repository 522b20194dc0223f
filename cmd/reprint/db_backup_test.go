package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

// besideWriter is what a command says that reads a copy.
func besideWriter(position uint64) string {
	return fmt.Sprintf("reprint: the store is open elsewhere: reading it as of position %d\n", position)
}

// left returns the names beside the folder of a store.
func left(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Beside one who writes, commands that look answer what they answer once he is gone.
func TestReadersBesideWriter(t *testing.T) {
	dir, _ := filled(t, collection(t, 31, 60))
	ids := parsed[lines.Cluster](t, must(t, "", "db", "list", dir))
	draft := write(t, t.TempDir(), "draft.txt", must(t, "", "db", "text", dir, ids[3].ID))
	page := filepath.Join(t.TempDir(), "page.html")
	commands := [][]string{
		{"db", "list", dir}, {"db", "list", dir, ids[0].ID}, {"db", "events", dir}, {"db", "text", dir, ids[1].ID},
		{"db", "expire", dir, "--older-than", "1d", "--dry-run"}, {"db", "check", dir},
		{"query", "--db", dir, draft}, {"explain", "--db", dir, ids[0].ID, ids[1].ID},
		{"outlets", "--db", dir}, {"report", "--db", dir, "-o", page},
	}
	var want []result
	for _, c := range commands {
		want = append(want, call(t, "", c...))
		require.Equal(t, exitDone, want[len(want)-1].code, "%v: %s", c, want[len(want)-1].err)
	}
	last := position(t, dir)
	s, err := store.Open(dir, store.Options{})
	require.NoError(t, err)
	defer s.Close()
	for i, c := range commands {
		r := call(t, "", c...)
		said, rest, _ := strings.Cut(r.err, "\n")
		assert.Equal(t, besideWriter(last), said+"\n", "%v", c)
		assert.Equal(t, want[i], result{r.code, r.out, rest}, "%v", c)
	}
	assert.Equal(t, []string{"db"}, left(t, dir))
	_, _, err = s.Remove(t.Context(), ids[0].ID)
	require.NoError(t, err)
	assert.Contains(t, call(t, "", "db", "stats", dir).err, besideWriter(last+1))

	for _, c := range [][]string{{"db", "remove", dir, ids[0].ID}, {"db", "repair", dir}, {"cluster", "--db", dir, draft}} {
		r := call(t, "", c...)
		assert.Equal(t, exitError, r.code)
		assert.Contains(t, r.err, "open in another process")
	}
}

func TestDBBackup(t *testing.T) {
	dir, _ := filled(t, collection(t, 32, 60))
	want, last := must(t, "", "db", "list", dir), position(t, dir)
	s, err := store.Open(dir, store.Options{})
	require.NoError(t, err)
	out := filepath.Join(filepath.Dir(dir), "backups", "monday")
	r := call(t, "", "db", "backup", dir, out)
	require.Equal(t, result{exitDone, "", "reprint: " + out + " is " + dir + " as of position " + fmt.Sprint(last) + "\n"}, r)
	require.NoError(t, s.Close())
	assert.Equal(t, want, must(t, "", "db", "list", out))
	must(t, "", "db", "check", out)
	must(t, collection(t, 33, 10), "cluster", "--db", out, "-")
	assert.Equal(t, want, must(t, "", "db", "list", dir))

	for _, bad := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{dir, out}, exitUsage, "name a folder that is not there"},
		{[]string{dir}, exitUsage, "one for the copy"},
		{[]string{out + "none", out + "x"}, exitError, "not a store"},
	} {
		r := call(t, "", append([]string{"db", "backup"}, bad.args...)...)
		assert.Equal(t, bad.code, r.code)
		assert.Contains(t, r.err, bad.says)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, exitInterrupted, run(ctx, []string{"db", "backup", dir, out + "x"}, strings.NewReader(""), new(strings.Builder), new(strings.Builder)))
	assert.Equal(t, []string{"monday"}, left(t, out))
	assert.Equal(t, []string{"backups", "db"}, left(t, dir))
}

// A reader that is interrupted deletes its copy. One that is killed cannot; the next does.
func TestReaderBesideWriterEnds(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals cannot be sent there")
	}
	dir, _ := filled(t, collection(t, 34, 60))
	last := position(t, dir)
	s, err := store.Open(dir, store.Options{})
	require.NoError(t, err)
	defer s.Close()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, os.Kill} {
		cmd, _, _, _ := start(t, "query", "--db", dir, "-")
		cmd.Stderr = nil
		stderr, err := cmd.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		said, err := bufio.NewReader(stderr).ReadString('\n') // it waits for a document now
		require.NoError(t, err)
		require.Equal(t, besideWriter(last), said)
		require.Len(t, left(t, dir), 2)
		must(t, "", "db", "list", dir)
		require.Len(t, left(t, dir), 2, "the copy is in use")
		require.NoError(t, cmd.Process.Signal(signal))
		require.Error(t, cmd.Wait())
		if signal != os.Kill {
			assert.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode())
			require.Len(t, left(t, dir), 1)
		}
	}
	require.Len(t, left(t, dir), 2)
	must(t, "", "db", "list", dir)
	require.Equal(t, []string{"db"}, left(t, dir))
}
