package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

var damagedOptions = store.Options{Checkpoint: 20, Cache: 1}

// damageable returns stores to damage: one that was closed, one whose process was
// killed, and one that was opened and killed several times, so that it has tables.
func damageable(t *testing.T) map[string]*vfs.MemFS {
	o, all := damagedOptions, map[string]*vfs.MemFS{}
	n := newNews(4)
	for _, how := range []string{"closed", "killed", "killed again"} {
		fs := vfs.NewCrashableMem()
		sessions := 1
		if how == "killed again" {
			sessions = 4
		}
		for session := range sessions {
			o.FS = fs
			s := open(t, "store", o)
			for i := range 33 {
				id := fmt.Sprintf("doc-%d-%d", session, i)
				add(t, s, n.document(id))
				if i%9 == 8 {
					_, ok, err := s.Remove(t.Context(), fmt.Sprintf("doc-%d-%d", session, i-4))
					require.NoError(t, err)
					require.True(t, ok)
				}
			}
			if how == "closed" {
				shut(t, s)
				break
			}
			killed := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))})
			shut(t, s)
			fs = killed
		}
		all[how] = fs
	}
	return all
}

// answers are all that a store says, each with the error that came with it.
type answers struct {
	what []any
	errs []error
}

func (a *answers) note(what any, err error) {
	if err != nil {
		what = nil // what comes with an error, or before it, is not an answer
		a.errs = append(a.errs, err)
	}
	a.what = append(a.what, what)
}

// drain returns all of a sequence, up to an error.
func drain[T any](seq func(func(T, error) bool)) (all []T, err error) {
	for x, e := range seq {
		if e != nil {
			return all, e
		}
		all = append(all, x)
	}
	return all, nil
}

// ask asks a store for everything, and adds a document to it.
func ask(s *store.Store) (a answers) {
	ctx := context.Background()
	docs, err := drain(s.Documents())
	a.note(docs, err)
	ids := []string{}
	for session := range 4 {
		for i := range 7 {
			ids = append(ids, fmt.Sprintf("doc-%d-%d", session, i*5))
		}
	}
	for _, id := range ids {
		text, err := s.Text(id)
		if errors.Is(err, store.ErrUnknown) {
			text, err = "none", nil
		}
		a.note(text, err)
		c, err := s.Cluster(id)
		if errors.Is(err, store.ErrUnknown) {
			c, err = reprint.Cluster{}, nil
		}
		a.note(c, err)
		m, err := s.Query(reprint.Document{ID: "query", Text: text})
		a.note(m, err)
	}
	clusters, err := drain(s.Clusters())
	a.note(clusters, err)
	changes, err := drain(s.Events(ctx, 1))
	b, _ := json.Marshal(changes)
	a.note(string(b), err)
	a.note(s.Len(), s.Err())
	added, err := s.Add(ctx, reprint.Document{ID: "one more", Text: newNews(4).document("").Text})
	a.note(added, err)
	if err := s.Close(); err != nil {
		a.errs = append(a.errs, err)
	}
	return a
}

// A damage is what happens to a file.
type damage struct {
	file, how string
	at        int
	do        func(b []byte) []byte // nil removes it
}

// kindOf returns the kind of a file.
func kindOf(name string) string {
	switch {
	case strings.HasSuffix(name, ".run"), strings.HasSuffix(name, ".log"), strings.HasSuffix(name, ".sst"), strings.HasSuffix(name, ".blob"):
		return name[len(name)-4:]
	}
	kind, _, _ := strings.Cut(name, "-0")
	return kind
}

