package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

const promptly = 5 * time.Second

// Interrupted while it waits for more, the command returns, and has written
// nothing.
func TestInterruptWhileWaitingForInput(t *testing.T) {
	for _, args := range [][]string{
		{"cluster", "-"},
		{"cluster", "--skip-bad", "-"},
		{"pairs", "--threads", "3", "-"},
		{"eval", "--labels", labels, "-"},
		{"eval", "--labels", "-", articles},
		{"explain", "a", "b", "-"},
		{"compare", "-", articles + "/empty.txt"},
		{"compare", "--pairs", "-"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r, w := io.Pipe()
			defer w.Close()
			var out, stderr bytes.Buffer
			code := make(chan int)
			go func() { code <- run(ctx, args, r, &out, &stderr) }()
			pair := `{"id":"x","cluster":"x","text":"words","a":{"text":"x"},"b":{"text":"y"}}` + "\n"
			_, err := io.WriteString(w, pair) // returns when it is read
			require.NoError(t, err)
			cancel()
			select {
			case c := <-code:
				assert.Equal(t, exitInterrupted, c)
				assert.Equal(t, "reprint: interrupted\n", stderr.String())
				assert.Empty(t, out.String())
			case <-time.After(promptly):
				t.Fatal("still waiting")
			}
		})
	}
}

// Interrupted while it writes, the command leaves whole lines.
func TestInterruptWhileWriting(t *testing.T) {
	in := collection(t, 7, 600)
	var docs []map[string]any
	for _, l := range parsed[lines.Cluster](t, in) {
		docs = append(docs, map[string]any{"id": l.ID + strings.Repeat("é", 200), "text": "words"})
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, stderr bytes.Buffer
	w := writerFunc(func(p []byte) (int, error) {
		cancel()
		return out.Write(p)
	})
	assert.Equal(t, exitInterrupted, run(ctx, []string{"cluster", "-"}, strings.NewReader(jsonl(t, docs...)), w, &stderr))
	assert.Equal(t, "reprint: interrupted\n", stderr.String())
	placed := parsed[lines.Cluster](t, out.String())
	assert.NotEmpty(t, placed)
	assert.Less(t, len(placed), len(docs))
	assert.True(t, strings.HasSuffix(out.String(), "\n"))
}

func TestInterruptibleReadsAll(t *testing.T) {
	want := prose(newRand(1), 60000)
	for _, r := range []io.Reader{strings.NewReader(want), &dribble{s: want}} {
		got, err := io.ReadAll(&interruptible{ctx: t.Context(), r: r})
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	got, err := io.ReadAll(&interruptible{ctx: t.Context(), r: io.MultiReader(strings.NewReader("some"), spaceless{})})
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, "some", string(got))
}

func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	in := collection(t, 8, 30)
	dir := t.TempDir()
	for _, c := range []struct {
		stdin, last string
		code        int
	}{
		{in, "-", exitDone},
		{in + "bad", "-", exitError},
		{"", write(t, dir, "c.jsonl.zst", zstandard(t, in)), exitDone},
		{"", write(t, dir, "bad.jsonl.zst", zstandard(t, "bad\n"+in)), exitError},
		{"", write(t, dir, "c.jsonl.gz", gzipped(t, in)), exitDone},
	} {
		require.Equal(t, c.code, call(t, c.stdin, "cluster", c.last).code)
	}
	for end := time.Now().Add(promptly); runtime.NumGoroutine() > before && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}

// dribble gives a little at a time, and its last bytes with the end.
type dribble struct {
	s string
	n int
}

func (d *dribble) Read(p []byte) (int, error) {
	d.n++
	n := copy(p[:min(len(p), d.n%7*100)], d.s)
	if d.s = d.s[n:]; d.s == "" {
		return n, io.EOF
	}
	return n, nil
}

type spaceless struct{}

func (spaceless) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// start starts the command as a process.
func start(t *testing.T, args ...string) (cmd *exec.Cmd, stdin io.WriteCloser, stdout, stderr *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd = exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), runMain+"=1")
	stdin, err = cmd.StdinPipe()
	require.NoError(t, err)
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdin, stdout, stderr
}

func TestSignalEndsTheProcess(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals cannot be sent there")
	}
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd, stdin, stdout, stderr := start(t, "cluster", "-")
		require.NoError(t, cmd.Start())
		for range 2 { // more than a pipe holds, so that it is being read
			_, err := io.WriteString(stdin, strings.Repeat(" ", 1<<16)+"\n")
			require.NoError(t, err)
		}
		begin := time.Now()
		require.NoError(t, cmd.Process.Signal(signal))
		time.AfterFunc(promptly, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		assert.Equal(t, exitInterrupted, exit.ExitCode(), "after %v", time.Since(begin))
		assert.Less(t, time.Since(begin), promptly)
		assert.Equal(t, "reprint: interrupted\n", stderr.String())
		assert.Empty(t, stdout.String())
	}
}

func TestProcess(t *testing.T) {
	cmd, stdin, stdout, stderr := start(t, "cluster", "-")
	require.NoError(t, stdin.Close())
	require.NoError(t, cmd.Run())
	assert.Empty(t, stdout.String()+stderr.String())

	cmd, _, _, stderr = start(t, "cluster")
	err := cmd.Run()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, exitUsage, exit.ExitCode())
	assert.Contains(t, stderr.String(), "INPUT")
}

func TestFullAndClosedOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	closed, err := os.Create(t.TempDir() + "/closed")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	for _, w := range []*os.File{full, closed} {
		var stderr bytes.Buffer
		assert.Equal(t, exitError, run(t.Context(), []string{"cluster", articles}, strings.NewReader(""), w, &stderr))
		assert.Contains(t, stderr.String(), "reprint: write ")
	}
}
