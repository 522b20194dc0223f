package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

var errDisk = errors.New("no space left on this disk")

// failAfter lets so many writes to disk through; those after it fail.
func failAfter(n int64) errorfs.Injector {
	var count atomic.Int64
	return errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite && op.Kind != errorfs.OpFileClose && count.Add(1) > n {
			return errDisk
		}
		return nil
	})
}

// Whichever write to disk is the first to fail, the store says so and goes on
// reading what was durable; and when it is opened again, all that it has
// acknowledged is there, and no more than that and what was under way.
func TestAnyWriteFails(t *testing.T) {
	docs := newNews(1).documents(24)
	for n := int64(0); n < 120; n += 1 + n/20 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			mem := vfs.NewMem()
			s, err := store.Open("store", store.SmallGroups(store.Options{Checkpoint: 3, FS: errorfs.Wrap(mem, failAfter(n))}))
			if err != nil {
				require.ErrorIs(t, err, errDisk)
				reopened(t, mem, nil, nil)
				return
			}
			acknowledged, refused := feedIn(t, s, docs)
			if len(refused) > 0 {
				stillReads(t, s, docs, acknowledged)
			}
			if err := s.Close(); err != nil {
				require.ErrorIs(t, err, errDisk)
			}
			reopened(t, mem, acknowledged, refused)
		})
	}
}

// feedIn adds documents from several goroutines, and returns those that were
// acknowledged and those that were under way when the disk failed.
func feedIn(t *testing.T, s *store.Store, docs []reprint.Document) (acknowledged, refused map[string]bool) {
	acknowledged, refused = map[string]bool{}, map[string]bool{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			for j := i; j < len(docs); j += 3 {
				_, err := s.Add(t.Context(), docs[j])
				mu.Lock()
				if err == nil {
					acknowledged[docs[j].ID] = true
				} else {
					refused[docs[j].ID] = true
				}
				mu.Unlock()
				if err != nil {
					if !errors.Is(err, store.ErrFailed) || !errors.Is(err, errDisk) {
						t.Errorf("the error is %v", err)
					}
					return
				}
			}
		})
	}
	all.Wait()
	return acknowledged, refused
}

// stillReads requires that the acknowledged documents can be read, and no others.
func stillReads(t *testing.T, s *store.Store, docs []reprint.Document, acknowledged map[string]bool) {
	for _, doc := range docs {
		text, err := s.Text(doc.ID)
		if !acknowledged[doc.ID] {
			require.ErrorIs(t, err, store.ErrUnknown)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, doc.Text, text)
		_, err = s.Cluster(doc.ID)
		require.NoError(t, err)
	}
	_, err := s.Add(t.Context(), reprint.Document{ID: "one more"})
	require.ErrorIs(t, err, store.ErrFailed)
	_, _, err = s.Remove(t.Context(), docs[0].ID)
	require.ErrorIs(t, err, store.ErrFailed)
	clean(t, s)
}

// reopened requires that a store has what was acknowledged, and no more than
// what was under way besides, and that it can be written.
func reopened(t *testing.T, fs vfs.FS, acknowledged, underWay map[string]bool) {
	s := open(t, "store", store.Options{FS: fs, Checkpoint: 3})
	there := map[string]bool{}
	for _, d := range collect(t, s.Documents()) {
		there[d.ID] = true
		require.True(t, acknowledged[d.ID] || underWay[d.ID], d.ID)
	}
	for id := range acknowledged {
		require.True(t, there[id], id)
	}
	require.Len(t, collect(t, s.Events(t.Context(), 1)), len(there))
	clean(t, s)
	_, err := s.Add(t.Context(), reprint.Document{ID: "one more", Text: "after all"})
	require.NoError(t, err)
	shut(t, s)
}

