package cluster

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// depending returns documents that depend on one another in every way: copies of one
// story, pages of one site, forms of unknown sites and of many publishers, chains of
// versions, texts of nothing and of one word, ids that come again; and what a crawl has.
func (m *maker) depending() (docs []Entry) {
	docs, _ = m.collection(60)
	day := docs[0].Published
	add := func(e Entry, site string) {
		e.Site = site
		if m.rng.IntN(10) > 0 { // many have the time of others, and some none
			e.Published = day.Add(time.Duration(m.rng.IntN(100)) * time.Hour)
		}
		docs = append(docs, e)
	}
	for i := range docs {
		docs[i].Site = []string{"", "one", "two", fmt.Sprint("paper", i%5)}[i%4]
	}
	story := m.text(400)
	for i := range 120 { // the same, nearly the same, and versions
		text := slices.Clone(story)
		switch {
		case i%3 == 1:
			copy(text[m.rng.IntN(300):], m.text(3))
		case i%7 == 2:
			text = append(text[:250], m.text(60)...)
		}
		add(m.entry(fmt.Sprintf("copy%03d", i), text), []string{"", "two", fmt.Sprint("site", i)}[i%3])
	}
	menu := m.text(250)
	for i := range 50 {
		e := m.entry(fmt.Sprintf("page%02d", i), m.text(20+m.rng.IntN(40)), menu[:200+i])
		e.Page = uint32(i % 20)
		add(e, "one")
	}
	form := m.text(300)
	for i := range 40 {
		add(m.entry(fmt.Sprintf("form%02d", i), append(m.text(100), form...)), "")
	}
	frame := m.text(200)
	for i := range 45 {
		add(m.entry(fmt.Sprintf("paper%02d", i), append(m.text(90), frame...)), fmt.Sprint("paper", i))
	}
	add(m.entry("form", form), "")
	add(m.entry("form again", form), "")
	chain := m.text(200)
	for i := range 60 {
		chain = append(slices.Clone(chain[10:]), m.text(10)...)
		add(m.entry(fmt.Sprintf("chain%02d", i), chain), "")
	}
	word := m.text(1)
	for i := range 5 {
		add(m.entry(fmt.Sprint("empty", i), nil), "")
		add(m.entry(fmt.Sprint("word", i), word), "")
	}
	docs = m.twice(docs)
	for i := range docs {
		docs[i].Sequence = []uint32{uint32(10 + i%3/2)}
	}
	m.rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	return docs
}

// A refHolder is a document in the list of a key.
type refHolder struct {
	number uint32
	place  int // in the sample, or -1
	text   uint32
	fresh  postings.Posting
	marked bool
	met    []uint32
}

// A loader loads a collection as it is defined: by maps of keys, with every list judged
// anew by all of it at every step, on one thread, into an index whose lists are filled at
// once. Of the index it takes how two documents are compared, and how a component is
// partitioned.
type loader struct {
	x       *Index
	entries []Prepared
	docs    []*records.Document
	keys    map[string][]*refHolder
	order   []string
	weights map[[2]uint32]int
	whole   map[[2]uint32]bool
}

func loadSlowly(t *testing.T, o Options, docs []Entry) *Index {
	l := loader{x: newIndex(t, o), keys: map[string][]*refHolder{}, weights: map[[2]uint32]int{}, whole: map[[2]uint32]bool{}}
	last := map[string]Prepared{}
	inOrder := make([]Prepared, len(docs))
	for i := range docs {
		inOrder[i] = l.x.prepare(&docs[i])
	}
	order := func(p, q Prepared) int {
		return cmp.Or(cmp.Compare(p.doc.Time, q.doc.Time), cmp.Compare(p.Hash(), q.Hash()))
	}
	slices.SortStableFunc(inOrder, order)
	for _, p := range inOrder {
		last[p.ID()] = p
	}
	for _, p := range last {
		l.entries = append(l.entries, p)
	}
	slices.SortFunc(l.entries, order)
	l.place()
	for _, key := range l.order {
		l.list(l.keys[key])
	}
	l.compare()
	l.partition()
	l.enter()
	return l.x
}

func (l *loader) sample(n uint32) []uint64 { return l.docs[n].Sample(nil) }

