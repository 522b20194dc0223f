package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runMain in the environment makes the test binary the program itself.
const runMain = "REPRINT_TEST_RUN_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(runMain) != "" {
		main()
	}
	os.Exit(m.Run())
}

// A process is the program under test, and a client of it.
type process struct {
	*exec.Cmd
	client *http.Client
	url    string
	log    chan string // all that it wrote, when it has ended
}

// start starts the program on a folder, and waits until it listens.
func start(t *testing.T, dir string, more ...string) *process {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &process{
		Cmd: exec.Command(self, append([]string{"-addr", "127.0.0.1:0", "-db", dir}, more...)...),
		log: make(chan string, 1),
		// Timeouts, here and below, only end a test that hangs.
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: time.Minute},
	}
	p.Env = append(os.Environ(), runMain+"=1")
	stderr, err := p.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		_ = p.Process.Kill() // an error, if it was waited for
	})
	var log strings.Builder
	lines := bufio.NewScanner(io.TeeReader(stderr, &log))
	for p.url == "" && lines.Scan() {
		var line struct{ Msg, Addr string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			p.url = "http://" + line.Addr
		}
	}
	require.NotEmpty(t, p.url, "it does not listen, and says: %s", &log)
	go func() {
		for lines.Scan() {
		}
		p.log <- log.String()
	}()
	return p
}

// ended waits for the end of the process, and returns its exit code and log.
func (p *process) ended() (code int, log string) {
	log = <-p.log // before Wait, which closes the pipe
	_ = p.Wait()
	return p.ProcessState.ExitCode(), log
}

// do sends a request, and returns the answer's status and body.
func (p *process) do(method, path, contentType string, body io.Reader) (int, string, error) {
	r, err := http.NewRequest(method, p.url+path, body)
	if err != nil {
		return 0, "", err
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

// get returns a JSON answer. It may be called from any goroutine.
func get[T any](t *testing.T, p *process, path string) (v T) {
	t.Helper()
	status, text, err := p.do("GET", path, "", nil)
	if assert.NoError(t, err) && assert.Equal(t, http.StatusOK, status, text) {
		assert.NoError(t, json.Unmarshal([]byte(text), &v))
	}
	return v
}

// post adds a document, and returns the decision. It may be called from any
// goroutine.
func post(t *testing.T, p *process, id, text string) (d decision) {
	t.Helper()
	status, answer, err := p.do("POST", "/documents", "application/json", bytes.NewReader(asJSON(id, text)))
	if assert.NoError(t, err) && assert.Equal(t, http.StatusOK, status, answer) {
		assert.NoError(t, json.Unmarshal([]byte(answer), &d))
	}
	return d
}

// asJSON returns a document as one line, without its end.
func asJSON(id, text string) []byte {
	out, err := json.Marshal(document{ID: id, Text: &text, Title: "Title of " + id, URL: "https://" + strings.NewReplacer("/", "-", " ", "-").Replace(id) + ".example/" + url.PathEscape(id)})
	if err != nil {
		panic(err) // strings and a time
	}
	return out
}

// lines parses lines of JSON.
func lines[T any](t *testing.T, text string) (all []T) {
	t.Helper()
	for line := range strings.Lines(text) {
		var v T
		require.NoError(t, json.Unmarshal([]byte(line), &v), line)
		all = append(all, v)
	}
	return all
}

// numbered is the id of a document of the load.
func numbered(n int) string { return "load-" + strconv.Itoa(n) }
