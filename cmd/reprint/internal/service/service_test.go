package service

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// A caller calls a service.
type caller struct {
	client *http.Client
	url    string
}

// inProcess serves a store in memory from within the test.
func inProcess(t *testing.T, o store.Options, so Options) (p *caller, s *Service) {
	m := NewMetrics()
	o.Metrics = m
	if o.FS == nil {
		o.FS = vfs.NewMem()
	}
	opened, err := store.Open("store", o)
	require.NoError(t, err)
	t.Cleanup(func() { opened.Close() })
	s, err = New(t.Context(), opened, m, so)
	require.NoError(t, err)
	h := httptest.NewServer(s.Handler())
	t.Cleanup(h.Close)
	return &caller{client: h.Client(), url: h.URL}, s
}

// do sends a request, and returns the answer's status and body.
func (p *caller) do(method, path, contentType string, body io.Reader) (int, string, error) {
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
func get[T any](t *testing.T, p *caller, path string) (v T) {
	t.Helper()
	status, text, err := p.do("GET", path, "", nil)
	if assert.NoError(t, err) && assert.Equal(t, http.StatusOK, status, text) {
		assert.NoError(t, json.Unmarshal([]byte(text), &v))
	}
	return v
}

// post adds a document, and returns the decision. It may be called from any
// goroutine.
func post(t *testing.T, p *caller, id, text string) (d decision) {
	t.Helper()
	return postDocument(t, p, "/documents", asJSON(id, text))
}

func postDocument(t *testing.T, p *caller, path string, doc []byte) (d decision) {
	t.Helper()
	status, answer, err := p.do("POST", path, "application/json", bytes.NewReader(doc))
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

func TestStatuses(t *testing.T) {
	p, _ := inProcess(t, store.Options{Window: 24 * time.Hour, Events: 8}, Options{})
	long := strings.Repeat("x", 4<<20)
	post(t, p, "there", lighthouse)
	for _, c := range []struct {
		method, path, media, body string
		status                    int
		says                      string
	}{
		{"POST", "/documents", "application/json", `{"id":"a","text":"some words"}`, 200, `"decision":"new"`},
		{"POST", "/documents", "application/json; charset=utf-8", `{"id":"a","text":"","more":[1]}`, 200, `"cluster":"a"`},
		{"POST", "/documents", "application/json", `{"id":"a","text":`, 400, "want a JSON object"},
		{"POST", "/documents", "application/json", `{"id":"a","text":"x"} {}`, 400, "after top-level value"},
		{"POST", "/documents", "application/json", `{"id":"a","text":"x","published":"today"}`, 400, "today"},
		{"POST", "/documents", "application/json", `{"id":"","text":"x"}`, 400, `no \"id\"`},
		{"POST", "/documents", "application/json", `{"id":"a"}`, 400, `no \"text\"`},
		{"POST", "/documents", "application/json", `{"id":"` + strings.Repeat("x", 1<<16) + `","text":""}`, 400, "65536"},
		{"POST", "/documents", "application/json", `{"id":"a","text":"` + long + `"}`, 413, "4194304"},
		{"POST", "/documents", "application/json", `{"id":"a","text":"x","published":"2031-03-01T12:00:00Z"}`, 200, `"decision":"new"`},
		{"POST", "/documents", "application/json", `{"id":"b","text":"x","published":"2001-03-01T12:00:00Z"}`, 422, "older than the window"},
		{"POST", "/documents", "text/plain", `{"id":"a","text":"x"}`, 415, "want application/json"},
		{"POST", "/documents", "", `{"id":"a","text":"x"}`, 415, "want application/json"},
		{"PUT", "/documents", "application/json", `{}`, 405, "want POST"},
		{"GET", "/documents/none", "", "", 404, "none"},
		{"DELETE", "/documents/none", "", "", 404, "none"},
		{"GET", "/clusters/none", "", "", 404, "none"},
		{"GET", "/", "", "", 404, "not found"},
		{"GET", "/documents/a/b", "", "", 404, "not found"},
		{"GET", "/events?from=-1", "", "", 400, "want a position"},
		{"GET", "/events?follow=yes", "", "", 400, "want 0 or 1"},
		{"GET", "/events?from=100", "", "", 200, ""},
		{"GET", "/healthz", "", "", 200, `"status":"ok"`},
	} {
		status, text, err := p.do(c.method, c.path, c.media, strings.NewReader(c.body))
		require.NoError(t, err, c)
		require.Equal(t, c.status, status, "%s %s: %s", c.method, c.path, text)
		require.Contains(t, text, c.says)
		if status >= 400 {
			var r refusal
			require.NoError(t, json.Unmarshal([]byte(text), &r), text)
			require.Equal(t, status, r.Status)
			require.NotEmpty(t, r.Error)
		}
	}
	for n := range 20 {
		post(t, p, "there", article(n))
	}
	status, text, err := p.do("GET", "/events?from=1", "", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusGone, status, text)
}

// An id may be an address.
func TestIDsInPaths(t *testing.T) {
	p, _ := inProcess(t, store.Options{}, Options{})
	for _, id := range []string{"https://news.example/a//b?c=d#e", "..", "ö 100 %", "a/../b", "<&>"} {
		path := url.PathEscape(id)
		if id == ".." {
			path = "%2E%2E"
		}
		d := post(t, p, id, article(1))
		require.Equal(t, id, d.ID)
		require.Equal(t, id, get[place](t, p, "/documents/"+path).ID)
		require.Equal(t, id, get[cluster](t, p, "/clusters/"+path).ID)
		status, text, err := p.do("DELETE", "/documents/"+path, "", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusNoContent, status, text)
		require.Empty(t, text)
	}
}

// Each line of a stream is answered before the next one is sent, and a bad one
// does not end it.
func TestStreamAnswersAtOnce(t *testing.T) {
	p, _ := inProcess(t, store.Options{}, Options{})
	body, in := io.Pipe()
	r, err := http.NewRequest("POST", p.url+"/documents", body)
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-ndjson")
	send := func(line []byte) {
		_, err := in.Write(line)
		require.NoError(t, err)
	}
	go in.Write(append(asJSON("first", lighthouse), '\n')) // there is no answer to read from before it
	answer, err := p.client.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "application/x-ndjson", answer.Header.Get("Content-Type"))
	out := bufio.NewScanner(answer.Body)
	next := func() (d decision, r refusal) {
		require.True(t, out.Scan(), "%v", out.Err())
		require.NoError(t, json.Unmarshal(out.Bytes(), &d))
		require.NoError(t, json.Unmarshal(out.Bytes(), &r))
		return d, r
	}
	d, _ := next()
	require.Equal(t, decision{ID: "first", Decision: "new", Cluster: "first", Size: 1}, d)

	send(append(asJSON("second", edited(lighthouse)), "\n\n"...))
	d, _ = next()
	require.Equal(t, "copy", d.Decision)
	require.Equal(t, "first", d.Of)

	for line, want := range map[string]int{
		"{\n": 400, `{"id":""}` + "\n": 400,
		string(asJSON("long", strings.Repeat("x", 4<<20))) + "\n": 413,
	} {
		send([]byte(line))
		_, r := next()
		require.Equal(t, want, r.Status)
		require.NotZero(t, r.Line)
		require.NotEmpty(t, r.Error)
	}

	send(asJSON("last", orchard)) // and no end of line
	require.NoError(t, in.Close())
	d, _ = next()
	require.Equal(t, "last", d.ID)
	require.False(t, out.Scan())
	require.NoError(t, out.Err())
}

func TestReadLine(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                  nil,
		"\n":                                {"\n"},
		"a\nbc":                             {"a\n", "bc"},
		strings.Repeat("x", 99):             {strings.Repeat("x", 99)},
		strings.Repeat("x", 101):            {"large"},
		strings.Repeat("x", 5000) + "\ny\n": {"large", "y\n"},
		"a\n" + strings.Repeat("x", 99) + "\nb\n":             {"a\n", strings.Repeat("x", 99) + "\n", "b\n"},
		strings.Repeat(strings.Repeat("x", 100)+"\n", 2) + "": {"large", "large"},
	} {
		r := bufio.NewReaderSize(strings.NewReader(text), 16)
		var got []string
		for {
			line, err := readLine(r, 100, func(int) error { return nil })
			if err == io.EOF {
				break
			}
			if errors.Is(err, errLarge) {
				line = []byte("large")
			} else {
				require.NoError(t, err)
			}
			got = append(got, string(line))
		}
		require.Equal(t, want, got)
	}
}