// place places the documents, and finds how fresh each is.
func (l *loader) place() {
	x := l.x
	for i, p := range l.entries {
		n, d := uint32(i), p.doc
		x.clock++
		d.Arrival = x.clock
		x.docs.Allocate(d, p.Entry)
		l.docs = append(l.docs, d)
		fresh, total := 0, 0
		text := x.textOf(p, new([]uint64))
		add := func(key string, place int) bool {
			h := &refHolder{number: n, place: place, text: text}
			first := l.keys[key] == nil
			if first {
				l.order = append(l.order, key)
			}
			l.keys[key] = append(l.keys[key], h)
			return first
		}
		for at, e := range l.sample(n) {
			if total += weight(e); add(fmt.Sprint(e>>1), at) {
				fresh += weight(e)
			}
		}
		for at := 0; at+3 <= len(p.Bands); at += 3 {
			add(fmt.Sprint("bands", at, p.Bands[at:at+3]), -1)
		}
		d.Fresh = uint8(freshness(float64(fresh) / float64(max(1, total))))
	}
	x.change.begin(x.clustered())
	x.change.changes, x.stats.Indexed = uint64(len(l.docs)), len(l.docs)
	for _, of := range l.keys {
		for _, h := range of {
			if h.place >= 0 {
				h.fresh = postings.Posting(l.docs[h.number].Fresh)
			}
		}
	}
}

// list goes through the list of a key, of at most 32.
func (l *loader) list(all []*refHolder) {
	var list []*refHolder
	judge := func(site uint64) bool {
		var of []postings.Posting
		for _, h := range list {
			p := postings.Of(h.number) | h.fresh
			if h.marked {
				p |= postings.Marked
			}
			of = append(of, p)
		}
		return l.x.boilerplate(of, site)
	}
	site := func(h *refHolder) uint64 { return l.x.docs.Briefs[h.number].Site }
	for _, h := range all {
		if i := slices.IndexFunc(list, func(o *refHolder) bool { return o.text == h.text }); i >= 0 {
			h.marked = list[i].marked
			h.met = []uint32{list[i].number}
			continue
		}
		for _, o := range list {
			h.met = append(h.met, o.number)
		}
		h.marked = judge(site(h))
		if list = append(list, h); len(list) > 32 {
			of, most := map[uint64]int{}, 0
			for _, o := range list {
				of[site(o)]++
				most = max(most, of[site(o)])
			}
			i := slices.IndexFunc(list, func(o *refHolder) bool { return of[site(o)] == most })
			list = slices.Delete(list, i, i+1)
		}
		is := map[uint64]bool{}
		for _, o := range list {
			if _, ok := is[site(o)]; !ok {
				is[site(o)] = judge(site(o))
			}
		}
		for _, o := range list {
			o.marked = is[site(o)]
		}
	}
	for _, h := range all {
		d := l.docs[h.number]
		switch {
		case !h.marked:
			for _, o := range h.met {
				pair := [2]uint32{h.number, o}
				if h.place < 0 {
					l.whole[pair] = true
					l.weights[pair] += 0
				} else {
					l.weights[pair] += weight(l.sample(h.number)[h.place])
				}
			}
		case h.place >= 0:
			k := d.NeedLinks()
			if len(k.Mask.Words()) == 0 {
				k.Mask = records.MaskOf(make([]uint64, (d.Sampled+63)/64))
			}
			k.Mask.Words()[h.place/64] |= 1 << (h.place % 64)
			w := weight(l.sample(h.number)[h.place])
			k.MaskJudged += int32(w)
			l.x.docs.Briefs[h.number].Weight -= uint32(w)
		}
	}
}

// compare compares each document with the 64 with which it has most in common.
func (l *loader) compare() {
	x := l.x
	met := map[uint32][]uint32{}
	for pair, w := range l.weights {
		a, b := &x.docs.Briefs[pair[0]], &x.docs.Briefs[pair[1]]
		if l.whole[pair] || x.promising(a, b, uint32(w), 1) {
			met[pair[0]] = append(met[pair[0]], pair[1])
		}
	}
	s := x.scratch.Get().(*scratch)
	for i, d := range l.docs {
		n := uint32(i)
		found := met[n]
		slices.SortFunc(found, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(l.weights[[2]uint32{n, b}], l.weights[[2]uint32{n, a}]), cmp.Compare(a, b))
		})
		x.stats.Skipped += max(0, len(found)-64)
		for _, o := range found[:min(64, len(found))] {
			own := x.sketch(d, &s.own)
			own.Sequence = s.own.Sequence(x.docs.Sequence(d))
			x.stats.Candidates++
			same := x.docs.Briefs[n].SameSite(&x.docs.Briefs[o])
			e, ok := x.verify(d, &own, l.docs[o], same, s, &likeness.Effort{Elements: math.MaxInt, Words: math.MaxInt})
			if !ok {
				continue
			}
			x.stats.Matches++
			d.NeedLinks().Matches = append(d.Links.Matches, e.Match)
			l.docs[o].NeedLinks().Matches = append(l.docs[o].Links.Matches, e.Swap(n))
			if x.o.Window == 0 && !x.o.SkipSameSite && !e.Apart && e.Jaccard() >= .9 && e.Alike >= .9 {
				break
			}
		}
	}
}

