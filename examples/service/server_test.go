package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// inProcess serves a store in memory from within the test.
func inProcess(t *testing.T, o store.Options) (p *process, s *server) {
	vars, prom := newExpvarMetrics(), newPrometheusMetrics()
	o.Metrics = metrics{vars, prom}
	if o.FS == nil {
		o.FS = vfs.NewMem()
	}
	opened, err := store.Open("store", o)
	require.NoError(t, err)
	t.Cleanup(func() { opened.Close() })
	s = &server{
		store: opened, log: slog.New(slog.DiscardHandler), closing: t.Context(),
		vars: http.NotFoundHandler(), metrics: prom.handler(),
	}
	h := httptest.NewServer(s.handler())
	t.Cleanup(h.Close)
	return &process{client: h.Client(), url: h.URL}, s
}

func TestStatuses(t *testing.T) {
	p, _ := inProcess(t, store.Options{Window: 24 * time.Hour, Events: 8})
	long := strings.Repeat("x", largestDocument)
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
	p, _ := inProcess(t, store.Options{})
	for _, id := range []string{"https://news.example/a//b?c=d#e", "..", "ö 100 %", "a/../b", "<&>"} {
		path := url.PathEscape(id)
		if id == ".." {
			path = "%2E%2E"
		}
		d := post(t, p, id, article(1))
		require.Equal(t, id, d.ID)
		require.Equal(t, id, get[known](t, p, "/documents/"+path).ID)
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
	p, _ := inProcess(t, store.Options{})
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
		string(asJSON("long", strings.Repeat("x", largestDocument))) + "\n": 413,
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
			line, err := readLine(r, 100)
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
	p, s := inProcess(t, store.Options{FS: disk})
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
	require.Equal(t, "before", get[known](t, p, "/documents/before").ID)
	require.ErrorIs(t, s.store.Close(), store.ErrFailed)
}

func TestClosedStore(t *testing.T) {
	p, s := inProcess(t, store.Options{})
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
	p, s := inProcess(t, store.Options{})
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

func TestSettings(t *testing.T) {
	var said bytes.Buffer
	addr, dir, o, err := settings(strings.Fields("-addr :0 -db x -window 36h -cache 3 -texts=false"), &said)
	require.NoError(t, err)
	require.Equal(t, ":0", addr)
	require.Equal(t, "x", dir)
	require.Equal(t, 36*time.Hour, o.Window)
	require.EqualValues(t, 3<<20, o.Cache)
	require.Equal(t, store.DropTexts, o.Texts)
	require.Equal(t, reprint.Options{}, o.Detector)
	require.Empty(t, said.String())
	for _, args := range []string{"-window -1h", "-cache 0", "-cache x", "more", "-none"} {
		said.Reset()
		require.Equal(t, exitUsage, run(t.Context(), strings.Fields(args), &said), args)
		require.Contains(t, said.String(), "-addr", args)
	}
	require.Equal(t, exitDone, run(t.Context(), []string{"-h"}, &said))
}

func TestCannotStart(t *testing.T) {
	var said bytes.Buffer
	require.Equal(t, exitError, run(t.Context(), []string{"-db", t.TempDir(), "-addr", "nowhere"}, &said))
	require.Contains(t, said.String(), "nowhere")
}
