package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// A copy of this program that is told a folder is the pipeline.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PIPELINE_DIR"); dir != "" {
		if err := run(context.Background(), dir, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A newsroom makes lines: articles, copies and pages with them, in order of publication,
// some twice, and takedowns.
type newsroom struct {
	rng      *rand.Rand
	articles []string
	ids      []string
	now      time.Time
}

func newNewsroom(seed uint64) *newsroom {
	return &newsroom{rng: rand.New(rand.NewPCG(seed, 7)), now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
}

func (n *newsroom) words(count int) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, "%c%c%c%d", 'a'+n.rng.IntN(26), 'a'+n.rng.IntN(26), 'a'+n.rng.IntN(26), n.rng.IntN(90))
		if b.WriteByte(' '); i%12 == 11 {
			b.WriteString(". ")
		}
	}
	return b.String()
}

func (n *newsroom) line() string {
	if n.rng.IntN(20) == 0 && len(n.ids) > 0 {
		return fmt.Sprintf(`{"takedown":%q}`, n.ids[n.rng.IntN(len(n.ids))])
	}
	n.now = n.now.Add(time.Duration(n.rng.IntN(90)) * time.Minute)
	text := n.words(120)
	if k := len(n.articles); k > 0 && n.rng.IntN(2) == 0 {
		text = n.articles[max(0, k-1-n.rng.IntN(8))]
		if n.rng.IntN(2) == 0 {
			text = n.words(6) + "\n\n" + text + "\n\n" + n.words(10)
		}
	}
	n.articles = append(n.articles, text)
	id := fmt.Sprintf("%03d", len(n.ids))
	if n.rng.IntN(15) == 0 && len(n.ids) > 0 {
		id = n.ids[n.rng.IntN(len(n.ids))] // it was edited
	} else {
		n.ids = append(n.ids, id)
	}
	b, _ := json.Marshal(reprint.Document{ID: id, Text: text, Site: "paper" + fmt.Sprint(n.rng.IntN(9)) + ".example", Title: "Title " + id, Published: n.now})
	return string(b)
}

func (n *newsroom) lines(count int) (lines []string) {
	for range count {
		lines = append(lines, n.line())
	}
	return lines
}

// requireMirror compares the table with the store.
func requireMirror(t *testing.T, s *store.Store, m *mirror) {
	t.Helper()
	type row struct{ cluster, site, title string }
	want, got := map[string]row{}, map[string]row{}
	for c, err := range s.Clusters() {
		require.NoError(t, err)
		for _, d := range c.Members {
			want[d.ID] = row{c.ID, d.Site, d.Title}
		}
	}
	rows, err := m.Query(`SELECT id, cluster, site, title FROM documents`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id string
		var r row
		require.NoError(t, rows.Scan(&id, &r.cluster, &r.site, &r.title))
		got[id] = r
	}
	require.NoError(t, rows.Err())
	require.Equal(t, want, got)
	stats, err := s.Stats()
	require.NoError(t, err)
	at, err := m.position(t.Context())
	require.NoError(t, err)
	require.Equal(t, stats.Position, at)
}

func openBoth(t *testing.T, dir string, o store.Options) (*store.Store, *mirror) {
	s, err := store.Open(filepath.Join(dir, "store"), o)
	require.NoError(t, err)
	m, err := openMirror(filepath.Join(dir, "mirror.db"))
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, m.Close())
		require.NoError(t, s.Close())
	})
	return s, m
}

// The process is killed again and again, and begins anew with all lines. In the end store
// and table are those of a process that nobody killed.
func TestKilledAndRestarted(t *testing.T) {
	dir, lines := t.TempDir(), newNewsroom(1).lines(300)
	rng := rand.New(rand.NewPCG(3, 3))
	start := func(in io.Reader) (*exec.Cmd, *bytes.Buffer) {
		self, err := os.Executable()
		require.NoError(t, err)
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), "PIPELINE_DIR="+dir)
		var errs bytes.Buffer
		cmd.Stdin, cmd.Stderr = in, &errs
		return cmd, &errs
	}
	answered := 0
	for range 6 {
		// Lines before those that were answered are not sent again, but for the last few.
		cmd, errs := start(strings.NewReader(strings.Join(lines[max(0, answered-5):], "\n")))
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		decoder := json.NewDecoder(out)
		for n, most := max(0, answered-5), answered+10+rng.IntN(40); n < most; n++ {
			var a answer
			require.NoError(t, decoder.Decode(&a), errs.String())
			answered = max(answered, n+1)
		}
		require.NoError(t, cmd.Process.Kill())
		cmd.Wait()
	}
	require.Less(t, answered, len(lines))
	cmd, errs := start(strings.NewReader(strings.Join(lines[max(0, answered-5):], "\n")))
	out, err := cmd.Output()
	require.NoError(t, err, errs.String())

	s, m := openBoth(t, dir, store.Options{Window: window})
	requireMirror(t, s, m)
	require.Contains(t, string(out), `"decision":"copy"`)
	var blocked int
	require.NoError(t, m.QueryRow(`SELECT count(*) FROM takedowns WHERE id IN (SELECT id FROM documents)`).Scan(&blocked))
	require.Zero(t, blocked)
	require.Less(t, s.Len(), 200, "some have expired")
	require.Positive(t, s.Len())
}

// A mirror that was away for longer than events are kept begins anew, while others write.
func TestMirrorBeginsAnew(t *testing.T) {
	s, m := openBoth(t, t.TempDir(), store.Options{Events: 32, Window: window})
	lines := newNewsroom(2).lines(400)
	for _, l := range lines[:150] {
		_, err := answerOne(t.Context(), s, m, []byte(l))
		require.NoError(t, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	followed := make(chan error, 1)
	go func() { followed <- m.follow(ctx, s) }()
	for _, l := range lines[150:] {
		_, err := answerOne(t.Context(), s, m, []byte(l))
		require.NoError(t, err)
	}
	stop()
	require.ErrorIs(t, <-followed, context.Canceled)
	require.NoError(t, m.catchUp(t.Context(), s))
	requireMirror(t, s, m)
}

// Decisions are those of a detector in memory, which stands for the store.
func TestDecisions(t *testing.T) {
	d, err := reprint.New(reprint.Options{})
	require.NoError(t, err)
	m, err := openMirror(filepath.Join(t.TempDir(), "mirror.db"))
	require.NoError(t, err)
	defer m.Close()
	story := newNewsroom(3).words(100)
	in := fmt.Sprintf("{\"id\":\"a\",\"text\":%q}\n\n{\"id\":\"b\",\"text\":%q}\nno JSON\n{\"text\":\"x\"}\n{\"takedown\":\"a\"}\n{\"id\":\"a\",\"text\":\"again\"}", story, story)
	var out bytes.Buffer
	require.NoError(t, answerAll(t.Context(), d, m, strings.NewReader(in), &out))
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, got, 6)
	require.JSONEq(t, `{"id":"a","decision":"new","cluster":"a","size":1,"position":1}`, got[0])
	require.JSONEq(t, `{"id":"b","decision":"copy","of":"a","cluster":"a","size":2,"position":2}`, got[1])
	require.Contains(t, got[2], `"decision":"refused"`)
	require.Contains(t, got[3], `"decision":"refused"`)
	require.JSONEq(t, `{"id":"a","decision":"taken down"}`, got[4])
	require.JSONEq(t, `{"id":"a","decision":"taken down"}`, got[5])
}