// partition partitions each component.
func (l *loader) partition() {
	seen := map[uint32]bool{}
	for _, d := range l.docs {
		all := []*records.Document{d}
		for i := 0; i < len(all) && !seen[d.Number]; i++ {
			for _, m := range all[i].Matches() {
				if o := l.docs[m.With]; l.x.counts(all[i], &m) && !slices.Contains(all, o) {
					all = append(all, o)
				}
			}
		}
		for _, o := range all {
			seen[o.Number] = true
		}
		if len(all) > 1 {
			l.x.partition(all)
		}
	}
}

// enter enters all documents into the lists.
func (l *loader) enter() {
	for n, d := range l.docs {
		for _, key := range l.entries[n].Bands {
			l.x.bands.Add(key, postings.Of(d.Number), nil, nil)
		}
		for i, e := range l.sample(d.Number) {
			l.x.shingles.Add(shingleKey(e), postingOf(d, i), nil, nil)
		}
		if !l.x.o.SamplesOnly {
			d.NeedRepresentative().Bands = l.entries[n].Bands
		}
	}
}

// batchOf adds a batch to an index.
func batchOf(t testing.TB, ctx context.Context, x *Index, docs []Entry, threads int) error {
	entries := make([]Prepared, len(docs))
	for i := range docs {
		p, err := x.Prepare(docs[i])
		require.NoError(t, err)
		entries[i] = p
	}
	err := x.AddBatch(ctx, entries, BatchOptions{Threads: threads})
	if err == nil {
		for _, p := range entries {
			require.Equal(t, Prepared{}, p)
		}
	}
	return err
}

// requireLoaded requires two indexes to have the same of every document.
func requireLoaded(t *testing.T, want, got *Index) {
	require.Equal(t, want.docs.Briefs, got.docs.Briefs)
	for n := range uint32(want.docs.Len()) {
		a, b := want.docs.Get(n), got.docs.Get(n)
		require.Equal(t, a.ID, b.ID)
		require.Equal(t, a.Fresh, b.Fresh, a.ID)
		require.Equal(t, a.Matches(), b.Matches(), a.ID)
		require.Equal(t, a.Boilerplate(nil), b.Boilerplate(nil), a.ID)
	}
	require.Equal(t, slices.Collect(want.Clusters()), slices.Collect(got.Clusters()))
}

// loadOptions are options under which collections are loaded.
var loadOptions = map[string]Options{
	"by figures":     {Scale: 4},
	"jaccard":        {Scale: 4, Jaccard: .3},
	"judged":         {Scale: 4, NewJudge: func() Judge { return byFirst{} }},
	"samples only":   {Scale: 4, SamplesOnly: true},
	"window":         {Scale: 4, Window: 36 * time.Hour},
	"skip same site": {Scale: 4, SkipSameSite: true},
	"loose":          {Scale: 4, Containment: .2, Overlap: .2},
}

// What is loaded is what its definition says, with any number of threads, in whatever
// order it comes. Then the index is one as any other, to the last posting.
func TestLoad(t *testing.T) {
	for name, o := range loadOptions {
		for seed := range uint64(Fewer(2)) {
			t.Run(fmt.Sprintf("%s/seed=%d", name, seed), func(t *testing.T) {
				t.Parallel()
				m := newMaker(t, seed)
				docs := m.depending()
				want := loadSlowly(t, o, docs)
				boilerplate, several := 0, 0
				for n := range uint32(want.docs.Len()) {
					boilerplate += len(want.docs.Get(n).Boilerplate(nil))
				}
				for c := range want.Clusters() {
					if len(c.Members) > 1 {
						several++
					}
				}
				require.Greater(t, boilerplate, 100)
				require.Greater(t, several, 30)
				for _, threads := range []int{0, 2, 5} {
					got := newIndex(t, o)
					require.NoError(t, batchOf(t, t.Context(), got, docs, threads))
					requireLoaded(t, want, got)
					requireSame(t, want, got)
					m.rng.Shuffle(len(docs), func(i, j int) { // those of one id in their order
						if docs[i].ID != docs[j].ID && !twiceIn(docs, i) && !twiceIn(docs, j) {
							docs[i], docs[j] = docs[j], docs[i]
						}
					})
				}
			})
		}
	}
}

