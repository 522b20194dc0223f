//go:build unix

package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// victimOf in the environment makes the test binary a process that fills the
// store in a folder until it is killed.
const (
	victimOf    = "REPRINT_TEST_VICTIM_OF"
	victimTrims = "REPRINT_TEST_VICTIM_TRIMS"
	victimFlush = "REPRINT_TEST_VICTIM_FLUSHES"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimOf); dir != "" {
		if err := victim(dir, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// Checkpoints are written all the time. What they drop of the log is kept where
// that is to be given to a detector in the end.
var (
	trimming = store.SmallGroups(store.Options{Events: 1 << 30, Checkpoint: 100})
	keeping  = store.KeepLog(trimming)
)

// crashDocuments is how many documents the victims are to add.
const crashDocuments = 3000

// A crashJob is a document to add, or the id of one to remove.
type crashJob struct {
	remove bool
	doc    reprint.Document
	worker int // always the same for one id, so that its operations have an order
}

const crashWorkers = 8

func newCrashJob(n *news, i int) crashJob {
	of := i
	switch i % 10 {
	case 8: // an update
		of = i - 7
	case 9:
		of = i - 5
	}
	return crashJob{remove: i%10 == 9, doc: n.document(fmt.Sprint("c-", of)), worker: of % crashWorkers}
}

// victim adds documents, and removes some, from several goroutines, and writes a
// line for each that is acknowledged.
func victim(dir string, out io.Writer) error {
	o := keeping
	if os.Getenv(victimTrims) != "" {
		o = trimming
	}
	if os.Getenv(victimFlush) != "" {
		o = store.FlushOften(o)
	}
	s, err := store.Open(dir, o)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "open")
	ctx := context.Background()
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, format, args...)
	}
	n := newNews(uint64(s.Len()) + 77)
	var jobs [crashWorkers]chan crashJob
	var all sync.WaitGroup
	for i := range jobs {
		jobs[i] = make(chan crashJob)
		all.Go(func() {
			for j := range jobs[i] {
				say("try %s\n", j.doc.ID)
				var err error
				if j.remove {
					_, _, err = s.Remove(ctx, j.doc.ID)
				} else {
					_, err = s.Add(ctx, j.doc)
				}
				switch {
				case err != nil:
					say("error %v\n", err)
				case j.remove:
					say("removed %s\n", j.doc.ID)
				default:
					say("added %s %s\n", j.doc.ID, j.doc.Title)
				}
			}
		})
	}
	stats, err := s.Stats()
	if err != nil {
		return err
	}
	for i := range crashDocuments {
		j := newCrashJob(n, int(stats.Position)+i)
		jobs[j.worker] <- j
	}
	for _, j := range jobs {
		close(j)
	}
	all.Wait()
	return s.Close()
}

// Killed at random moments under load, a store loses nothing that it has
// acknowledged, is sound each time that it is opened, and has in the end the
// clusters of a detector that was given the same operations undisturbed.
func TestKilled(t *testing.T) {
	kills := 10
	if n, err := strconv.Atoi(os.Getenv("REPRINT_CRASHES")); err == nil {
		kills = n
	}
	t.Run("log=trimmed", func(t *testing.T) {
		killAgainAndAgain(t, t.TempDir(), kills/2, trimming)
	})
	t.Run("log=kept", func(t *testing.T) {
		dir := t.TempDir()
		killAgainAndAgain(t, dir, kills-kills/2, keeping)
		undisturbed(t, dir)
	})
}

func killAgainAndAgain(t *testing.T, dir string, kills int, o store.Options) {
	self, err := os.Executable()
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(1, 2))
	titles := map[string]string{} // of the documents acknowledged, the latest
	for i := range kills {
		tried := killed(t, self, dir, o, rng, titles)
		s := open(t, dir, o)
		for id, title := range titles {
			if tried[id] {
				continue // its update or removal was under way
			}
			doc, err := s.Document(id)
			require.NoError(t, err, "kill %d lost %s", i, id)
			require.Equal(t, title, doc.Title, "kill %d lost the last %s", i, id)
			_, err = s.Cluster(id)
			require.NoError(t, err)
		}
		there := map[string]string{}
		for _, doc := range collect(t, s.Documents()) {
			_, known := titles[doc.ID]
			require.True(t, known || tried[doc.ID], "kill %d brought %s", i, doc.ID)
			there[doc.ID] = doc.Title
		}
		titles = there
		clean(t, s)
		shut(t, s)
	}
}

// killed starts a victim and kills it. It adds to titles what was acknowledged,
// and returns what was begun and not acknowledged.
func killed(t *testing.T, self, dir string, o store.Options, rng *rand.Rand, titles map[string]string) (tried map[string]bool) {
	cmd, out := startVictim(t, self, dir, o)
	tried = map[string]bool{}
	after := rng.IntN(120) // lines, and then a moment more
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		if n == after {
			time.AfterFunc(time.Duration(rng.IntN(8000))*time.Microsecond, func() { cmd.Process.Kill() })
		}
		what, rest, _ := strings.Cut(lines.Text(), " ")
		id, title, _ := strings.Cut(rest, " ")
		switch what {
		case "try":
			tried[id] = true
		case "added":
			titles[id] = title
			delete(tried, id)
		case "removed":
			delete(titles, id)
			delete(tried, id)
		case "error":
			t.Errorf("the victim says %s", rest)
		}
	}
	cmd.Wait()
	require.Empty(t, cmd.Stderr.(*strings.Builder).String())
	return tried
}

func startVictim(t *testing.T, self, dir string, o store.Options, env ...string) (*exec.Cmd, io.Reader) {
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(append(os.Environ(), victimOf+"="+dir), env...)
	if !store.KeepsLog(o) {
		cmd.Env = append(cmd.Env, victimTrims+"=1")
	}
	cmd.Stderr = new(strings.Builder)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, out
}

// undisturbed requires that the clusters are those of a detector which adds the
// documents in the order of the log.
func undisturbed(t *testing.T, dir string) {
	s := open(t, dir, keeping)
	defer shut(t, s)
	changes := collect(t, s.Events(t.Context(), 1))
	require.NotEmpty(t, changes)
	for i, c := range changes {
		require.Equal(t, uint64(i+1), c.Position)
	}
	again, err := store.Replay(s)
	require.NoError(t, err)
	require.Equal(t, again, collect(t, s.Clusters()))
}
