//go:build unix

package store_test

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/store"
)

// Copies of a store that another process writes, until it is killed, and then once more:
// each has what was acknowledged before, and is what that store was at its position.
func TestBackupsBesideKilled(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	for round := range 3 {
		cmd, out := startVictim(t, self, dir+"/db", keeping, victimFlush+"=1")
		var mu sync.Mutex // of what follows
		titles, tried := map[string]string{}, map[string]int{}
		var reading sync.WaitGroup
		opened := make(chan bool)
		reading.Go(func() {
			for lines := bufio.NewScanner(out); lines.Scan(); {
				what, rest, _ := strings.Cut(lines.Text(), " ")
				id, title, _ := strings.Cut(rest, " ")
				mu.Lock()
				switch what {
				case "open":
					close(opened)
				case "try":
					tried[id]++
					delete(titles, id)
				case "added":
					titles[id] = title
				}
				mu.Unlock()
			}
		})
		<-opened
		type copied struct {
			position uint64
			titles   map[string]string // acknowledged before, and not touched until it was made
		}
		var copies []copied
		for i := range 6 {
			if i == 5 {
				require.NoError(t, cmd.Process.Kill())
			}
			mu.Lock()
			c, before := copied{titles: maps.Clone(titles)}, maps.Clone(tried)
			mu.Unlock()
			c.position, err = store.Backup(t.Context(), dir+"/db", fmt.Sprint(dir, "/copy", round, i), store.Options{})
			if !assert.NoError(t, err) {
				cmd.Process.Kill()
				break
			}
			mu.Lock()
			maps.DeleteFunc(c.titles, func(id, _ string) bool { return tried[id] != before[id] })
			mu.Unlock()
			copies = append(copies, c)
		}
		cmd.Wait()
		reading.Wait()
		require.Empty(t, cmd.Stderr.(*strings.Builder).String())

		s := open(t, dir+"/db", keeping)
		clean(t, s)
		changes := collect(t, s.Events(t.Context(), 1))
		shut(t, s)
		for i, c := range copies {
			b := open(t, fmt.Sprint(dir, "/copy", round, i), store.KeepLog(store.Options{ReadOnly: true}))
			clean(t, b)
			require.Equal(t, append([]store.Change(nil), changes[:c.position]...), collect(t, b.Events(t.Context(), 1)))
			for id, title := range c.titles {
				doc, err := b.Document(id)
				require.NoError(t, err, "round %d: copy %d lost %s", round, i, id)
				require.Equal(t, title, doc.Title)
			}
			if i%3 == 0 {
				again, err := store.Replay(b)
				require.NoError(t, err)
				require.Equal(t, again, collect(t, b.Clusters()))
			}
			shut(t, b)
		}
	}
}
