package join

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/holders"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Each number comes once, with a thread of those that there are.
func TestEach(t *testing.T) {
	for _, threads := range []int{1, 2, 5, 200} {
		for _, n := range []int{0, 1, 2, 100} {
			seen := make([]atomic.Int32, n)
			Each(t.Context(), threads, n, func(thread, i int) {
				assert.Less(t, thread, threads)
				seen[i].Add(1)
			})
			for i := range seen {
				require.EqualValues(t, 1, seen[i].Load())
			}
		}
	}
}

// When its context is done, Each begins nothing more.
func TestEachStops(t *testing.T) {
	for _, threads := range []int{1, 2, 5} {
		ctx, cancel := context.WithCancel(t.Context())
		var n atomic.Int32
		Each(ctx, threads, 1000, func(int, int) {
			if n.Add(1) >= 10 { // nobody goes on before it is done
				cancel()
				<-ctx.Done()
			}
		})
		require.GreaterOrEqual(t, n.Load(), int32(10))
		require.Less(t, n.Load(), int32(10+threads))
		Each(ctx, threads, 1000, func(int, int) { t.Error("it is done") })
	}
}

// ByKey gives what a map gives, however much is sorted at a time.
func TestByKey(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, documents := range []int{0, 1, 2000} {
		docs := make([][]Posting, documents)
		want := map[uint64][]Posting{}
		all := 0
		for d := range docs {
			has := map[uint64]bool{}
			for range rng.IntN(20) {
				key := rng.Uint64()
				switch rng.IntN(4) {
				case 0: // one that many have
					key = rng.Uint64N(5)
				case 1: // one that some have
					key = rng.Uint64N(500) << 40
				}
				if has[key] {
					continue
				}
				has[key] = true
				p := Posting{key, uint32(d), rng.Uint32()}
				docs[d] = append(docs[d], p)
				want[key] = append(want[key], p)
				all++
			}
		}
		for _, threads := range []int{1, 2, 5} {
			for _, atOnce := range []int{0, all + 1, all/7 + 1, all/20 + 1} {
				got := map[uint64][]Posting{}
				var mu sync.Mutex
				c := Collection{
					Documents: documents, Postings: all, Threads: threads, AtOnce: atOnce,
					Keys: func(thread, d int, in Range, add func(key uint64, place uint32)) {
						if thread >= threads {
							t.Error("too many threads")
						}
						for _, p := range docs[d] {
							if in.Has(p.Key) {
								add(p.Key, p.Place)
							}
						}
					},
				}
				c.ByKey(t.Context(), func(_ int, of []Posting) {
					mu.Lock()
					defer mu.Unlock()
					assert.Nil(t, got[of[0].Key], "it came before")
					got[of[0].Key] = slices.Clone(of)
				})
				require.Equal(t, want, got)
			}
		}
	}
}

func TestByKeyStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := Collection{Documents: 100, Postings: 1000, Threads: 2, AtOnce: 10, Keys: func(_, d int, in Range, add func(uint64, uint32)) {
		for k := range uint64(10) {
			if in.Has(k) {
				add(k, uint32(d))
			}
		}
	}}
	var n atomic.Int32
	c.ByKey(ctx, func(int, []Posting) {
		n.Add(1)
		cancel()
	})
	require.Less(t, n.Load(), int32(10))
}

