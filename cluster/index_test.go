package cluster

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is left after removals is as if the removed had never come.
func TestRemoveTakesInfluenceAway(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		m := newMaker(t, seed)
		docs, _ := m.collection(40)
		x := newIndex(t, Options{})
		for _, d := range docs {
			_, err := x.Add(d)
			require.NoError(t, err)
		}
		kept := docs[:0:0]
		for _, i := range m.rng.Perm(len(docs)) {
			if m.rng.IntN(2) == 0 {
				_, ok := x.Remove(docs[i].ID)
				require.True(t, ok)
				docs[i].ID = ""
			}
		}
		for _, d := range docs {
			if d.ID != "" {
				kept = append(kept, d)
			}
		}
		want := newIndex(t, Options{})
		for _, d := range kept {
			_, err := want.Add(d)
			require.NoError(t, err)
		}
		assert.Equal(t, clusters(want), clusters(x), "seed %d", seed)
		assert.Equal(t, len(kept), x.Len())

		for _, d := range kept {
			_, ok := x.Remove(d.ID)
			require.True(t, ok)
		}
		assert.Empty(t, clusters(x))
		assert.Zero(t, x.shingles.Len())
		assert.Zero(t, x.bands.Len())
		assert.Empty(t, x.docs.Retired)
		_, ok := x.Remove("gone")
		assert.False(t, ok)
	}
}

// Removing many followers of one text, its representative first.
func TestRemoveRepresentativeOfMany(t *testing.T) {
	t.Parallel()
	m := newMaker(t, 1)
	body := m.text(300)
	x := newIndex(t, Options{})
	for i := range 500 {
		text := slices.Clone(body)
		text[i%300] = m.rng.Uint64()
		_, err := x.Add(m.entry(fmt.Sprintf("%03d", i), text))
		require.NoError(t, err)
	}
	assert.Equal(t, 1, x.Stats().Indexed)
	for i := range 500 {
		events, ok := x.Remove(fmt.Sprintf("%03d", i))
		require.True(t, ok)
		require.NotEmpty(t, events)
		require.Equal(t, Event{Kind: Left, ID: fmt.Sprintf("%03d", i), From: fmt.Sprintf("%03d", i)}, events[0])
		if i < 499 {
			c, err := x.Cluster("499")
			require.NoError(t, err)
			require.Len(t, c.Members, 499-i)
			require.Equal(t, fmt.Sprintf("%03d", i+1), c.ID)
			require.Empty(t, c.Members[0].Of)
			for _, m := range c.Members[1:] {
				require.NotNil(t, x.docs.Find(m.Of)) // what is named is there
			}
		}
	}
	assert.Empty(t, clusters(x))
}

// In a cluster of more versions than are clustered anew, those with copies of their own
// leave it with these, which come back one by one.
func TestRemoveVersionsWithCopies(t *testing.T) {
	t.Parallel()
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	story := m.text(400)
	var ids []string
	for i := range mostRegrouped + 30 {
		version := append(m.text(50), story[:250]...)
		for c := range 1 + i%4 {
			id := fmt.Sprintf("version%02d.%d", i, c)
			ids = append(ids, id)
			_, err := x.Add(m.entry(id, version))
			require.NoError(t, err)
		}
	}
	c, err := x.Cluster(ids[0])
	require.NoError(t, err)
	require.Len(t, c.Members, len(ids))
	for _, i := range m.rng.Perm(len(ids)) {
		_, ok := x.Remove(ids[i])
		require.True(t, ok)
		requireSound(t, x)
	}
}

func TestReplace(t *testing.T) {
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	first, second := m.text(100), m.text(100)
	for _, e := range []Entry{m.entry("a", first), m.entry("b", first), m.entry("b", second), m.entry("c", second)} {
		_, err := x.Add(e)
		require.NoError(t, err)
	}
	assert.Equal(t, map[string]string{"a": "a", "b": "b", "c": "b"}, clusters(x))
	assert.Equal(t, 3, x.Len())
}

