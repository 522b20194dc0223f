package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

// A document of a live feed is on disk, and its line printed, while the feed goes
// on; SIGTERM ends it, and closes the folder.
func TestDBLiveFeed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals cannot be sent there")
	}
	dir := filepath.Join(t.TempDir(), "db")
	cmd, stdin, _, stderr := start(t, "cluster", "--db", dir, "-")
	cmd.Stdout = nil
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(stdout); s.Scan(); {
			lines <- s.Text()
		}
	}()
	next := func() string {
		select {
		case l := <-lines:
			return l
		case <-time.After(promptly):
			t.Fatal("no line comes")
			return ""
		}
	}
	for i := range 4 {
		begin := time.Now()
		_, err := fmt.Fprintf(stdin, `{"id":"%d","text":"The night ferry ran onto a sandbank off the point on Sunday"}`+"\n", i)
		require.NoError(t, err)
		want := fmt.Sprintf(`{"id":"%d","cluster":"0","size":%d`, i, i+1)
		assert.True(t, strings.HasPrefix(next(), want), want)
		t.Log("after", time.Since(begin))
	}
	r := call(t, "", "db", "list", dir)
	assert.Equal(t, exitDone, r.code)
	assert.Equal(t, "reprint: the store is open elsewhere: reading it as of position 4\n", r.err)
	assert.Len(t, sorted(r.out), 4)
	r = call(t, "", "db", "remove", dir, "1")
	assert.Equal(t, exitError, r.code)
	assert.Contains(t, r.err, "open in another process")

	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	for range lines {
	}
	assert.Error(t, cmd.Wait())
	assert.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode())
	assert.Equal(t, "reprint: interrupted\n", stderr.String())
	assert.Len(t, sorted(must(t, "", "db", "list", dir)), 4)
}

// Interrupted, the command adds the batch that it has begun, prints it, and stops.
func TestDBInterrupt(t *testing.T) {
	path := write(t, t.TempDir(), "c.jsonl", numbered(0, 3*fullBatch, "some words of a text"))
	dir := filepath.Join(t.TempDir(), "db")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, stderr bytes.Buffer
	w := writerFunc(func(p []byte) (int, error) {
		cancel()
		return out.Write(p)
	})
	assert.Equal(t, exitInterrupted, run(ctx, []string{"cluster", "--db", dir, path}, strings.NewReader(""), w, &stderr))
	assert.Equal(t, "reprint: interrupted\n", stderr.String())
	n := strings.Count(out.String(), "\n")
	assert.GreaterOrEqual(t, n, fullBatch)
	assert.Less(t, n, 3*fullBatch)
	assert.Len(t, sorted(must(t, "", "db", "list", dir)), n)
	must(t, "", "cluster", "--db", dir, path)
	assert.Len(t, sorted(must(t, "", "db", "list", dir)), 3*fullBatch)
}

// Killed in the middle, the command has on disk what it has printed; run again, it
// ends where it would have undisturbed.
func TestDBKilled(t *testing.T) {
	var docs []map[string]any
	for i := range 2*fullBatch + fullBatch/2 { // of each text three, some of them far apart
		text := prose(newRand(uint64(i%(fullBatch*5/6))), 30)
		docs = append(docs, map[string]any{"id": fmt.Sprint(i * 7919 % 10007), "text": text})
	}
	path := write(t, t.TempDir(), "c.jsonl", jsonl(t, docs...))
	undisturbed := filepath.Join(t.TempDir(), "db")
	must(t, "", "cluster", "--db", undisturbed, path)
	want := must(t, "", "db", "list", undisturbed)
	require.Contains(t, want, `"size":3`)

	dir := filepath.Join(t.TempDir(), "db")
	for i := range 2 {
		cmd, _, _, _ := start(t, "cluster", "--db", dir, path)
		cmd.Stdout = nil
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		r := bufio.NewReader(stdout)
		first, err := r.ReadString('\n') // of each run another batch more
		for range i * fullBatch {
			_, err = r.ReadString('\n')
		}
		require.NoError(t, err)
		require.NoError(t, cmd.Process.Kill())
		rest, _ := io.ReadAll(r)
		cmd.Wait()
		there := map[string]bool{}
		for _, l := range parsed[lines.Cluster](t, must(t, "", "db", "list", dir)) {
			there[l.ID] = true
		}
		assert.GreaterOrEqual(t, len(there), (i+1)*fullBatch)
		whole := string(rest[:bytes.LastIndexByte(rest, '\n')+1])
		for _, l := range parsed[lines.Cluster](t, first+whole) {
			assert.True(t, there[l.ID], "%s was printed, and is not there", l.ID)
		}
	}
	must(t, "", "cluster", "--db", dir, path)
	assert.Equal(t, want, must(t, "", "db", "list", dir))
	assert.Empty(t, must(t, "", "db", "check", dir))
}