// twiceIn reports whether the id of a document comes again.
func twiceIn(docs []Entry, i int) bool {
	n := 0
	for j := range docs {
		if docs[j].ID == docs[i].ID {
			n++
		}
	}
	return n > 1
}

// What is asked and done after a collection was loaded, be it the first thing or a later
// one, has the answers of an index whose lists have been there all the time.
func TestAfterLoad(t *testing.T) {
	for _, name := range []string{"judged", "samples only"} {
		o := loadOptions[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMaker(t, 9)
			docs := m.depending()
			rest, docs := docs[:60], docs[60:]
			first := map[string]func(x *Index, i int) any{
				"query": func(x *Index, i int) any { return x.Query(rest[i]) },
				"add": func(x *Index, i int) any {
					a, err := x.Add(rest[i])
					require.NoError(t, err)
					return a
				},
				"again": func(x *Index, i int) any { // what is there, which leaves and comes
					a, err := x.Add(docs[i])
					require.NoError(t, err)
					return a
				},
				"remove": func(x *Index, i int) any {
					events, ok := x.Remove(docs[i*3].ID)
					return []any{events, ok}
				},
				"lookup": func(x *Index, i int) any {
					a, err := x.Lookup(docs[i].ID)
					return []any{a, err}
				},
				"explain": func(x *Index, i int) any {
					e, err := x.Explain(docs[i].ID, docs[i+1].ID)
					return []any{e, err}
				},
				"common":  func(x *Index, i int) any { return x.Common(docs[i], rest[i]) },
				"entries": func(x *Index, _ int) any { return x.Stats().Entries },
				"part":    func(x *Index, i int) any { c, err := x.Cluster(docs[i].ID); return []any{c, err} },
				"pairs": func(x *Index, i int) any {
					if i > 2 {
						return nil
					}
					out := map[string][]Match{}
					for id, m := range x.Pairs() {
						out[id] = m
					}
					return out
				},
			}
			for name, ask := range first {
				want, got := loadSlowly(t, o, docs), newIndex(t, o)
				require.NoError(t, batchOf(t, t.Context(), got, docs, 2))
				for i := range rest {
					require.Equal(t, ask(want, i), ask(got, i), name)
				}
				if got.unlisted != nil {
					require.Contains(t, []string{"lookup", "part", "pairs"}, name)
				}
				requireSame(t, want, got)
			}
		})
	}
}

// Many ask at once, and some add and remove, right after a collection was loaded.
func TestAskedTogetherAfterLoad(t *testing.T) {
	m := newMaker(t, 10)
	docs := m.depending()
	rest, docs := docs[:30], docs[30:]
	for range uint64(Fewer(5)) {
		x := newIndex(t, Options{Scale: 4})
		var all sync.WaitGroup
		begin := make(chan struct{})
		all.Go(func() {
			<-begin
			assert.NoError(t, batchOf(t, t.Context(), x, docs, 2))
		})
		for i := range 6 {
			all.Go(func() {
				<-begin
				for j := range rest {
					switch (i + j) % 6 {
					case 0:
						x.Add(rest[j])
					case 1:
						x.Stats()
					case 2:
						x.Common(docs[j], rest[j])
					case 3:
						x.Explain(docs[j].ID, docs[j+1].ID)
					case 4:
						x.Remove(docs[j].ID)
					}
					x.Query(rest[j])
					x.Cluster(docs[j].ID)
				}
			})
		}
		close(begin)
		all.Wait()
		for err := range x.Check() {
			require.NoError(t, err)
		}
	}
}

// A stopping context is done when it was asked so many times.
type stopping struct {
	context.Context
	left atomic.Int64
}