// Events tell all that changes: whoever follows them knows the clusters.
func TestEventsTellTheClusters(t *testing.T) {
	t.Parallel()
	for seed := range uint64(Fewer(8)) {
		m := newMaker(t, seed)
		docs, _ := m.collection(50)
		story := m.text(300) // with more followers than are added anew at once
		for i := range 3 * fewDuplicates {
			text := slices.Clone(story)
			text[i] = m.rng.Uint64()
			e := m.entry(fmt.Sprintf("story-%03d", i), text[:300-i%40])
			e.Published = docs[i%len(docs)].Published
			docs = append(docs, e)
		}
		x := newIndex(t, Options{})
		known := map[string]string{}
		rename := func(from, to string) {
			for id, c := range known {
				if c == from {
					known[id] = to
				}
			}
		}
		follow := func(events []Event) {
			// All names are those before the operation, or those after it.
			before := maps.Clone(known)
			for _, e := range events {
				switch e.Kind {
				case Left:
					require.Equal(t, before[e.ID], e.From)
					delete(known, e.ID)
				case Joined:
					known[e.ID] = e.Cluster
				case Moved:
					require.Equal(t, before[e.ID], e.From)
					known[e.ID] = e.Cluster + "\x00"
				case Merged, Canonical:
					rename(e.From, e.Cluster+"\x00")
				}
			}
			for id, c := range known {
				if n := len(c); n > 0 && c[n-1] == 0 {
					known[id] = c[:n-1]
				}
			}
		}
		for i, j := range m.rng.Perm(len(docs)) {
			a, err := x.Add(docs[j])
			require.NoError(t, err)
			known[docs[j].ID] = docs[j].ID
			follow(a.Events)
			require.Equal(t, clusters(x), known, "seed %d, addition %d: %v", seed, i, a.Events)
		}
		for i, j := range m.rng.Perm(len(docs)) {
			events, ok := x.Remove(docs[j].ID)
			require.True(t, ok)
			follow(events)
			require.Equal(t, clusters(x), known, "seed %d, removal %d: %v", seed, i, events)
		}
	}
}

// Each neighbour shares half, the ends nothing.
func TestChainDoesNotMerge(t *testing.T) {
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	half := m.text(100)
	for i := range 200 {
		next := m.text(100)
		a, err := x.Add(m.entry(fmt.Sprint(i), slices.Concat(half, next)))
		require.NoError(t, err)
		require.Equal(t, 1, a.Size)
		half = next
	}
}

func TestTemplateDoesNotMerge(t *testing.T) {
	t.Parallel()
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	form := m.text(80)
	for i := range Fewer(10_000) {
		a, err := x.Add(m.entry(fmt.Sprint(i), slices.Concat(form, m.text(120))))
		require.NoError(t, err)
		require.Equal(t, 1, a.Size)
	}
}

// The first pages of a site look like versions of one article; then its form
// is learned, and they are parted again.
func TestBoilerplateIsLearned(t *testing.T) {
	for _, site := range []string{"", "example.org"} {
		m := newMaker(t, 1)
		x := newIndex(t, Options{})
		form := m.text(280)
		moved := 0
		var page []uint64 // of document 0500
		for i := range 1000 {
			e := m.entry(fmt.Sprintf("%04d", i), slices.Concat(form, m.text(120)))
			e.Site = site
			if i == 500 {
				page = slices.Clone(e.Set.Elements())
			}
			a, err := x.Add(e)
			require.NoError(t, err)
			for _, e := range a.Events {
				if e.Kind == Moved {
					moved++
				}
			}
			if i >= manyArticles {
				require.Equal(t, 1, a.Size, "page %d", i)
			}
		}
		assert.Len(t, slices.Collect(x.Clusters()), 1000)
		assert.Positive(t, moved)

		// A copy of one of the pages is still found, by what is its own.
		e := m.entry("copy", nil)
		e.Set.Add(page[:len(page)-60], true)
		e.Set.Sort()
		e.Words = 340
		found := x.Query(e)
		require.Len(t, found, 1)
		assert.Equal(t, "0500", found[0].ID)
		assert.Positive(t, found[0].Boilerplate)

		// When the pages go, what was learned by them goes too.
		for i := range 1000 {
			x.Remove(fmt.Sprintf("%04d", i))
		}
		assert.Zero(t, x.shingles.Len())
	}
}

