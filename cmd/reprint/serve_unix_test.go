//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// A fed is a line of the feed.
type fed struct {
	Position uint64
	Action   string
	ID       string
	Events   []struct{ Event, ID, From, Cluster string }
}

// The program from its first document to a restart.
func TestService(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	followed := follow(t, p)

	// Side by side, first what is new, then what has it.
	var all sync.WaitGroup
	for id, text := range map[string]string{"tarn/lighthouse": lighthouse, "orsova": observatory, "lamme": orchard} {
		all.Go(func() {
			assert.Equal(t, decided{ID: id, Decision: "new", Cluster: id, Size: 1}, add(t, p, id, text))
		})
	}
	all.Wait()
	for _, c := range []struct{ id, text, decision, of string }{
		{"copy", strings.ReplaceAll(lighthouse, "on Thursday", "this Thursday"), "copy", "tarn/lighthouse"},
		{"page", aPage(observatory), "excerpt", "orsova"},
		{"ferry", ferryman, "new", ""},
		{"made up", madeUp(1), "new", ""},
	} {
		all.Go(func() {
			d := add(t, p, c.id, c.text)
			assert.Equal(t, c.decision, d.Decision, c.id)
			assert.Equal(t, c.of, d.Of, c.id)
			if c.of == "" {
				assert.Equal(t, c.id, d.Cluster)
				assert.Empty(t, d.Matches)
				return
			}
			assert.Equal(t, 2, d.Size)
			if assert.Len(t, d.Matches, 1) {
				assert.Equal(t, c.of, d.Matches[0].ID)
				assert.Greater(t, d.Matches[0].Containment, .8)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}

	again := add(t, p, "copy", strings.ReplaceAll(lighthouse, "on Thursday", "this Thursday")) // as a caller does who got no answer
	require.Equal(t, "copy", again.Decision)
	require.Equal(t, "tarn/lighthouse", again.Of)
	updated := add(t, p, "made up", madeUp(2))
	require.Equal(t, "new", updated.Decision)

	page := fetch[family](t, p, "/clusters/page")
	require.Equal(t, 2, page.Size)
	require.Len(t, page.Members, 2)

	for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
		status, text, err := p.do("DELETE", "/documents/page", "", nil)
		require.NoError(t, err)
		require.Equal(t, want, status, text)
	}
	require.Equal(t, 1, fetch[family](t, p, "/clusters/orsova").Size)

	// Seven documents, an update, a removal.
	feed := followed.take(9)
	for i, c := range feed {
		require.EqualValues(t, i+1, c.Position)
	}
	require.Equal(t, "updated", feed[7].Action)
	require.Equal(t, "removed", feed[8].Action)
	require.Equal(t, "page", feed[8].ID)
	require.NotEmpty(t, feed[8].Events)
	_, text, err := p.do("GET", "/events?from=8", "", nil)
	require.NoError(t, err)
	require.Equal(t, feed[7:], parsed[fed](t, text))

	_, text, err = p.do("GET", "/metrics", "", nil)
	require.NoError(t, err)
	scraped := strings.Split(text, "\n")
	for _, line := range []string{
		store.MetricAdded + " 8", store.MetricUnchanged + " 1", store.MetricRemoved + " 1",
		store.MetricAddSeconds + "_count 9", "reprint_documents 6", store.MetricFailures + " 0",
	} {
		require.Contains(t, scraped, line)
	}

	before := p.state(t)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.Empty(t, followed.take(1), "more in the feed")
	require.NoError(t, followed.err, "the follower was cut off")
	code, log := p.ended()
	require.Equal(t, exitDone, code, log)

	p = serve(t, dir)
	require.Equal(t, before, p.state(t))
	require.NoError(t, p.Process.Signal(syscall.SIGINT))
	code, log = p.ended()
	require.Equal(t, exitDone, code, log)
}

// state is all that the program tells of its documents.
func (p *process) state(t *testing.T) (all []string) {
	for _, path := range []string{
		"/documents/tarn%2Flighthouse", "/documents/orsova", "/documents/lamme", "/documents/copy", "/documents/page",
		"/documents/ferry", "/documents/made%20up", "/clusters/copy", "/clusters/orsova", "/events?from=1", "/healthz",
	} {
		_, text, err := p.do("GET", path, "", nil)
		require.NoError(t, err)
		all = append(all, path+" "+text)
	}
	return all
}

// A follower reads the feed as it goes on.
type follower struct {
	lines *bufio.Scanner
	err   error
}

func follow(t *testing.T, p *process) *follower {
	answer, err := p.client.Get(p.url + "/events?from=1&follow=1") // returns before there is anything
	require.NoError(t, err)
	t.Cleanup(func() { answer.Body.Close() })
	require.Equal(t, http.StatusOK, answer.StatusCode)
	return &follower{lines: bufio.NewScanner(answer.Body)}
}

// take waits for so many changes, or for the end.
func (f *follower) take(n int) (changes []fed) {
	for len(changes) < n && f.lines.Scan() {
		var c fed
		if f.err = json.Unmarshal(f.lines.Bytes(), &c); f.err != nil {
			return changes
		}
		changes = append(changes, c)
	}
	f.err = f.lines.Err()
	return changes
}

// Whenever the program is killed, what it has acknowledged is there when it runs
// again; and so it is when it is asked to end, which it then does well.
func TestEndUnderLoad(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]decided{}
	next := 0
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGKILL} {
		p := serve(t, dir)
		now := load(t, p, &next, func() { assert.NoError(t, p.Process.Signal(signal)) })
		code, log := p.ended()
		if signal == syscall.SIGTERM {
			require.Equal(t, exitDone, code, log)
		}
		require.NotContains(t, log, "ERROR")
		require.NotContains(t, log, "DATA RACE")
		for id, d := range now {
			acknowledged[id] = d
		}
		again := serve(t, dir)
		for id := range acknowledged {
			k := fetch[placed](t, again, "/documents/"+id)
			require.Equal(t, id, k.ID)
			require.Equal(t, "Title of "+id, k.Title)
		}
		require.NoError(t, again.Process.Kill())
		again.ended()
	}
}

