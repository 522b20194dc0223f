package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// A powerCut is a disk as a power failure has left it, and the operations that may be
// on it: all that were acknowledged, and the one that was under way.
type powerCut struct {
	disk        *vfs.MemFS
	where       string
	least, most int
}

// A cutter takes a copy of a disk before writes to it.
type cutter struct {
	mu    sync.Mutex
	rng   *rand.Rand
	of    *vfs.MemFS
	one   int // in so many writes
	acked func() int
	cuts  []powerCut
}

func (c *cutter) fs() vfs.FS {
	return errorfs.Wrap(c.of, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
			return nil
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.rng.IntN(c.one) == 0 {
			c.cut(fmt.Sprintf("before %v of %s", op.Kind, op.Path))
		}
		return nil
	}))
}

func (c *cutter) cut(where string) {
	least := c.acked()
	percent := []int{0, 30, 50, 100}[c.rng.IntN(4)]
	disk := c.of.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rand.New(rand.NewPCG(c.rng.Uint64(), 1))})
	c.cuts = append(c.cuts, powerCut{disk, fmt.Sprintf("%s, %d %% of what was not synced", where, percent), least, c.acked() + 1})
}

// A powerState is what a store has after so many operations.
type powerState struct {
	titles   map[string]string
	clusters []reprint.Cluster
}

// Power fails before any write of a store that adds, replaces and removes documents,
// flushes, and writes checkpoints; and fails again while that store is opened. Each
// time the store opens, and has all that was acknowledged, and at most the operation
// that was under way besides. It never takes a loss of its own for damage.
func TestPowerFailsAtAnyWrite(t *testing.T) {
	seeds, thorough := long("REPRINT_POWER_SEEDS", 2), os.Getenv("REPRINT_POWER_SEEDS") != ""
	for seed := range seeds {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			o := store.Options{Checkpoint: 4, Cache: 1}
			if seed%2 == 1 {
				o.Detector.SamplesOnly = true
			}
			states, cuts := powerCuts(t, o, uint64(seed), thorough)
			rng := rand.New(rand.NewPCG(uint64(seed), 5))
			again := 0
			for _, c := range cuts {
				second := &cutter{rng: rng, of: c.disk, one: 25, acked: func() int { return c.least }}
				o.FS = second.fs()
				s, err := store.Open("store", o)
				require.NoError(t, err, c.where)
				survived(t, s, c, states)
				second.mu.Lock()
				twice := second.cuts[:min(1, len(second.cuts))]
				second.mu.Unlock()
				for _, d := range twice {
					d.most = c.most
					o.FS = d.disk
					s, err := store.Open("store", o)
					require.NoError(t, err, "%s, and then %s", c.where, d.where)
					survived(t, s, d, states)
					again++
				}
			}
			t.Logf("power failed %d times, and %d times again", len(cuts), again)
		})
	}
}

// powerCuts runs operations on a store, and returns its states after each, and the
// disks that power failures would have left.
func powerCuts(t *testing.T, o store.Options, seed uint64, thorough bool) (states []powerState, cuts []powerCut) {
	rng := rand.New(rand.NewPCG(seed, 3))
	acked := 0
	var mu sync.Mutex
	c := &cutter{rng: rand.New(rand.NewPCG(seed, 4)), of: vfs.NewCrashableMem(), one: 12, acked: func() int {
		mu.Lock()
		defer mu.Unlock()
		return acked
	}}
	switch {
	case thorough:
		c.one = 2
	case testing.Short(): // the race detector finds the same at any write
		c.one = 48
	}
	want, err := reprint.New(o.Detector)
	require.NoError(t, err)
	titles := map[string]string{}
	note := func() {
		states = append(states, powerState{maps.Clone(titles), collect(t, want.Clusters())})
	}
	note()
	s := open(t, "store", store.Options{Detector: o.Detector, Checkpoint: o.Checkpoint, Cache: o.Cache, FS: c.of})
	shut(t, s)
	o.FS = c.fs()
	s = open(t, "store", o)
	n := newNews(seed)
	for i := range 40 {
		switch {
		case i == 20: // closed and opened in between
			shut(t, s)
			s = open(t, "store", o)
		case rng.IntN(5) == 0 && len(titles) > 0:
			ids := slices.Sorted(maps.Keys(titles))
			id := ids[rng.IntN(len(ids))]
			want.Remove(t.Context(), id)
			delete(titles, id)
			_, _, err := s.Remove(t.Context(), id)
			require.NoError(t, err)
		default:
			docs := bulky(n, 1+rng.IntN(3))
			for j := range docs {
				docs[j].ID = fmt.Sprint("d", rng.IntN(i+1), "-", j)
				titles[docs[j].ID] = docs[j].Title
			}
			require.NoError(t, want.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 1, Visit: oneByOne}))
			require.NoError(t, s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 1}))
		}
		note()
		mu.Lock()
		acked++
		mu.Unlock()
	}
	shut(t, s)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut("after the end")
	return states, c.cuts
}

// survived requires that a store is in one of the states in which it may be, and closes
// it.
func survived(t *testing.T, s *store.Store, c powerCut, states []powerState) {
	titles := map[string]string{}
	for _, d := range collect(t, s.Documents()) {
		titles[d.ID] = d.Title
	}
	clusters := collect(t, s.Clusters())
	found := false
	for _, state := range states[c.least:min(c.most+1, len(states))] {
		found = found || maps.Equal(state.titles, titles) && fmt.Sprint(state.clusters) == fmt.Sprint(clusters)
	}
	require.True(t, found, "%s: it is in none of the states from %d to %d", c.where, c.least, c.most)
	clean(t, s)
	shut(t, s)
}