// A story of which every paper changes something, so that no two copies are
// the same and each brings something new, is no boilerplate either, whether or
// not the papers are known.
func TestEditedStoryIsNoBoilerplate(t *testing.T) {
	t.Parallel()
	for _, changed := range []int{20, 10, 5, 1}[:Fewer(4)] { // per cent of the words
		for _, sites := range []bool{false, true} {
			m := newMaker(t, uint64(changed))
			x := newIndex(t, Options{})
			body := m.text(300)
			for i := range 200 {
				text := slices.Clone(body)
				// A changed word changes five shingles.
				for range 300 * changed / 100 / 5 {
					at := m.rng.IntN(len(text) - 5)
					copy(text[at:], m.text(5))
				}
				e := m.entry(fmt.Sprintf("%03d", i), text)
				if sites {
					e.Site = fmt.Sprintf("paper-%d", i%60)
				}
				a, err := x.Add(e)
				require.NoError(t, err)
				require.Equal(t, i+1, a.Size, "%d %% changed, sites known: %v", changed, sites)
			}
		}
	}
}

// A story that is printed a thousand times is no boilerplate.
func TestStoryIsNoBoilerplate(t *testing.T) {
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	body := m.text(400)
	for i := range 1000 {
		text := slices.Clone(body[:300+m.rng.IntN(101)])
		for range 5 {
			text[m.rng.IntN(len(text))] = m.rng.Uint64()
		}
		a, err := x.Add(m.entry(fmt.Sprintf("%04d", i), text))
		require.NoError(t, err)
		require.Equal(t, i+1, a.Size)
	}
	for n := range uint32(x.docs.Len()) {
		d := x.docs.Get(n)
		assert.Empty(t, d.Boilerplate(nil))
	}
}

func TestNothingMatchesEmpty(t *testing.T) {
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	for i, id := range []string{"a", "b"} {
		a, err := x.Add(m.entry(id, nil))
		require.NoError(t, err)
		assert.Equal(t, Added{Cluster: id, Size: 1, Events: []Event{{Kind: Alone, ID: id, Cluster: id}}, Position: uint64(i) + 1}, a)
	}
	assert.Empty(t, x.Query(m.entry("c", nil)))
	_, ok := x.Match(m.entry("a", nil), m.entry("b", nil))
	assert.False(t, ok)
	_, err := x.Add(Entry{})
	assert.ErrorIs(t, err, ErrID)
	_, err = x.Cluster("none")
	assert.ErrorIs(t, err, ErrUnknown)
	_, err = x.Explain("a", "none")
	assert.ErrorIs(t, err, ErrUnknown)
}

// Short documents match only what is nearly the same.
func TestShortDocuments(t *testing.T) {
	m := newMaker(t, 1)
	long := m.text(200)
	x := newIndex(t, Options{})
	x.Add(m.entry("long", long))
	assert.Empty(t, x.Query(m.entry("phrase", long[:8])))
	assert.NotEmpty(t, x.Query(m.entry("brief", long[:20])))
	x.Add(m.entry("phrase", long[:10]))
	found := x.Query(m.entry("same", long[:9]))
	require.Len(t, found, 1)
	assert.Equal(t, "phrase", found[0].ID)
}

