package postings

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// referee is lists as a plain map has them: of each key the live postings, the
// oldest first, of which the oldest, or the one that is chosen, goes when there are too many.
type referee struct {
	Options
	lists map[uint32][]Posting
}

func (r *referee) add(key uint32, p Posting) {
	l := r.lists[key]
	if len(l) >= r.Longest {
		i := 0
		if r.GivesWay != nil {
			i = r.GivesWay(l, p)
		}
		l = slices.Delete(l, i, i+1)
	}
	r.lists[key] = append(l, p)
}

// fairly is a choice of the posting that gives way: the oldest with the same last digit
// of the number as the next one, if there is any.
func fairly(list []Posting, next Posting) int {
	return max(0, slices.IndexFunc(list, func(p Posting) bool { return p.Number()%10 == next.Number()%10 }))
}

func (r *referee) mark(key, number uint32, on bool) {
	for i, p := range r.lists[key] {
		if p.Number() == number {
			if r.lists[key][i] = p &^ Marked; on {
				r.lists[key][i] |= Marked
			}
		}
	}
}

func (r *referee) kill(number uint32) {
	for key, l := range r.lists {
		r.lists[key] = slices.DeleteFunc(l, func(p Posting) bool { return p.Number() == number })
	}
}

// An implementation of Lists, and what else happens to it between operations.
type implementation struct {
	Lists
	between func(rng *rand.Rand, live bitset.Set)
}

var implementations = map[string]func(t *testing.T, o Options) *implementation{
	"table": func(t *testing.T, o Options) *implementation {
		table := NewTable(o)
		return &implementation{table, func(rng *rand.Rand, live bitset.Set) {
			if rng.IntN(500) == 0 {
				table.Sweep(live)
				require.LessOrEqual(t, table.Len(), table.entries)
			}
		}}
	},
	"tree": func(t *testing.T, o Options) *implementation {
		files := newMapFiles()
		open := func(v Version) *Tree {
			tree := NewTree(TreeOptions{Options: o, Prefix: 's', Files: files, Cache: 3000, Fail: func(err error) { panic(err) }})
			require.NoError(t, tree.Open(v))
			return tree
		}
		tree := open(Version{})
		i := &implementation{Lists: tree}
		var edit *VersionEdit
		i.between = func(rng *rand.Rand, live bitset.Set) {
			switch {
			case rng.IntN(60) == 0 && edit == nil: // others go on before it ends
				tree.BeginCheckpoint()
				var err error
				edit, err = tree.Flush(live, 1+rng.IntN(200), rng.IntN(3) == 0)
				require.NoError(t, err)
			case rng.IntN(10) == 0 && edit != nil:
				tree.Install(edit, false)
				tree.RemoveMerged(edit)
				edit = nil
			case rng.IntN(200) == 0 && edit == nil: // written, and opened anew
				tree.BeginCheckpoint()
				e, err := tree.Flush(live, 1000, false)
				require.NoError(t, err)
				tree.Install(e, false)
				tree.RemoveMerged(e)
				require.NoError(t, tree.Close())
				tree = open(e.Version())
				i.Lists = tree
				tree.Check(1<<22, func(err error) { require.NoError(t, err) })
			}
		}
		return i
	},
}

// Both implementations give the lists of a plain map, whatever happens between
// operations. There are few enough keys that their tags and segments are often the
// same where the keys are not.
func TestLists(t *testing.T) {
	t.Parallel()
	for name, make := range implementations {
		for _, bound := range []int{1, 3, 32} {
			for seed := range uint64(3) {
				o := Options{Longest: bound, Frequent: min(bound, 4)}
				if seed > 0 {
					o.GivesWay = fairly
				}
				t.Run(name, func(t *testing.T) { testLists(t, make(t, o), o, seed) })
			}
		}
	}
}

func testLists(t *testing.T, lists *implementation, o Options, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, uint64(o.Longest)))
	keys := make([]uint32, 200)
	for i := range keys {
		// Four segments, so that they grow; tags bunched at both ends.
		keys[i] = uint32(i%4)<<30 | uint32(i%4)<<16 | uint32(rng.IntN(200))
		if i%3 == 0 {
			keys[i] |= 0xFF00
		}
	}
	want := &referee{o, map[uint32][]Posting{}}
	frequent := map[uint32]bool{}
	var live bitset.Set
	n := uint32(0)
	for range 4000 {
		if n++; n == 1500 { // from here on numbers need wide places
			n += 1 << 21
		}
		live.Add(n)
		key := keys[rng.IntN(len(keys))]
		p := Of(n) | Posting(rng.IntN(1<<FlagBits))
		var hint *Hint
		if rng.IntN(2) == 0 {
			hint = &Hint{}
			require.Len(t, lists.Get(nil, key, live, hint), len(want.lists[key]))
		}
		held := lists.Add(key, p, live, hint)
		want.add(key, p)
		require.GreaterOrEqual(t, held, len(want.lists[key]))
		if len(want.lists[key]) >= o.Frequent {
			frequent[key] = true
		}
		if key := keys[rng.IntN(len(keys))]; len(want.lists[key]) > 0 {
			number, on := want.lists[key][rng.IntN(len(want.lists[key]))].Number(), rng.IntN(2) == 0
			lists.Mark(key, number, on, live)
			want.mark(key, number, on)
		}
		if n%7 == 0 {
			dead := n - uint32(rng.IntN(min(int(n), 400)))
			live.Remove(dead)
			want.kill(dead)
		}
		lists.between(rng, live)
		key = keys[rng.IntN(len(keys))]
		require.Equal(t, append([]Posting{}, want.lists[key]...), append([]Posting{}, lists.Get(nil, key, live, nil)...))
		if n%1000 == 0 {
			lists.Prefetch(keys)
			for _, key := range keys {
				require.Equal(t, append([]Posting{}, want.lists[key]...), append([]Posting{}, lists.Get(nil, key, live, nil)...))
				require.True(t, !frequent[key] || len(want.lists[key]) == 0 || lists.Frequent(key))
			}
		}
	}
}

// What the runs do not have is known after reading ahead.
func TestReadAhead(t *testing.T) {
	t.Parallel()
	files := newMapFiles()
	tree := NewTree(TreeOptions{Options: Options{Longest: 4, Frequent: 2}, Prefix: 'b', Files: files, Cache: 1 << 20, Fail: func(err error) { panic(err) }})
	require.NoError(t, tree.Open(Version{}))
	var live bitset.Set
	for n := range uint32(100) {
		live.Add(n)
		tree.Add(n*2, Of(n), live, nil)
	}
	tree.BeginCheckpoint()
	e, err := tree.Flush(live, 1, false)
	require.NoError(t, err)
	tree.Install(e, false)
	keys := []uint32{0, 1, 2, 3, 198, 199}
	absent := make(bitset.Set, 1)
	tree.ReadAhead(keys, absent, 10)
	known := make(bitset.Set, 1)
	tree.absent(keys, known, 10)
	for i, key := range keys {
		require.Equal(t, key%2 == 1, absent.Has(uint32(10+i)))
		require.True(t, absent.Has(uint32(10+i)) || !known.Has(uint32(10+i))) // a filter knows all that is there
		require.Equal(t, tree.Get(nil, key, live, nil), tree.Get(nil, key, live, &Hint{Absent: absent.Has(uint32(10 + i))}))
	}
	all, vain := tree.Reads()
	require.Positive(t, all)
	require.LessOrEqual(t, vain, all)
}