func (c *stopping) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Wherever loading is stopped, the index is empty, and what was to be loaded can be prepared
// and loaded again.
func TestLoadStops(t *testing.T) {
	m := newMaker(t, 11)
	docs := m.depending()[:150]
	want := newIndex(t, Options{Scale: 4})
	require.NoError(t, batchOf(t, t.Context(), want, docs, 1))
	stops := 0
	for after := int64(0); ; after += 1 + after/7 {
		x := newIndex(t, Options{Scale: 4})
		entries := make([]Prepared, len(docs))
		for i := range docs {
			entries[i] = x.prepare(&docs[i])
		}
		ctx := &stopping{Context: context.Background()}
		ctx.left.Store(after)
		err := x.AddBatch(ctx, entries, BatchOptions{Threads: 2})
		if err == nil {
			break
		}
		stops++
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, x.Len())
		require.Empty(t, clusters(x))
		require.Zero(t, x.Stats().Entries)
		requireSound(t, x)
		require.NoError(t, batchOf(t, t.Context(), x, docs, 2))
		requireLoaded(t, want, x)
		requireSame(t, want, x)
	}
	require.Greater(t, stops, 10)
}

// A collection of nothing can be loaded, and then another.
func TestLoadNothing(t *testing.T) {
	m := newMaker(t, 12)
	docs := m.depending()[:50]
	want, x := newIndex(t, Options{}), newIndex(t, Options{})
	require.NoError(t, batchOf(t, t.Context(), want, docs, 1))
	for range 2 {
		require.NoError(t, batchOf(t, t.Context(), x, nil, 3))
		require.Zero(t, x.Stats().Documents)
	}
	require.NoError(t, batchOf(t, t.Context(), x, docs, 1))
	requireSame(t, want, x)
}

// A text that many carry is one cluster, found with one comparison for each, and removed
// one by one.
func TestLoadCopies(t *testing.T) {
	m := newMaker(t, 13)
	story := m.entry("", m.text(300))
	var docs []Entry
	for i := range 1000 {
		e := story
		e.ID = fmt.Sprint("copy", i)
		docs = append(docs, e)
	}
	x := newIndex(t, Options{})
	require.NoError(t, batchOf(t, t.Context(), x, docs, 2))
	c, err := x.Cluster("copy7")
	require.NoError(t, err)
	require.Len(t, c.Members, len(docs))
	require.Equal(t, len(docs)-1, x.Counters().Candidates)
	require.Equal(t, len(docs)-1, x.Counters().Matches)
	requireSound(t, x)
	for i := range docs {
		_, ok := x.Remove(docs[i].ID)
		require.True(t, ok)
	}
	require.Empty(t, clusters(x))
	require.Zero(t, x.Stats().Entries)
}

// Where nothing is boilerplate and no two texts are nearly identical, clusters are those
// of adding one by one.
func TestLoadIsAsAddingOneByOne(t *testing.T) {
	for seed := range uint64(Fewer(4)) {
		m := newMaker(t, seed)
		var docs []Entry
		for a := range 200 {
			body := m.text(200)
			for c := range 1 + m.rng.IntN(5) {
				kept := slices.Clone(body[m.rng.IntN(40):])
				e := m.entry(fmt.Sprintf("%03d-%d", a, c), append(kept, m.text(30+m.rng.IntN(40))...))
				e.Published = time.Unix(int64(m.rng.IntN(1e6)), 0)
				e.Site = []string{"", "one", "two"}[m.rng.IntN(3)]
				docs = append(docs, e)
			}
		}
		one, all := newIndex(t, Options{}), newIndex(t, Options{})
		batch, inOrder := m.arranged(t, all, docs)
		for _, e := range inOrder {
			_, err := one.Add(e)
			require.NoError(t, err)
		}
		require.Zero(t, len(docs)-one.Stats().Indexed, "no duplicates")
		require.NoError(t, all.AddBatch(t.Context(), batch, BatchOptions{Threads: 2}))
		require.Equal(t, clusters(one), clusters(all))
	}
}