// Ranges of keys have about as many postings each, and together all keys, each once.
func TestRounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, of := range []func() uint64{
		rng.Uint64,
		func() uint64 { return rng.Uint64() >> 8 },
		func() uint64 { return math.MaxUint64 - rng.Uint64N(3) },
		func() uint64 { return 7 },
	} {
		c := Collection{Documents: 5000, Threads: 1, AtOnce: 10_000}
		docs, all := make([][]uint64, c.Documents), map[uint64]int{}
		for d := range docs {
			for range rng.IntN(40) {
				docs[d] = append(docs[d], of())
				all[docs[d][len(docs[d])-1]]++
			}
			c.Postings += len(docs[d])
		}
		c.Keys = func(_, d int, in Range, add func(uint64, uint32)) {
			for _, k := range docs[d] {
				if in.Has(k) {
					add(k, 0)
				}
			}
		}
		next, none := uint64(0), false
		rounds := c.rounds()
		for _, r := range rounds {
			require.False(t, none)
			require.Equal(t, next, r.First)
			require.LessOrEqual(t, r.First, r.Last)
			next, none = r.Last+1, r.Last == math.MaxUint64
			if len(all) > 1000 {
				n := 0
				for d := range docs {
					c.Keys(0, d, r, func(uint64, uint32) { n++ })
				}
				require.InDelta(t, c.AtOnce, n, .3*float64(c.AtOnce))
			}
		}
		require.True(t, none)
	}
	empty := Collection{Documents: 100, Postings: 100, AtOnce: 10, Keys: func(int, int, Range, func(uint64, uint32)) {}}
	require.Equal(t, []Range{allKeys}, empty.rounds())
}

// Shared postings come out as they were put in, key after key.
func TestShared(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	var s shared
	var want, got [][]Posting
	for i := range 5000 {
		of := make([]Posting, 2+rng.IntN(20))
		if i == 1000 {
			of = make([]Posting, 100_000)
		}
		document := uint32(0)
		for i := range of {
			document += rng.Uint32N(1 << (5 + rng.IntN(10)))
			of[i] = Posting{Document: document, Place: rng.Uint32() >> rng.IntN(32)}
			if rng.IntN(5) == 0 {
				of[i].Place = OfWhole
			}
			document++
		}
		if rng.IntN(100) == 0 {
			of[len(of)-1].Document = math.MaxUint32
		}
		want = append(want, of)
		s.add(of)
	}
	require.Greater(t, len(s.chunks), 3)
	for _, c := range s.chunks {
		c.each(func(first bool, document, place uint32) {
			if first {
				got = append(got, nil)
			}
			got[len(got)-1] = append(got[len(got)-1], Posting{Document: document, Place: place})
		})
	}
	require.Equal(t, want, got)
}

// Pairs add up weights up to the most that they hold, and forget nobody, whoever adds them.
func TestPairs(t *testing.T) {
	type key struct{ later, earlier uint32 }
	for _, threads := range []int{1, 3} {
		for _, documents := range []int{2, 1000, 2 * blocksOfOne * threads << laterBits} {
			rng := rand.New(rand.NewPCG(2, uint64(documents)))
			p := NewPairs(documents, threads)
			want := map[key]Met{}
			type added struct {
				later   uint32
				earlier []uint64
				weight  uint32
				whole   bool
			}
			var all []added
			for range 20_000 {
				a := added{uint32(1 + rng.IntN(documents-1)), nil, rng.Uint32N(11), rng.IntN(50) == 0}
				if rng.IntN(2) == 0 {
					a.later = uint32(1 + rng.IntN(min(documents-1, 5))) // these meet again and again
				}
				for range 1 + rng.IntN(5) {
					a.earlier = append(a.earlier, rng.Uint64N(uint64(a.later)))
				}
				all = append(all, a)
			}
			heavy := added{later: uint32(documents - 1), earlier: []uint64{0}, weight: mostWeight / 3}
			for _, a := range append(all, heavy, heavy, heavy, heavy, heavy) {
				for _, o := range a.earlier {
					k := key{a.later, uint32(o)}
					m := want[k]
					want[k] = Met{k.earlier, min(m.Weight+a.weight, mostWeight), m.Whole || a.whole}
				}
			}
			all = append(all, heavy, heavy, heavy, heavy, heavy)
			Each(t.Context(), threads, len(all), func(_, i int) { p.Add(all[i].later, all[i].earlier, all[i].weight, all[i].whole) })
			require.EqualValues(t, mostWeight, want[key{heavy.later, 0}].Weight)
			got, last := map[key]Met{}, -1
			for n := range p.Blocks() {
				p.Take(n, func(later uint32, met []Met) {
					require.Greater(t, int(later), last)
					last = int(later)
					require.True(t, slices.IsSortedFunc(met, func(a, b Met) int { return cmp.Compare(a.Document, b.Document) }))
					for _, m := range met {
						got[key{later, m.Document}] = m
					}
				})
			}
			require.Equal(t, want, got)
			for n := range p.Blocks() {
				p.Take(n, func(uint32, []Met) { t.Error("it was taken") })
			}
		}
	}
}

