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
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of the answers of the service, what these tests look at.
type (
	decided struct {
		ID, Decision, Of, Cluster string
		Size                      int
		Matches                   []struct {
			ID          string
			Containment float64
		}
	}
	placed struct{ ID, Title string }
	family struct {
		ID      string
		Size    int
		Members []struct{ ID string }
	}
	refused struct{ Line, Status int }
)

// A process is the service under test, and a client of it.
type process struct {
	*exec.Cmd
	client *http.Client
	url    string
	log    chan string // all that it wrote, when it has ended
}

// serve starts the service on a folder, and waits until it listens.
func serve(t *testing.T, dir string, more ...string) *process {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return began(t, exec.Command(self, append([]string{"serve", "--addr", "127.0.0.1:0", "--db", dir}, more...)...))
}

// began starts a command that is the service.
func began(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{
		Cmd: cmd,
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
	r.Header.Set("X-Request-Id", "test")
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

// fetch returns a JSON answer. It may be called from any goroutine.
func fetch[T any](t *testing.T, p *process, path string) (v T) {
	t.Helper()
	status, text, err := p.do("GET", path, "", nil)
	if assert.NoError(t, err) && assert.Equal(t, http.StatusOK, status, text) {
		assert.NoError(t, json.Unmarshal([]byte(text), &v))
	}
	return v
}

// add adds a document, and returns the decision. It may be called from any
// goroutine.
func add(t *testing.T, p *process, id, text string) (d decided) {
	t.Helper()
	status, answer, err := p.do("POST", "/documents", "application/json", bytes.NewReader(asJSON(id, text)))
	if assert.NoError(t, err) && assert.Equal(t, http.StatusOK, status, answer) {
		assert.NoError(t, json.Unmarshal([]byte(answer), &d))
	}
	return d
}

// asJSON returns a document as one line, without its end.
func asJSON(id, text string) []byte {
	out, err := json.Marshal(map[string]string{
		"id": id, "text": text, "title": "Title of " + id,
		"url": "https://" + strings.NewReplacer("/", "-", " ", "-").Replace(id) + ".example/" + url.PathEscape(id),
	})
	if err != nil {
		panic(err) // strings
	}
	return out
}