// The last batch has the clusters that it has otherwise, without bands. What comes after it
// all the same finds what has its sample.
func TestLoadLast(t *testing.T) {
	for _, o := range []Options{{}, {SamplesOnly: true}} {
		m := newMaker(t, 17)
		docs := m.depending()
		want, x := newIndex(t, o), newIndex(t, o)
		require.NoError(t, batchOf(t, t.Context(), want, docs, 2))
		entriesOf := func(x *Index, docs []Entry) (entries []Prepared) {
			for i := range docs {
				entries = append(entries, x.prepare(&docs[i]))
			}
			return entries
		}
		last := BatchOptions{Threads: 2, Last: true}
		require.NoError(t, x.AddBatch(t.Context(), entriesOf(x, docs), last))
		require.Equal(t, clusters(want), clusters(x))

		// Bundles have no bands at all, unless something was there before.
		bundlesOf := func(x *Index, docs []Entry) (bundles []Bundle) {
			for some := range slices.Chunk(docs, 7) {
				bundles = append(bundles, x.NewBundle(entriesOf(x, some), last))
			}
			return bundles
		}
		bundled := newIndex(t, o)
		require.NoError(t, bundled.AddBundles(t.Context(), bundlesOf(bundled, docs), last))
		require.Equal(t, clusters(want), clusters(bundled))
		half := len(docs) / 2
		first, second := newIndex(t, o), newIndex(t, o)
		for _, x := range []*Index{first, second} {
			require.NoError(t, batchOf(t, t.Context(), x, docs[:half], 1))
		}
		require.NoError(t, batchOf(t, t.Context(), first, docs[half:], 1))
		require.NoError(t, second.AddBundles(t.Context(), bundlesOf(second, docs[half:]), last))
		require.Equal(t, clusters(first), clusters(second))
		require.Equal(t, first.Stats().BandBytes, second.Stats().BandBytes)

		// A bundle may be made by other options than it is added by, and bands that are needed
		// are missed.
		mixed := newIndex(t, o)
		require.NoError(t, mixed.AddBundles(t.Context(), bundlesOf(mixed, docs), BatchOptions{Threads: 2}))
		require.Equal(t, clusters(want), clusters(mixed))
		mixed = newIndex(t, o)
		bundles := bundlesOf(mixed, docs[half:])
		require.NoError(t, batchOf(t, t.Context(), mixed, docs[:half], 1))
		require.ErrorIs(t, mixed.AddBundles(t.Context(), bundles, last), ErrOptions)
		require.Equal(t, half, mixed.Len())
		mixed = newIndex(t, o)
		visited := BatchOptions{Visit: func(string, Added) {}}
		require.ErrorIs(t, mixed.AddBundles(t.Context(), bundlesOf(mixed, docs), visited), ErrOptions)
		mixed = newIndex(t, o)
		banded := []Bundle{mixed.NewBundle(entriesOf(mixed, docs), BatchOptions{})}
		require.NoError(t, mixed.AddBundles(t.Context(), banded, last))
		require.Equal(t, clusters(want), clusters(mixed))
		require.Equal(t, maps.Collect(want.Pairs()), maps.Collect(x.Pairs()))
		require.NotZero(t, want.Stats().BandBytes)
		require.Zero(t, x.Stats().BandBytes)
		copied := docs[len(docs)/2]
		copied.ID = "copy"
		found := x.Query(copied)
		require.NotEmpty(t, found)
		require.Equal(t, want.Query(copied)[0], found[0])
		for _, d := range docs {
			x.Remove(d.ID)
		}
		require.Zero(t, x.Len())
		require.Empty(t, clusters(x))
		require.Zero(t, x.Stats().Entries)
	}
}

// Members have the notes of their entries, also when numbers are used again.
func TestNotes(t *testing.T) {
	m := newMaker(t, 18)
	docs, _ := m.collection(100)
	for i := range docs {
		docs[i].Note = strings.Repeat("n", i%5) // some have none
	}
	one, all := newIndex(t, Options{}), newIndex(t, Options{})
	require.NoError(t, batchOf(t, t.Context(), all, docs, 2))
	for _, d := range docs {
		_, err := one.Add(d)
		require.NoError(t, err)
	}
	for _, x := range []*Index{one, all} {
		want := map[string]string{}
		check := func() {
			got := map[string]string{}
			for c := range x.Clusters() {
				part, err := x.Cluster(c.ID)
				require.NoError(t, err)
				require.Equal(t, c, part)
				for _, m := range c.Members {
					got[m.ID] = m.Note
				}
			}
			require.Equal(t, want, got)
		}
		for _, d := range docs {
			want[d.ID] = d.Note
		}
		check()
		for i, d := range docs[:60] {
			switch i % 3 {
			case 0:
				x.Remove(d.ID)
				delete(want, d.ID)
			case 1:
				d.Note = "another"
				_, err := x.Add(d)
				require.NoError(t, err)
				want[d.ID] = d.Note
			}
		}
		check()
	}
}
