package postings

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A model is what a map of lists makes of what runs are made of.
type model map[uint32][]Posting

// randomMemtable makes a memtable of few keys, of which some replace what was there
// before, and changes the model likewise.
func (m model) randomMemtable(rng *rand.Rand, numbers int) *memtable {
	l := newMemtable(&Options{Longest: longest})
	for range rng.IntN(120) {
		key := uint32(rng.IntN(60)) * 71_582_788 // in all parts of a filter
		if !l.replaces.has(key) && rng.IntN(8) == 0 {
			l.replaces.add(key)
			l.remove(key)
			m[key] = nil
			if rng.IntN(2) == 0 {
				continue
			}
		}
		if l.replaces.has(key) && rng.IntN(3) == 0 {
			continue // some of which nothing is left
		}
		e := Of(uint32(rng.IntN(numbers))) | Posting(rng.IntN(8))
		l.add(key, e, nil)
		m[key] = append(m[key], e)
	}
	return &l
}

func (m model) of(key uint32, live bitset.Set) []Posting {
	return slices.DeleteFunc(slices.Clone(m[key]), func(e Posting) bool { return !live.Has(e.Number()) })
}

// requireRuns requires that runs have the lists of the model.
func requireRuns(t *testing.T, r *runs, m model, live bitset.Set) {
	t.Helper()
	for key := range m {
		for likely := range 3 { // read, and cached
			got, err := r.get(nil, key, live, likely > 1)
			require.NoError(t, err)
			require.Equal(t, append([]Posting{}, m.of(key, live)...), append([]Posting{}, got...), key)
		}
	}
}

// Whatever is written, and merged in whatever portions while numbers die, the
// lists are those of a map; also while a merge is under way, and when the runs are
// opened anew.
func TestRuns(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		const numbers = 50
		files := newMapFiles()
		r := &runs{prefix: 's', files: files, frequent: newFilter(100), frequentRoom: 100}
		m := model{}
		var live bitset.Set
		for n := range uint32(numbers) {
			live.Add(n)
		}
		for range 25 {
			if rng.IntN(4) == 0 {
				live.Remove(uint32(rng.IntN(numbers)))
			}
			l := m.randomMemtable(rng, numbers)
			var frequent []uint32
			for key := range m {
				if l.entries > 0 && len(m[key]) >= 4 && rng.IntN(2) == 0 {
					r.frequent.add(key)
					frequent = append(frequent, key)
				}
			}
			before := len(r.list)
			slices.Sort(frequent)
			e, err := r.flush(l, frequent, live, 1+rng.IntN(60)-mergeShare*l.entries, rng.IntN(6) == 0)
			require.NoError(t, err)
			r.install(e, maps.Keys(map[uint32]bool{}))
			for _, run := range e.merged {
				require.NoError(t, run.file.Close())
				require.NoError(t, files.Remove(RunName('s', run.number)))
			}
			r.cache.clear()
			require.LessOrEqual(t, len(r.list), before+1)
			requireRuns(t, r, m, live)
			if e.Compacted && len(r.list) > 0 { // nothing of what was dead is left in what was merged
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
			for _, key := range frequent {
				require.True(t, r.frequent.has(key) || len(m.of(key, live)) == 0)
			}
			if rng.IntN(5) == 0 {
				v := e.Version()
				require.NoError(t, r.close())
				r = &runs{prefix: 's', files: files, made: v.Made}
				require.NoError(t, r.open(v.Runs))
				require.Len(t, files, len(r.list), "files are left over")
				requireRuns(t, r, m, live)
			}
		}
	}
}

// goldenRun is a run whose bytes never change.
func goldenRun(t *testing.T) mapFiles {
	files := newMapFiles()
	r := &runs{prefix: 's', files: files, made: 7}
	l := newMemtable(&Options{Longest: longest})
	var live bitset.Set
	for n := range uint32(2000) {
		live.Add(n)
		l.add(n%700*6_100_123, Of(n)|Posting(n%8), nil)
	}
	l.replaces.add(6_100_123)
	l.replaces.add(5)
	_, err := r.write(&l, []uint32{0, 6_100_123, 1 << 31}, live)
	require.NoError(t, err)
	return files
}

