package cluster

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A model is what a map of lists makes of what runs are made of.
type model map[uint32][]posting

// randomLayer makes a layer of few keys, of which some have what was there before
// replaced, and changes the model likewise.
func (m model) randomLayer(rng *rand.Rand, docs int) *layer {
	l := newLayer()
	for range rng.IntN(120) {
		key := uint32(rng.IntN(60)) * 71_582_788 // in all parts of a filter
		if !l.complete[key] && rng.IntN(8) == 0 {
			l.complete[key] = true
			l.remove(key)
			m[key] = nil
			if rng.IntN(2) == 0 {
				continue
			}
		}
		if l.complete[key] && rng.IntN(3) == 0 {
			continue // some of which nothing is left
		}
		e := postingOf(uint32(rng.IntN(docs))) | posting(rng.IntN(8))
		l.add(key, e, nil)
		m[key] = append(m[key], e)
	}
	return &l
}

func (m model) of(key uint32, there bitset) []posting {
	return slices.DeleteFunc(slices.Clone(m[key]), func(e posting) bool { return !there.has(e.doc()) })
}

// requireRuns requires that runs have the lists of the model.
func requireRuns(t *testing.T, r *runs, m model, there bitset) {
	t.Helper()
	for key := range m {
		for range 2 { // read, and remembered
			got, err := r.get(nil, key, there)
			require.NoError(t, err)
			require.Equal(t, append([]posting{}, m.of(key, there)...), append([]posting{}, got...), key)
		}
	}
}

// Whatever is written, and merged in whatever portions while documents go, the
// lists are those of a map; also while a merge is under way, and when the runs are
// opened anew.
func TestRuns(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		const docs = 50
		s := newMapStorage()
		r := &runs{prefix: 's', files: s, many: newFilter(100), room: 100}
		m := model{}
		var there bitset
		for n := range uint32(docs) {
			there.add(n)
		}
		for range 25 {
			if rng.IntN(4) == 0 {
				there.remove(uint32(rng.IntN(docs)))
			}
			l := m.randomLayer(rng, docs)
			var many []uint32
			for key := range m {
				if l.entries > 0 && len(m[key]) >= fewHolders && rng.IntN(2) == 0 {
					r.many.add(key)
					many = append(many, key)
				}
			}
			all := rng.IntN(6) == 0
			w, err := r.write(l, many, there, 1+rng.IntN(60)-mergeShare*l.entries, all)
			require.NoError(t, err)
			before := len(r.list)
			r.thaw(&w, nil)
			r.remove(w.gone)
			r.read.forget()
			require.LessOrEqual(t, len(r.list), before+1)
			requireRuns(t, r, m, there)
			if w.swept && len(r.list) > 0 { // nothing of what was gone is left in what was merged
				c := cursor{run: r.list[0]}
				for {
					ok, err := c.next()
					require.NoError(t, err)
					if !ok {
						break
					}
					require.False(t, c.replaces || c.posting == 0)
				}
			}
			for _, key := range many {
				require.True(t, r.many.has(key) || len(m.of(key, there)) == 0)
			}
			if rng.IntN(5) == 0 {
				var records []runRecord
				for _, run := range r.list {
					records = append(records, runRecord{run.number, run.size})
				}
				made := r.made
				require.NoError(t, r.close())
				r = &runs{prefix: 's', files: s, made: made}
				require.NoError(t, r.open(records))
				require.Len(t, s.files, len(r.list), "files are left over")
				requireRuns(t, r, m, there)
			}
		}
	}
}

// There are few runs, and each posting is merged seldom.
func TestFewRuns(t *testing.T) {
	var list []*run
	merged, total := 0, 0
	for range 1000 {
		list = append(list, &run{postings: 100})
		total += 100
		if from := toMerge(list); from < len(list) {
			sum := 0
			for _, r := range list[from:] {
				sum += r.postings
			}
			list = append(list[:from], &run{postings: sum})
			merged += sum
		}
		require.LessOrEqual(t, len(list), 10)
	}
	require.Less(t, merged, mergeShare*total)
}