// A disk that fails is told: to whoever adds, alone or in a stream, and by healthz.
// What was there can be read.
func TestDiskFails(t *testing.T) {
	var full atomic.Bool
	errFull := errors.New("no space left on this disk")
	disk := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if full.Load() && op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			return errFull
		}
		return nil
	}))
	p, s := inProcess(t, store.Options{FS: disk}, Options{})
	post(t, p, "before", lighthouse)
	full.Store(true)
	for range 2 { // the first one finds out, the second is refused at once
		for _, media := range []string{"application/json", "application/x-ndjson"} {
			status, text, err := p.do("POST", "/documents", media, bytes.NewReader(asJSON("after", orchard)))
			require.NoError(t, err)
			require.Equal(t, http.StatusServiceUnavailable, status, text)
			require.Contains(t, text, errFull.Error())
		}
	}
	status, _, err := p.do("GET", "/healthz", "", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "before", get[place](t, p, "/documents/before").ID)
	require.ErrorIs(t, s.store.Close(), store.ErrFailed)
}

func TestClosedStore(t *testing.T) {
	p, s := inProcess(t, store.Options{}, Options{})
	require.NoError(t, s.store.Close())
	for _, path := range []string{"/documents/a", "/clusters/a", "/events", "/events?follow=1"} {
		status, text, err := p.do("GET", path, "", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusServiceUnavailable, status, path+text)
	}
	status, text, err := p.do("POST", "/documents", "application/json", strings.NewReader(`{"id":"a","text":""}`))
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, status, text)
	status, _, err = p.do("GET", "/metrics", "", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
}

// A stream that waits for its next line ends when the program is to end, and says
// from where on to send again.
func TestStreamEndsWithTheProgram(t *testing.T) {
	p, s := inProcess(t, store.Options{}, Options{})
	closing, end := context.WithCancel(t.Context())
	s.closing = closing
	body, in := io.Pipe()
	defer in.Close()
	r, err := http.NewRequest("POST", p.url+"/documents", body)
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-ndjson")
	go in.Write(append(asJSON("first", lighthouse), '\n'))
	answer, err := p.client.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	out := bufio.NewScanner(answer.Body)
	require.True(t, out.Scan())
	end()
	require.True(t, out.Scan())
	var last refusal
	require.NoError(t, json.Unmarshal(out.Bytes(), &last))
	require.Equal(t, 2, last.Line)
	require.Equal(t, http.StatusServiceUnavailable, last.Status)
	require.False(t, out.Scan())

	status, _, err := p.do("GET", "/healthz", "", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, status)
}
