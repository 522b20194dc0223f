package service

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// ask sends a request with headers, and returns the answer and its body.
func ask(t *testing.T, p *caller, method, path string, body io.Reader, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, p.url+path, body)
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answer, err := p.client.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(text)
}

// A page in a browser that made its name point here is refused, as its requests have
// that name.
func TestHosts(t *testing.T) {
	p, s := inProcess(t, store.Options{}, Options{Hosts: []string{"News.example"}})
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "localhost:1": 200, "LOCALHOST": 200, "localhost.": 200,
		"news.example": 200, "news.EXAMPLE:443": 200, "10.0.0.9": 200,
		"evil.example": 421, "evil.example:8080": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "other.news.example": 421,
	} {
		answer, text := ask(t, p, "GET", "/healthz", nil, "Host", host)
		assert.Equal(t, want, answer.StatusCode, host+text)
	}
	s.guard.hosts["*"] = true
	answer, _ := ask(t, p, "GET", "/healthz", nil, "Host", "evil.example")
	require.Equal(t, 200, answer.StatusCode)
}

// Pages of other sites cannot change anything; programs, which say nothing of sites, can.
func TestPagesOfOtherSites(t *testing.T) {
	p, _ := inProcess(t, store.Options{}, Options{})
	doc := string(asJSON("a", lighthouse))
	for _, c := range []struct {
		header, value string
		want          int
	}{
		{"Sec-Fetch-Site", "cross-site", 403}, {"Sec-Fetch-Site", "same-site", 403}, {"Origin", "https://evil.example", 403}, {"Origin", "null", 403},
		{"Sec-Fetch-Site", "same-origin", 200}, {"Sec-Fetch-Site", "none", 200}, {"Origin", p.url, 200}, {"X-Other", "x", 200},
	} {
		answer, text := ask(t, p, "POST", "/documents", strings.NewReader(doc), "Content-Type", "application/json", c.header, c.value)
		assert.Equal(t, c.want, answer.StatusCode, c.header+c.value+text)
		assert.Empty(t, answer.Header.Get("Access-Control-Allow-Origin"))
	}
}

func TestTokens(t *testing.T) {
	second := strings.Repeat("z", 40)
	p, s := inProcess(t, store.Options{}, Options{Tokens: []string{testToken, second}})
	for given, want := range map[string]int{
		"": 401, "Bearer": 401, "Bearer ": 401, "Bearer x": 401, "Bearer " + testToken[1:]: 401, "Bearer " + testToken + "0": 401,
		"Basic " + testToken: 401, testToken: 401,
		"Bearer " + testToken: 200, "bearer " + testToken: 200, "Bearer " + second: 200,
	} {
		answer, text := ask(t, p, "GET", "/metrics", nil, "Authorization", given)
		require.Equal(t, want, answer.StatusCode, given)
		if want == 401 {
			require.Equal(t, "Bearer", answer.Header.Get("WWW-Authenticate"))
			require.NotContains(t, text, testToken)
		}
	}
	for _, r := range s.routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		answer, _ := ask(t, p, method, strings.ReplaceAll(path, "{id}", "x"), nil)
		require.Equal(t, r.open, answer.StatusCode != 401, r.pattern)
	}
	_, err := New(t.Context(), s.store, NewMetrics(), Options{Tokens: []string{"short"}})
	require.ErrorIs(t, err, ErrOptions)
}

// The id of a request is in its answer, in the error, and in the log; one that is not fit
// for a log is not taken.
func TestRequestIDs(t *testing.T) {
	var log bytes.Buffer
	p, _ := inProcess(t, store.Options{}, Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))})
	seen := map[string]bool{}
	for _, given := range []string{"abc-1/2", "", "", "with space", "x\u009b31m", strings.Repeat("x", 129)} {
		log.Reset()
		answer, text := ask(t, p, "GET", "/documents/none%1b", nil, "X-Request-Id", given)
		id := answer.Header.Get("X-Request-Id")
		require.False(t, seen[id])
		seen[id] = true
		if given == "abc-1/2" {
			require.Equal(t, given, id)
		} else {
			require.Len(t, id, 16)
		}
		var r refusal
		require.NoError(t, json.Unmarshal([]byte(text), &r))
		require.Equal(t, id, r.Request)
		var line map[string]any
		require.NoError(t, json.Unmarshal(log.Bytes(), &line), log.String())
		require.Equal(t, id, line["request"])
		require.EqualValues(t, 404, line["status"])
		require.EqualValues(t, len(text), line["bytes"])
		require.Equal(t, "/documents/none\x1b", line["path"])
	}
}

// A handler that panics answers 500, and the next call is answered.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	_, s := inProcess(t, store.Options{}, Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))})
	h := s.guarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			_, _ = w.Write([]byte("half"))
		}
		panic("a fault")
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/early", nil))
	require.Equal(t, 500, w.Code)
	require.NotContains(t, w.Body.String(), "a fault")
	require.Contains(t, log.String(), "a fault")
	require.PanicsWithValue(t, http.ErrAbortHandler, func() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://localhost/late", nil))
	})
}