// damages returns one bit flipped in so many places of each kind of file, some files
// cut short and zeroed in as many, and each file removed.
func damages(t *testing.T, fs vfs.FS, count int) (all []damage) {
	names, err := fs.List("store")
	require.NoError(t, err)
	slices.Sort(names)
	kinds := map[string][]string{}
	for _, n := range names {
		kinds[kindOf(n)] = append(kinds[kindOf(n)], n)
		all = append(all, damage{n, "removed", 0, nil})
	}
	rng := rand.New(rand.NewPCG(3, 3))
	for _, of := range kinds {
		places := []damage{}
		for _, n := range of {
			for at := range contents(t, fs, n) {
				places = append(places, damage{file: n, at: at})
			}
		}
		rng.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
		for i, d := range places[:min(count, len(places))] {
			bit := byte(1) << rng.IntN(8)
			d.how, d.do = "one bit", func(b []byte) []byte { b[d.at] ^= bit; return b }
			all = append(all, d)
			switch i % 8 {
			case 0:
				d.how, d.do = "cut", func(b []byte) []byte { return b[:d.at] }
				all = append(all, d)
			case 1:
				d.how, d.do = "zeroed", func(b []byte) []byte { clear(b[d.at:min(len(b), d.at+512)]); return b }
				all = append(all, d)
			}
		}
	}
	return all
}

func contents(t *testing.T, fs vfs.FS, name string) []byte {
	f, err := fs.Open("store/" + name)
	require.NoError(t, err)
	defer f.Close()
	b, err := io.ReadAll(f)
	require.NoError(t, err)
	return b
}

// damaged returns a copy of a file system with a damage.
func (d damage) damaged(t *testing.T, of *vfs.MemFS) *vfs.MemFS {
	fs := vfs.NewMem()
	require.NoError(t, fs.MkdirAll("store", 0o755))
	names, err := of.List("store")
	require.NoError(t, err)
	for _, n := range names {
		b := contents(t, of, n)
		if n == d.file {
			if d.do == nil {
				continue
			}
			b = d.do(b)
		}
		f, err := fs.Create("store/"+n, vfs.WriteCategoryUnspecified)
		require.NoError(t, err)
		_, err = f.Write(b)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	return fs
}

// Whatever happens to a file, a store answers as before, or with an error that says
// what it is. It never answers otherwise without one. Of a store from which something
// is gone, nothing is written: what is left may be needed to repair it.
func TestDamage(t *testing.T) {
	for how, fs := range damageable(t) {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			o, outcomes := damagedOptions, map[string]int{}
			o.FS = damage{}.damaged(t, fs)
			want := ask(open(t, "store", o))
			require.Empty(t, want.errs)
			places := long("REPRINT_DAMAGES", 10)
			if testing.Short() { // the race detector finds the same at any place
				places = 2
			}
			for _, d := range damages(t, fs, places) {
				outcomes[kindOf(d.file)+" "+d.outcome(t, fs, want)]++
			}
			t.Log(outcomes)
		})
	}
}

// outcome opens a store with a damage, and compares its answers.
func (d damage) outcome(t *testing.T, of *vfs.MemFS, want answers) string {
	o := damagedOptions
	fs := d.damaged(t, of)
	o.FS = fs
	s, err := store.Open("store", o)
	if err != nil {
		d.isClear(t, err)
		if errors.Is(err, store.ErrLost) {
			require.Equal(t, everything(t, d.damaged(t, of)), everything(t, fs), "%v", d)
		}
		return "refused"
	}
	got := ask(s)
	for i, a := range got.what {
		if a != nil {
			require.Equal(t, want.what[i], a, "%s %s at %d", d.file, d.how, d.at)
		}
	}
	for _, err := range got.errs {
		d.isClear(t, err)
	}
	if len(got.errs) > 0 {
		return "told"
	}
	return "same"
}

func everything(t *testing.T, fs vfs.FS) map[string]string {
	names, err := fs.List("store")
	require.NoError(t, err)
	all := map[string]string{}
	for _, n := range names {
		all[n] = string(contents(t, fs, n))
	}
	return all
}

// isClear requires that an error is one of damage.
func (d damage) isClear(t *testing.T, err error) {
	if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrVersion) || errors.Is(err, store.ErrNotStore) {
		return
	}
	t.Errorf("%s %s at %d: not an error of ours: %v", d.file, d.how, d.at, err)
}