const (
	page    postings.Posting = 1 << 1
	article postings.Posting = 1 << 2
)

var rules = holders.Rules{
	Few: 3, Page: page, Pages: 5, Article: article, Articles: 8, Publishers: 9, Most: .75, Stays: .5,
}

// What a list says of the holders of a key: who is marked, and who meets whom.
type said struct {
	marked []uint64
	met    map[uint64][]uint64
}

func (s *said) mark(h Holder) { s.marked = append(s.marked, h.Document) }
func (s *said) meet(h Holder, listed []uint64) {
	s.met[h.Document] = slices.Clone(listed)
}

// replay goes through the holders of a key by plain slices: after each that comes, all of
// those listed are judged again.
func replay(all []Holder, longest int) said {
	type held struct {
		Holder
		marked bool
		met    []uint64
	}
	out := said{met: map[uint64][]uint64{}}
	var list []*held
	look := func(site uint64) bool {
		var of []postings.Posting
		var briefs []records.Brief
		for i, h := range list {
			p := postings.Of(uint32(i)) | h.Fresh
			if h.marked {
				p |= postings.Marked
			}
			of = append(of, p)
			briefs = append(briefs, records.Brief{Site: h.Site, Page: h.Page})
		}
		return rules.ByPublishers(of, briefs) || rules.BySite(of, briefs, site)
	}
	leave := func(h *held) {
		if h.marked {
			out.mark(h.Holder)
		} else if len(h.met) > 0 {
			out.meet(h.Holder, h.met)
		}
	}
next:
	for _, h := range all {
		for _, o := range list {
			if o.Text == h.Text {
				if o.marked {
					out.mark(h)
				} else {
					out.meet(h, []uint64{o.Document})
				}
				continue next
			}
		}
		now := &held{Holder: h, marked: look(h.Site)}
		for _, o := range list {
			now.met = append(now.met, o.Document)
		}
		if len(list) == longest {
			of := map[uint64]int{h.Site: 1}
			for _, o := range list {
				of[o.Site]++
			}
			most := 0
			for _, n := range of {
				most = max(most, n)
			}
			i := slices.IndexFunc(list, func(o *held) bool { return of[o.Site] == most })
			leave(list[i])
			list = slices.Delete(list, i, i+1)
		}
		list = append(list, now)
		var is []bool
		for _, o := range list {
			is = append(is, look(o.Site))
		}
		for i, o := range list {
			o.marked = is[i]
		}
	}
	for _, h := range list {
		leave(h)
	}
	return out
}

// A list is that of a plain slice, where everything is judged anew at every step. One list
// takes key after key.
func TestList(t *testing.T) {
	marks, meetings := 0, 0
	for _, longest := range []int{6, 12, 32} {
		var got said
		l := List{
			Rules: rules, Longest: longest,
			Mark: func(h Holder) { got.mark(h) }, Meet: func(h Holder, listed []uint64) { got.meet(h, listed) },
		}
		for seed := range uint64(100) {
			rng := rand.New(rand.NewPCG(seed, 1))
			var all []Holder
			sites, fresh := 1+rng.Uint64N(40), rng.IntN(4)
			for i := range 1 + rng.IntN(100) {
				h := Holder{Document: uint64(i), Text: uint32(i), Place: rng.Uint32(), Site: rng.Uint64N(sites)}
				if rng.IntN(8) == 0 {
					h.Text = rng.Uint32N(uint32(i) + 1) // a copy of another
				}
				if rng.IntN(3) == 0 {
					h.Page = 1 + rng.Uint32N(20)
				}
				if rng.IntN(4) >= fresh {
					h.Fresh = page
					if rng.IntN(5) > 0 {
						h.Fresh |= article
					}
				}
				all = append(all, h)
			}
			got = said{met: map[uint64][]uint64{}}
			for _, h := range all {
				l.Add(h)
			}
			l.End()
			want := replay(all, longest)
			require.Equal(t, want.marked, got.marked, "seed %d", seed)
			require.Equal(t, want.met, got.met, "seed %d", seed)
			marks += len(got.marked)
			meetings += len(got.met)
		}
	}
	require.Greater(t, marks, 1000)
	require.Greater(t, meetings, 1000)
}