// hanging begins a request whose body does not end, and waits until it is in flight.
func hanging(t *testing.T, p *caller, length int64, send []byte) (end func() *http.Response) {
	body, in := io.Pipe()
	r, err := http.NewRequest("POST", p.url+"/documents", body)
	require.NoError(t, err)
	r.ContentLength = length
	r.Header.Set("Content-Type", "application/json")
	answered := make(chan *http.Response, 1)
	go func() {
		answer, err := p.client.Do(r)
		if err != nil { // it ended before all that it had announced
			answer = &http.Response{Body: http.NoBody}
		}
		answered <- answer
	}()
	_, err = in.Write(send)
	require.NoError(t, err)
	return func() *http.Response {
		in.Close()
		answer := <-answered
		answer.Body.Close()
		return answer
	}
}

// eventually waits for what comes soon.
func eventually(t *testing.T, what func() bool) {
	t.Helper()
	require.Eventually(t, what, 10*time.Second, time.Millisecond)
}

// Who comes when too many are there is told to come again, and how they are is told
// all the same.
func TestTooManyRequests(t *testing.T) {
	p, _ := inProcess(t, store.Options{}, Options{Requests: 2, Followers: 1})
	doc := asJSON("a", lighthouse)
	var ends []func() *http.Response
	for range 2 {
		ends = append(ends, hanging(t, p, -1, doc))
	}
	eventually(t, func() bool {
		answer, _ := ask(t, p, "GET", "/documents/none", nil)
		return answer.StatusCode == http.StatusTooManyRequests && answer.Header.Get("Retry-After") == "1"
	})
	for _, path := range []string{"/healthz", "/metrics"} {
		answer, _ := ask(t, p, "GET", path, nil)
		require.Equal(t, 200, answer.StatusCode)
	}
	for _, end := range ends {
		require.Equal(t, 200, end().StatusCode)
	}
	eventually(t, func() bool {
		answer, _ := ask(t, p, "GET", "/documents/none", nil)
		return answer.StatusCode == 404
	})

	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", p.url+"/events?follow=1", nil)
	require.NoError(t, err)
	follower, err := p.client.Do(r)
	require.NoError(t, err)
	defer follower.Body.Close()
	answer, _ := ask(t, p, "GET", "/events?follow=1", nil)
	require.Equal(t, http.StatusTooManyRequests, answer.StatusCode)
	answer, _ = ask(t, p, "GET", "/events", nil)
	require.Equal(t, 200, answer.StatusCode)
	cancel()
}

// The bytes of documents in flight are bounded by what has come, not by what was
// announced; who comes when they are taken is told to come again.
func TestTooMuchInFlight(t *testing.T) {
	const most = 256 << 10
	p, s := inProcess(t, store.Options{}, Options{Document: most, Inflight: most})
	little := []byte(`{"id":"a","text":"`)
	idle := hanging(t, p, most, little) // announces all, and sends little
	post(t, p, "there", lighthouse)
	big := `{"id":"b","text":"` + strings.Repeat("wide sea ", most/10) + `"}`
	postDocument(t, p, "/documents", []byte(big))

	taken := hanging(t, p, -1, []byte(big[:len(big)/2+1000]))
	eventually(t, func() bool {
		if s.inflight.TryAcquire(most * 3 / 4) {
			s.inflight.Release(most * 3 / 4)
			return false
		}
		return true
	})
	answer, text := ask(t, p, "POST", "/documents", strings.NewReader(big), "Content-Type", "application/json")
	require.Equal(t, http.StatusServiceUnavailable, answer.StatusCode, text)
	require.Equal(t, "1", answer.Header.Get("Retry-After"))
	post(t, p, "small", orchard)
	require.Equal(t, 400, taken().StatusCode)
	idle()
	eventually(t, func() bool {
		answer, _ := ask(t, p, "POST", "/documents", strings.NewReader(big), "Content-Type", "application/json")
		return answer.StatusCode == 200
	})
	require.True(t, s.inflight.TryAcquire(most), "all was given back")
}

// A document of exactly as much as may be is taken, and one byte more is not.
func TestLargestDocument(t *testing.T) {
	const most = 100_000
	p, _ := inProcess(t, store.Options{}, Options{Document: most, Inflight: most, Text: 50_000})
	rest := strings.Repeat(" ", most)
	for _, c := range []struct {
		body string
		want int
	}{
		{(`{"id":"a","text":"x"}` + rest)[:most], 200},
		{(`{"id":"a","text":"x"}` + rest)[:most] + " ", 413},
		{`{"id":"a","text":"` + strings.Repeat("x", 50_000) + `"}`, 200},
		{`{"id":"a","text":"` + strings.Repeat("x", 50_001) + `"}`, 413},
		{`{"id":"a","text":"","title":"` + strings.Repeat("x", mostField) + `"}`, 200},
		{`{"id":"a","text":"","title":"` + strings.Repeat("x", mostField+1) + `"}`, 413},
	} {
		for _, length := range []bool{true, false} { // announced or not
			var body io.Reader = strings.NewReader(c.body)
			if !length {
				body = struct{ io.Reader }{body}
			}
			answer, text := ask(t, p, "POST", "/documents", body, "Content-Type", "application/json")
			require.Equal(t, c.want, answer.StatusCode, text)
		}
		answer, text := ask(t, p, "POST", "/documents", strings.NewReader(c.body), "Content-Type", "application/x-ndjson")
		require.Equal(t, 200, answer.StatusCode)
		require.Equal(t, c.want == 413, strings.Contains(text, `"status":413`), text)
	}
	answer, _ := ask(t, p, "POST", "/documents", strings.NewReader("x"), "Content-Type", "application/json", "Content-Encoding", "gzip")
	require.Equal(t, 415, answer.StatusCode)
}

