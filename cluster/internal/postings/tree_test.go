package postings

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// chains do what a Table does.
func TestChains(t *testing.T) {
	t.Parallel()
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 8))
		keys := 3 + rng.IntN(3000)
		key := func() uint32 { return uint32(rng.IntN(keys)) * 0x9E3779B1 }
		c, table := &chains{o: &Options{Longest: longest, GivesWay: fairly}}, NewTable(Options{Longest: longest, GivesWay: fairly})
		var live bitset.Set
		for n := range uint32(500) {
			live.Add(n)
		}
		added := map[uint32]bool{}
		for i := range 4000 {
			k, e := key(), Of(uint32(rng.IntN(500)))|Posting(rng.IntN(8))
			switch rng.IntN(12) {
			case 1:
				live.Remove(e.Number())
			case 2:
				if len(added) > 0 {
					c.mark(k, e.Number(), i%2 == 0)
					table.Mark(k, e.Number(), i%2 == 0, nil)
				}
			case 3:
				added[k] = true
				require.Equal(t, table.Add(k, e, nil, nil), c.add(k, e, nil))
			default:
				added[k] = true
				require.Equal(t, table.Add(k, e, live, nil), c.add(k, e, live))
			}
			require.Equal(t, table.Len(), c.entries)
			require.Equal(t, table.Get(nil, k, nil, nil), c.get(nil, k, nil))
			require.Equal(t, table.Get(nil, k, live, nil), c.get(nil, k, live))
		}
		last, got := int64(-1), map[uint32][]Posting{}
		for k, e := range c.all() {
			require.GreaterOrEqual(t, int64(k), last)
			last = int64(k)
			got[k] = append(got[k], e)
		}
		for k := range added {
			require.Equal(t, table.Get(nil, k, nil, nil), got[k])
			before := c.entries
			c.remove(k)
			require.Equal(t, before-len(got[k]), c.entries)
			require.Empty(t, c.get(nil, k, nil))
		}
		require.Zero(t, c.entries)
	}
}

// A filter has what was added, and of other keys no more than one in 100 when
// it is full, as long as it is small.
func TestFilter(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	const keys = 200_000
	f := newFilter(keys)
	known := map[uint32]bool{}
	for len(known) < keys {
		k := rng.Uint32()
		known[k] = true
		f.add(k)
	}
	for k := range known {
		require.True(t, f.has(k))
	}
	passed, asked := 0, 0
	for asked < 200_000 {
		if k := rng.Uint32(); !known[k] {
			asked++
			if f.has(k) {
				passed++
			}
		}
	}
	assert.Less(t, passed, asked/100)
}

// Whoever asks for many keys at a time learns what asking for each tells, also where there
// are more runs than a set of them has bits.
func TestKnowing(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 6))
	r := runs{prefix: 's', files: newMapFiles(), frequent: newFilter(1), cache: listCache{most: 1 << 20}}
	lists := map[uint32][]Posting{}
	keys := make([]uint32, 300)
	for i := range keys {
		keys[i] = rng.Uint32()
	}
	var live bitset.Set
	n := uint32(0)
	for range lastOfSet + 10 {
		m := newMemtable(&Options{Longest: longest})
		for range 20 {
			key := keys[rng.IntN(200)]
			n++
			live.Add(n)
			m.add(key, Of(n), nil)
			lists[key] = append(lists[key], Of(n))
		}
		r.made++
		run, err := r.write(&m, nil, live)
		require.NoError(t, err)
		r.list = append(r.list, run)
	}
	sets := make([]runSet, len(keys))
	r.knowing(keys, sets)
	for i, key := range keys {
		for j, run := range r.list {
			if run.filter.has(key) {
				require.NotZero(t, sets[i]>>min(j, lastOfSet)&1)
			} else if j < lastOfSet {
				require.Zero(t, sets[i]>>j&1)
			}
		}
		for round := range 3 { // read, cached, and read again
			got, err := r.getFrom(nil, key, sets[i], live)
			if round == 2 {
				r.cache.clear()
				got, err = r.get(nil, key, live, i%2 == 0)
			}
			require.NoError(t, err)
			require.Equal(t, lists[key], got)
		}
	}
	require.NoError(t, r.close())
}

// Lists that are cached are kept up to date with what is written.
func TestListCache(t *testing.T) {
	t.Parallel()
	c := &listCache{most: 4000}
	want := map[uint32][]Posting{}
	rng := rand.New(rand.NewPCG(3, 5))
	for round := range 300 {
		for range 10 {
			k := uint32(rng.IntN(500))
			if got, ok := c.get(k); ok {
				require.Equal(t, append([]Posting{}, want[k]...), append([]Posting{}, got...), k)
			} else {
				c.set(k, want[k])
			}
		}
		m := newMemtable(&Options{Longest: longest})
		for range 5 {
			k, e := uint32(rng.IntN(500)), Of(uint32(round))
			if m.add(k, e, nil); rng.IntN(3) == 0 {
				m.replaces.add(k)
			}
		}
		for k := range uint32(500) {
			if m.replaces.has(k) {
				want[k] = nil
			}
			want[k] = m.get(slices.Clone(want[k]), k, nil)
		}
		c.update(&m)
	}
	require.LessOrEqual(t, c.bytes(), 3*4000)
	c.clear()
	require.Zero(t, c.bytes())
}

// There are few runs, and each posting is merged seldom.
func TestFewRuns(t *testing.T) {
	t.Parallel()
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