func TestFilters(t *testing.T) {
	m := newMaker(t, 1)
	docs, _ := m.collection(1)
	a, b := docs[0], m.entry("b", m.text(1))
	b.Set, b.Bands, b.Words = a.Set, a.Bands, a.Words
	a.Site, b.Site = "x.org", "x.org"
	b.Published = a.Published.Add(49 * 3600e9)
	for _, c := range []struct {
		o    Options
		want bool
	}{
		{Options{}, true},
		{Options{SkipSameSite: true}, false},
		{Options{Window: 48 * 3600e9}, false},
		{Options{Window: 49 * 3600e9}, true},
	} {
		_, ok := newIndex(t, c.o).Match(a, b)
		assert.Equal(t, c.want, ok, "%+v", c.o)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{
		{Containment: 1.1}, {Containment: -1}, {Jaccard: math.NaN()}, {Overlap: 2}, {Scale: -1}, {Floor: -1}, {MinWords: -1}, {MaxMatches: -1}, {Window: -1},
	} {
		_, err := New(o)
		assert.ErrorIs(t, err, ErrOptions, "%+v", o)
	}
}

func TestSamplesOnly(t *testing.T) {
	docs, _ := newMaker(t, 1).collection(100)
	exact, samples := newIndex(t, Options{}), newIndex(t, Options{SamplesOnly: true})
	same := 0
	for _, d := range docs {
		exact.Add(d)
		a, err := samples.Add(d)
		require.NoError(t, err)
		for _, m := range a.Matches {
			e, _ := exact.Explain(d.ID, m.ID)
			assert.InDelta(t, e.Score, m.Score, 6*m.StdErr+.02)
		}
	}
	a, b := clusters(exact), clusters(samples)
	for id := range a {
		if a[id] == b[id] {
			same++
		}
	}
	assert.Greater(t, float64(same), .97*float64(len(a)))
}

func TestExplain(t *testing.T) {
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	body := m.text(200)
	x.Add(m.entry("clean", body))
	x.Add(m.entry("page", body, m.text(400)))
	x.Add(m.entry("cut", body[70:190]))
	x.Add(m.entry("other", m.text(200)))
	x.Add(m.entry("part", slices.Concat(body[:80], m.text(90))))
	e, err := x.Explain("clean", "page")
	require.NoError(t, err)
	assert.True(t, e.Together && e.Match && e.Candidate && e.Exact)
	assert.InDelta(t, 1, e.Score, 1e-9)
	assert.InDelta(t, 1./3, e.Jaccard, 1e-9)
	assert.Equal(t, "clean", e.Chain[0].ID)
	assert.Equal(t, "page", e.Chain[len(e.Chain)-1].ID)
	e, err = x.Explain("clean", "other")
	require.NoError(t, err)
	assert.False(t, e.Together || e.Match || e.Candidate)
	assert.Equal(t, "they share nothing", e.Why)
	e, err = x.Explain("clean", "part")
	require.NoError(t, err)
	assert.Contains(t, e.Why, "the smaller shares less than 0.50")
}

// Queries run while documents come and go.
func TestConcurrentUse(t *testing.T) {
	docs, _ := newMaker(t, 1).collection(80)
	x := newIndex(t, Options{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := w; i < len(docs); i += 4 {
				x.Add(docs[i])
				x.Query(docs[(i*7)%len(docs)])
				x.Cluster(docs[i].ID)
				x.Stats()
				if i%3 == 0 {
					x.Remove(docs[i].ID)
					x.Add(docs[i])
				}
				if i%50 == 0 {
					for range x.Clusters() {
						break
					}
				}
			}
		})
	}
	wg.Wait()
	assert.Equal(t, len(docs), x.Len())
}

// A representative that is replaced while many follow it stays with them.
func TestReplaceRepresentativeOfMany(t *testing.T) {
	m := newMaker(t, 1)
	body := m.text(300)
	x := newIndex(t, Options{})
	for i := range 2 * fewDuplicates {
		text := slices.Clone(body)
		text[i] = m.rng.Uint64()
		_, err := x.Add(m.entry(fmt.Sprintf("%03d", i), text))
		require.NoError(t, err)
	}
	body[200] = m.rng.Uint64()
	a, err := x.Add(m.entry("000", body))
	require.NoError(t, err)
	assert.Equal(t, 2*fewDuplicates, a.Size)
	assert.Equal(t, 2*fewDuplicates, x.Len())

	// What is gone is named nowhere.
	x.Remove("000")
	e, err := x.Explain("001", "100")
	require.NoError(t, err)
	require.True(t, e.Together)
	for _, m := range e.Chain {
		assert.NotNil(t, x.docs.Find(m.ID))
	}
}

// With a filter, a document is found although one like it is filtered away.
func TestFiltersBehindCopies(t *testing.T) {
	m := newMaker(t, 1)
	body := m.text(100)
	sites, window := newIndex(t, Options{SkipSameSite: true}), newIndex(t, Options{Window: 48 * time.Hour})
	for i, site := range []string{"x", "y", "x"} {
		e := m.entry(fmt.Sprint(i), body)
		e.Site = site
		e.Published = time.Date(2026, 1, 1, 40*i, 0, 0, 0, time.UTC)
		for _, x := range []*Index{sites, window} {
			a, err := x.Add(e)
			require.NoError(t, err)
			assert.Equal(t, i+1, a.Size)
			assert.Len(t, a.Matches, min(i, 1))
		}
	}
}