// goldenRun is a run whose bytes never change.
func goldenRun(t *testing.T) *mapStorage {
	s := newMapStorage()
	r := &runs{prefix: 's', files: s, made: 7}
	l := newLayer()
	var there bitset
	for n := range uint32(2000) {
		there.add(n)
		l.add(n%700*6_100_123, postingOf(n)|posting(n%8), nil)
	}
	l.complete[6_100_123] = true
	l.complete[5] = true
	_, err := r.freeze(&l, []uint32{6_100_123, 0, 1 << 31}, there)
	require.NoError(t, err)
	return s
}

func TestRunFormat(t *testing.T) {
	s := goldenRun(t)
	want, err := os.ReadFile(filepath.Join("testdata", "v1-run"))
	require.NoError(t, err)
	require.Equal(t, want, s.files["s00000007.run"])
	r, err := openRun(s, 's', 7, int64(len(want)))
	require.NoError(t, err)
	list, replaces, err := r.get(nil, 6_100_123)
	require.NoError(t, err)
	require.True(t, replaces)
	require.Equal(t, []posting{postingOf(1) | 1, postingOf(701) | 5, postingOf(1401) | 1}, list)
	list, replaces, err = r.get(nil, 5)
	require.NoError(t, err)
	require.True(t, replaces)
	require.Empty(t, list)

	newer := bytes.Clone(want)
	newer[len(newer)-1]++
	s.files["s00000007.run"] = newer
	_, err = openRun(s, 's', 7, int64(len(want)))
	require.ErrorIs(t, err, ErrVersion)
}

// The block of a key is found however keys are spread.
func TestFindBlock(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for n := range 200 {
		r := &run{}
		for i := range n {
			key := rng.Uint32() >> (n % 32)
			r.firsts = append(r.firsts, key)
			if i%3 == 0 && n%2 == 0 {
				r.firsts = append(r.firsts, key+1)
			}
		}
		slices.Sort(r.firsts)
		r.firsts = slices.Compact(r.firsts)
		for i := range 300 {
			key := rng.Uint32() >> (i % 33)
			want := -1
			for j, f := range r.firsts {
				if f <= key {
					want = j
				}
			}
			require.Equal(t, want, r.find(key), "%d in %v", key, r.firsts)
		}
	}
}

// Each bit that is damaged, and each byte that is missing, is found.
func TestDamagedRun(t *testing.T) {
	s := goldenRun(t)
	whole := s.files["s00000007.run"]
	look := func(b []byte) error {
		s.files["s00000007.run"] = b
		r, err := openRun(s, 's', 7, int64(len(b)))
		if err != nil {
			return err
		}
		if _, err := r.manyKeys(); err != nil {
			return err
		}
		for c := (cursor{run: r}); ; {
			if ok, err := c.next(); !ok {
				return err
			}
		}
	}
	require.NoError(t, look(whole))
	for i := 0; i < len(whole); i += 5 {
		b := bytes.Clone(whole)
		b[i] ^= 1 << (i % 8)
		require.Error(t, look(b), i)
		require.Error(t, look(whole[:i]))
	}
}

func FuzzOpenRun(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "v1-run"))
	require.NoError(f, err)
	f.Add(b)
	f.Add(b[len(b)-600:])
	f.Fuzz(func(t *testing.T, b []byte) {
		s := newMapStorage()
		s.files["s00000001.run"] = b
		r, err := openRun(s, 's', 1, int64(len(b)))
		if err != nil {
			return
		}
		for key := range maps.Keys(map[uint32]bool{0: true, 1 << 31: true}) {
			if r.filter.has(key) {
				r.get(nil, key)
			}
		}
		r.manyKeys()
		for c := (cursor{run: r}); ; {
			if ok, _ := c.next(); !ok {
				return
			}
		}
	})
}