// listening serves at an address of its own.
func listening(t *testing.T, o Options) (p *caller, end func() error) {
	m := NewMetrics()
	opened, err := store.Open(t.TempDir(), store.Options{Metrics: m})
	require.NoError(t, err)
	t.Cleanup(func() { opened.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	s, err := New(ctx, opened, m, o)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	end = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { end() })
	return &caller{client: &http.Client{Transport: &http.Transport{}}, url: "http://" + l.Addr().String()}, end
}

// Connections that are too many are told so; when others close there is room.
func TestTooManyConnections(t *testing.T) {
	p, _ := listening(t, Options{Connections: 2})
	dial := func() net.Conn {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		return c
	}
	request := func(c net.Conn) string {
		fmt.Fprint(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err)
		return answer.Status
	}
	first, second := dial(), dial()
	require.Equal(t, "200 OK", request(first))
	require.Equal(t, "200 OK", request(second))
	text, err := io.ReadAll(dial())
	require.NoError(t, err)
	require.Contains(t, string(text), "503 Service Unavailable")
	require.Contains(t, string(text), "Retry-After: 1")
	first.Close()
	eventually(t, func() bool {
		c := dial()
		defer c.Close()
		fmt.Fprint(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		text, _ := io.ReadAll(c)
		return strings.Contains(string(text), "200 OK")
	})
}

// Clients that send or read too slowly are cut off, and the others are served.
func TestSlowClients(t *testing.T) {
	p, end := listening(t, Options{Timeout: 300 * time.Millisecond})
	for _, begin := range []string{
		"", "GET /hea", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
		"POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":",
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(c, begin)
		require.NoError(t, err)
		post(t, p, "meanwhile", lighthouse)
		require.NoError(t, c.SetReadDeadline(time.Now().Add(time.Minute)))
		text, err := io.ReadAll(c)
		require.NoError(t, err, "it is not cut off")
		require.NotContains(t, string(text), "200 OK")
		c.Close()
	}
	require.NoError(t, end())
}

// Whoever does not end within the grace is cut.
func TestGrace(t *testing.T) {
	p, end := listening(t, Options{Grace: 50 * time.Millisecond})
	c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	require.NoError(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
	require.NoError(t, err)
	_, err = bufio.NewReader(c).ReadString('\n') // it reads the body
	require.NoError(t, err)
	require.ErrorIs(t, end(), context.DeadlineExceeded)
}

func TestOptions(t *testing.T) {
	_, s := inProcess(t, store.Options{}, Options{})
	for _, o := range []Options{{Text: -1}, {Document: 1 << 20, Inflight: 1 << 10}, {Requests: -1}, {Timeout: -1}} {
		_, err := New(t.Context(), s.store, NewMetrics(), o)
		require.ErrorIs(t, err, ErrOptions)
	}
}

// A fullDisk has as much room as it is told.
type fullDisk struct {
	vfs.FS
	free atomic.Uint64
}

func (d *fullDisk) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: d.free.Load()}, nil
}

// What is wrong with the machine is told as such, and passes without another start.
func TestMachineTroubles(t *testing.T) {
	var ahead atomic.Int64
	disk := &fullDisk{FS: vfs.NewMem()}
	disk.free.Store(1 << 40)
	p, _ := inProcess(t, store.Options{FS: disk, Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }}, Options{})
	add := func(id string) (int, string) {
		status, text, err := p.do("POST", "/documents", "application/json", bytes.NewReader(asJSON(id, lighthouse)))
		require.NoError(t, err)
		return status, text
	}
	post(t, p, "a", lighthouse)
	disk.free.Store(1 << 20)
	status, text := add("b")
	require.Equal(t, http.StatusInsufficientStorage, status)
	require.Contains(t, text, "too little room on the disk")
	require.Equal(t, 1, get[cluster](t, p, "/clusters/a").Size)
	disk.free.Store(1 << 40)
	post(t, p, "b", lighthouse)

	ahead.Store(int64(365 * 24 * time.Hour))
	status, text = add("c")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, text, "the clock is too far ahead")
	ahead.Store(0)
	post(t, p, "c", lighthouse)
	require.Equal(t, 3, get[cluster](t, p, "/clusters/a").Size)
}