// Of few documents nobody is marked, whatever is known of them: each meets all before it, or
// the one whose text it has.
func TestUnmarked(t *testing.T) {
	require.Equal(t, 3, (&List{Rules: rules, Longest: 3}).Unmarked())
	l := List{Rules: rules, Longest: 32}
	n := l.Unmarked()
	require.GreaterOrEqual(t, n, 3)
	require.Less(t, n, min(rules.Pages, rules.Articles))
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 2))
		want, got := map[uint64][]uint64{}, said{met: map[uint64][]uint64{}}
		l.Mark, l.Meet = got.mark, got.meet
		var few []Holder
		for i := range uint64(40) {
			h := Holder{Document: i, Text: rng.Uint32N(uint32(n)), Site: rng.Uint64N(3), Page: uint32(i), Fresh: page | article}
			if k := slices.IndexFunc(few, func(o Holder) bool { return o.Text == h.Text }); k >= 0 {
				want[i] = []uint64{few[k].Document}
			} else {
				for _, o := range few {
					want[i] = append(want[i], o.Document)
				}
				few = append(few, h)
			}
			l.Add(h)
		}
		l.End()
		require.Empty(t, got.marked)
		require.Equal(t, want, got.met)
	}
}

// What a list keeps does not grow with the holders of a key.
func TestListOfMany(t *testing.T) {
	marked, met := 0, 0
	l := List{Rules: rules, Longest: 32, Mark: func(Holder) { marked++ }, Meet: func(_ Holder, listed []uint64) {
		met += len(listed)
	}}
	for i := range uint64(100_000) {
		l.Add(Holder{Document: i, Text: uint32(i), Site: i})
	}
	l.End()
	require.Zero(t, marked)
	require.Equal(t, 31*32/2+(100_000-32)*32, met)
	require.LessOrEqual(t, len(l.held), 33)
}

// Components are what walks from number to number reach.
func TestComponents(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for _, n := range []int{0, 1, 2, 50, 1000} {
		for _, edges := range []int{0, 1, n / 4, n, 3 * n} {
			lower, both := make([][]uint32, n), make([][]uint32, n)
			for range edges {
				if n < 2 {
					continue
				}
				a := 1 + rng.IntN(n-1)
				b := rng.IntN(a)
				lower[a] = append(lower[a], uint32(b))
				both[a], both[b] = append(both[a], uint32(b)), append(both[b], uint32(a))
			}
			var want [][]uint32
			seen := make([]bool, n)
			for i := range n {
				var reached []uint32
				var walk func(uint32)
				walk = func(k uint32) {
					if !seen[k] {
						seen[k] = true
						reached = append(reached, k)
						for _, o := range both[k] {
							walk(o)
						}
					}
				}
				if walk(uint32(i)); len(reached) > 1 {
					slices.Sort(reached)
					want = append(want, reached)
				}
			}
			slices.SortFunc(want, func(a, b []uint32) int { return cmp.Compare(a[1], b[1]) })
			got := Components(n, func(k uint32, yield func(uint32)) {
				for _, o := range lower[k] {
					yield(o)
				}
			})
			require.Equal(t, want, got)
		}
	}
}