func TestPreparedTwice(t *testing.T) {
	m := newMaker(t, 1)
	x := newIndex(t, Options{})
	p, err := x.Prepare(m.entry("a", m.text(100)))
	require.NoError(t, err)
	for range 2 {
		a, err := x.AddPrepared(p)
		require.NoError(t, err)
		assert.Equal(t, "a", a.Cluster)
	}
	assert.Equal(t, map[string]string{"a": "a"}, clusters(x))
	assert.Equal(t, 1, x.Len())
	_, err = x.AddPrepared(Prepared{})
	assert.ErrorIs(t, err, ErrID)
}

// Whatever share of its pages a form takes up, they are not judged otherwise
// again and again as more of them come.
func TestBoilerplateDoesNotWaver(t *testing.T) {
	t.Parallel()
	for n := range Fewer(9) {
		share := 90 - 5*n
		m := newMaker(t, uint64(share))
		x := newIndex(t, Options{})
		form := m.text(4 * share)
		moved := 0
		for i := range 400 {
			a, err := x.Add(m.entry(fmt.Sprintf("%03d", i), slices.Concat(form, m.text(400-4*share))))
			require.NoError(t, err)
			for _, e := range a.Events {
				if e.Kind == Moved {
					moved++
				}
			}
		}
		assert.LessOrEqual(t, moved, 100, "the form is %d %% of a page", share)
	}
}

// byFirst judges documents by the first word of their sequences: the same joins,
// words of one ten link, others separate.
type byFirst struct{}

func (byFirst) Judge(a, b []uint32, _ Corpus) (Verdict, Outcome) {
	switch {
	case a[0] == b[0]:
		return 1, Joins
	case a[0]/10 == b[0]/10:
		return 2, Links
	}
	return 3, Separates
}

// What the judge says goes: also of what is nearly identical, of what is added
// again after a removal, and of two entries by themselves.
func TestJudge(t *testing.T) {
	m := newMaker(t, 1)
	body := m.text(300)
	x := newIndex(t, Options{NewJudge: func() Judge { return byFirst{} }})
	entry := func(id string, word uint32, changed int) Entry {
		text := slices.Clone(body)
		copy(text, m.text(changed))
		e := m.entry(id, text)
		e.Sequence = []uint32{word}
		return e
	}
	docs := []Entry{
		entry("a1", 10, 0), entry("a2", 10, 3), entry("a3", 10, 60),
		entry("b1", 11, 4), entry("b2", 11, 70), entry("c1", 20, 5), entry("c2", 20, 80),
	}
	want := map[string]string{"a1": "a1", "a2": "a1", "a3": "a1", "b1": "b1", "b2": "b1", "c1": "c1", "c2": "c1"}
	for _, e := range docs {
		a, err := x.Add(e)
		require.NoError(t, err)
		for _, o := range a.Matches {
			require.NotEqual(t, o.ID[0] == 'c', e.ID[0] != 'c', "%s matches %s", e.ID, o.ID)
			require.Equal(t, o.ID[0] == e.ID[0], o.Verdict == 1)
		}
	}
	assert.Equal(t, want, clusters(x))
	for _, e := range docs { // what the judge has set apart is told from what is no match
		known, err := x.Lookup(e.ID)
		require.NoError(t, err)
		require.Len(t, known.Matches, map[bool]int{false: 4, true: 1}[e.ID[0] == 'c'], e.ID)
		for _, o := range known.Matches {
			require.NotEqual(t, o.ID[0] == 'c', e.ID[0] != 'c', "%s matches %s", e.ID, o.ID)
			require.Equal(t, o.ID[0] == e.ID[0], o.Verdict == 1)
		}
	}
	a, err := x.Cluster("a2")
	require.NoError(t, err)
	assert.Equal(t, Verdict(1), a.Members[1].Verdict)
	e, err := x.Explain("a1", "c1")
	require.NoError(t, err)
	assert.False(t, e.Match || e.Together)
	assert.Contains(t, e.Why, "not one article")

	_, ok := x.Match(docs[0], docs[5])
	assert.False(t, ok)
	f, ok := x.Match(docs[0], docs[3])
	assert.True(t, ok)
	assert.Equal(t, Verdict(2), f.Verdict)

	x.Remove("a1") // which a2 follows
	delete(want, "a1")
	want["a2"], want["a3"] = "a2", "a2"
	assert.Equal(t, want, clusters(x))
	for id := range want {
		x.Remove(id)
	}
	assert.LessOrEqual(t, x.Stats().SetBytes, 24*x.docs.Len())
}