// load adds documents from several callers and in streams, calls end after a
// while, and returns what was acknowledged by the time that nothing is any more.
func load(t *testing.T, p *process, next *int, end func()) map[string]decided {
	const callers, streams, enough = 6, 2, 150
	var mu sync.Mutex
	acknowledged := map[string]decided{}
	take := func() []byte { // a document, which is a copy of another now and then
		mu.Lock()
		defer mu.Unlock()
		*next++
		return asJSON(fmt.Sprint("load-", *next), madeUp(*next-*next%3))
	}
	took := func(line []byte) {
		var d decided
		assert.NoError(t, json.Unmarshal(line, &d), string(line))
		mu.Lock()
		defer mu.Unlock()
		if acknowledged[d.ID] = d; len(acknowledged) == enough {
			end()
		}
	}
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for {
				status, text, err := p.do("POST", "/documents", "application/json", bytes.NewReader(take()))
				if err != nil || status == http.StatusServiceUnavailable {
					return // it has ended
				}
				if !assert.Equal(t, http.StatusOK, status, text) {
					return
				}
				took([]byte(text))
			}
		})
	}
	for range streams {
		all.Go(func() {
			r, err := http.NewRequest("POST", p.url+"/documents", &endless{next: take})
			assert.NoError(t, err)
			r.Header.Set("Content-Type", "application/x-ndjson")
			answer, err := p.client.Do(r)
			if err != nil {
				return
			}
			defer answer.Body.Close()
			for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
				var r refused
				if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Status == http.StatusServiceUnavailable {
					return // half a line, or the last one
				}
				took(lines.Bytes())
			}
		})
	}
	all.Wait()
	return acknowledged
}

// An endless body has so many documents, a line each, as are read of it.
type endless struct {
	next func() []byte
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		e.rest = append(e.next(), '\n')
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}