// A power failure, which takes what was not synced, takes nothing that was
// acknowledged; it may leave any part of the rest.
func TestPowerFailure(t *testing.T) {
	docs := newNews(2).documents(40)
	for seed := range uint64(8) {
		fs := vfs.NewCrashableMem()
		s := open(t, "store", store.Options{FS: fs, Checkpoint: 3})
		rng := rand.New(rand.NewPCG(seed, 1))
		last := 1 + rng.IntN(len(docs)-1)
		acknowledged, underWay := map[string]bool{}, map[string]bool{}
		for _, doc := range docs[:last] {
			_, err := s.Add(t.Context(), doc)
			require.NoError(t, err)
			acknowledged[doc.ID] = true
		}
		crashed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: int(seed%3) * 50, RNG: rng})
		shut(t, s)
		reopened(t, crashed, acknowledged, underWay)
	}
}

// Flushes and compactions fail in the background, and no group of their own is to
// answer for it.
func TestBackgroundFails(t *testing.T) {
	mem := vfs.NewMem()
	fail := &errorfs.Toggle{Injector: errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpCreate && len(op.Path) > 4 && op.Path[len(op.Path)-4:] == ".sst" {
			return errDisk
		}
		return nil
	})}
	s := open(t, "store", store.Options{Checkpoint: 3, FS: errorfs.Wrap(mem, fail)})
	fail.On()
	n := newNews(3)
	acknowledged, underWay := map[string]bool{}, map[string]bool{}
	var failure error
	for i := 0; failure == nil; i++ {
		var docs []reprint.Document // enough to fill what is gathered in memory soon
		for j := range 5 {
			docs = append(docs, reprint.Document{ID: fmt.Sprintf("%d-%d", i, j), Title: strings.Repeat("long ", 200_000), Text: n.text(0, 50)})
		}
		failure = s.AddAll(t.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 2})
		for _, d := range docs {
			if failure == nil {
				acknowledged[d.ID] = true
			} else {
				underWay[d.ID] = true
			}
		}
		require.Less(t, i, 200)
	}
	require.ErrorIs(t, failure, store.ErrFailed)
	require.ErrorIs(t, failure, errDisk)
	require.ErrorIs(t, s.Close(), errDisk)
	reopened(t, mem, acknowledged, underWay)
}

// Whatever fails first with a log, or with a sync of the folder, while Pebble rotates
// its log, flushes and compacts, it does not end the process.
func TestLogFails(t *testing.T) {
	docs := bulky(newNews(2), 80)
	for name, fails := range map[string]func(op errorfs.Op) bool{
		"create":      func(op errorfs.Op) bool { return op.Kind == errorfs.OpCreate },
		"reuse":       func(op errorfs.Op) bool { return op.Kind == errorfs.OpReuseForWrite },
		"stat":        func(op errorfs.Op) bool { return op.Kind == errorfs.OpFileStat },
		"preallocate": func(op errorfs.Op) bool { return op.Kind == errorfs.OpFilePreallocate },
		"write":       func(op errorfs.Op) bool { return op.Kind == errorfs.OpFileWrite },
		"sync": func(op errorfs.Op) bool {
			return op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData || op.Kind == errorfs.OpFileSyncTo
		},
		"any": func(op errorfs.Op) bool { return op.Kind.ReadOrWrite() == errorfs.OpIsWrite },
	} {
		for _, file := range []string{".log", "store"} {
			for _, after := range []int{0, 25, 60} {
				t.Run(fmt.Sprint(name, " ", file, " ", after), func(t *testing.T) {
					t.Parallel()
					mem := vfs.NewMem()
					fail := &errorfs.Toggle{Injector: errorfs.InjectorFunc(func(op errorfs.Op) error {
						if strings.HasSuffix(op.Path, file) && fails(op) {
							return errDisk
						}
						return nil
					})}
					o := store.Options{Checkpoint: 10, Cache: 1, FS: errorfs.Wrap(mem, fail)}
					s := open(t, "store", o)
					add(t, s, docs[:after]...)
					fail.On()
					acknowledged, underWay := fill(t, s, docs[after:], store.ErrFailed)
					for _, d := range docs[:after] {
						acknowledged[d.ID] = true
					}
					if err := s.Close(); err != nil {
						require.ErrorIs(t, err, store.ErrFailed)
						require.ErrorIs(t, err, errDisk)
					}
					reopened(t, mem, acknowledged, underWay)
				})
			}
		}
	}
}