func TestRunFormat(t *testing.T) {
	t.Parallel()
	files := goldenRun(t)
	want, err := os.ReadFile(filepath.Join("testdata", "v1-small-blocks-run"))
	require.NoError(t, err)
	require.Equal(t, want, files["s00000007.run"])
	requireGoldenRun(t, want)

	// The same, as it was written when blocks were of 1 kB.
	large, err := os.ReadFile(filepath.Join("testdata", "v1-run"))
	require.NoError(t, err)
	require.Less(t, len(large), len(want))
	requireGoldenRun(t, large)

	newer := bytes.Clone(want)
	newer[len(newer)-1]++
	files["s00000007.run"] = newer
	_, err = openRun(files, 's', 7, int64(len(want)))
	require.ErrorIs(t, err, ErrVersion)
}

// requireGoldenRun requires that a run has what goldenRun writes.
func requireGoldenRun(t *testing.T, content []byte) {
	files := mapFiles{"s00000007.run": content}
	r, err := openRun(files, 's', 7, int64(len(content)))
	require.NoError(t, err)
	list, replaces, err := r.get(nil, 6_100_123)
	require.NoError(t, err)
	require.True(t, replaces)
	require.Equal(t, []Posting{Of(1) | 1, Of(701) | 5, Of(1401) | 1}, list)
	list, replaces, err = r.get(nil, 5)
	require.NoError(t, err)
	require.True(t, replaces)
	require.Empty(t, list)
	require.Empty(t, r.check("s00000007.run", 2000))
	require.NotEmpty(t, r.check("s00000007.run", 1999))
}

// Each bit that is damaged, and each byte that is missing, is found.
func TestDamagedRun(t *testing.T) {
	t.Parallel()
	files := goldenRun(t)
	whole := files["s00000007.run"]
	look := func(b []byte) error {
		files["s00000007.run"] = b
		r, err := openRun(files, 's', 7, int64(len(b)))
		if err != nil {
			return err
		}
		if _, err := r.frequentKeys(); err != nil {
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
		files := newMapFiles()
		files["s00000001.run"] = b
		r, err := openRun(files, 's', 1, int64(len(b)))
		if err != nil {
			return
		}
		for key := range maps.Keys(map[uint32]bool{0: true, 1 << 31: true}) {
			if r.filter.has(key) {
				r.get(nil, key)
			}
		}
		r.frequentKeys()
		for c := (cursor{run: r}); ; {
			if ok, _ := c.next(); !ok {
				return
			}
		}
	})
}

// Seeking finds what going through a block posting by posting does, also where it is damaged.
func TestSeek(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 7))
	for range 1000 {
		var block []byte
		key, bits := uint32(0), rng.IntN(30)
		for range rng.IntN(12) {
			step := rng.Uint32() >> (31 - bits)
			key += step
			block = binary.AppendUvarint(block, uint64(step)<<1|rng.Uint64()&1)
			block = binary.LittleEndian.AppendUint32(block, rng.Uint32())
		}
		for range rng.IntN(3) {
			if len(block) > 0 {
				block[rng.IntN(len(block))] ^= byte(1 << rng.IntN(8))
				block = block[:len(block)-rng.IntN(2)]
			}
		}
		for range 8 {
			wanted := uint32(0)
			if key > 0 {
				wanted = rng.Uint32N(key) + rng.Uint32N(2)
			}
			slow, fast := blockReader{rest: block}, blockReader{rest: block}
			ok := slow.next()
			for ok && slow.key < wanted {
				ok = slow.next()
			}
			require.Equal(t, ok, fast.seek(wanted))
			for ok {
				require.Equal(t, slow.key, fast.key)
				require.Equal(t, slow.posting, fast.posting)
				require.Equal(t, slow.replaces, fast.replaces)
				ok = slow.next()
				require.Equal(t, ok, fast.next())
			}
		}
	}
}
