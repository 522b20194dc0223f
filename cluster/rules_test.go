package cluster_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/cbb30ed1/reprint/cluster"
)

// The tests TestRule… stand at the thresholds of rules.go and of the defaults of
// Options: just below and just above. Their figures are literals, so that a
// changed constant breaks a test; bench/mutate changes each and looks.

// A storage remembers the version of the rules: raise it, here and there, with
// every change of a constant.
func TestRuleVersion(t *testing.T) {
	assert.Equal(t, 2, cluster.RulesVersion)
}

// at runs a test on both sides of a threshold.
func at[T any](t *testing.T, below, above T, holds func(t *testing.T, value T) bool) {
	t.Run("below", func(t *testing.T) { assert.False(t, holds(t, below), "%v", below) })
	t.Run("above", func(t *testing.T) { assert.True(t, holds(t, above), "%v", above) })
}

// The smaller text has 10 shingles of running text, which the larger has, and
// some of other text, which it has not: .5 of its weight is at 100 of them.
func TestRuleWeights(t *testing.T) {
	at(t, 101, 100, func(t *testing.T, other int) bool {
		s := newSource(1)
		common := s.take(10)
		return matched(t, exact, text{prose: common, other: s.take(other)}, text{prose: join(common, s.take(300))})
	})
}

func TestRuleContainment(t *testing.T) {
	at(t, 499, 500, func(t *testing.T, common int) bool {
		s := newSource(1)
		a := s.take(1000)
		return matched(t, exact, text{prose: a}, text{prose: join(a[:common], s.take(1000))})
	})
}

func TestRuleJaccard(t *testing.T) {
	s := newSource(1)
	a := s.take(1000)
	assert.True(t, matched(t, exact, text{prose: a}, text{prose: a[:20]}), "none is wanted")
}

func TestRuleMinWords(t *testing.T) {
	at(t, 14, 15, func(t *testing.T, words int) bool {
		a := newSource(1).take(1000)
		return matched(t, exact, text{prose: a}, text{prose: a[:500], words: words})
	})
}

func TestRuleNearExact(t *testing.T) {
	at(t, 799, 800, func(t *testing.T, common int) bool {
		a := newSource(1).take(1000)
		return matched(t, exact, text{prose: a}, text{prose: a[:common], words: 14})
	})
}

// Of the same site, .625 of the smaller is what .5 is elsewhere.
func TestRuleOfSameSite(t *testing.T) {
	at(t, 624, 626, func(t *testing.T, common int) bool {
		s := newSource(1)
		a := s.take(1000)
		b := join(a[:common], s.take(1000))
		assert.True(t, matched(t, exact, text{prose: a, site: "one"}, text{prose: b, site: "two"}))
		return matched(t, exact, text{prose: a, site: "one"}, text{prose: b, site: "one"})
	})
}

// One shingle in 16 is in the index, but at least 48.
func TestRuleScaleAndFloor(t *testing.T) {
	sampled := func(d text) int {
		x := newIndex(t, cluster.Options{})
		d.id = "d"
		add(t, x, d)
		e, err := x.Explain("d", "d")
		assert.NoError(t, err)
		return e.SampleA
	}
	s := newSource(1)
	const below = math.MaxUint64 / 16
	var edge []uint64
	for i := range uint64(100) {
		edge = append(edge, below-i<<25-2, below+i<<33+2)
	}
	assert.Equal(t, 100, sampled(text{prose: edge}))
	assert.Equal(t, 100, sampled(text{prose: join(s.sampled(100), s.rest(900))}))
	assert.Equal(t, 48, sampled(text{prose: s.rest(900)}))
	assert.Equal(t, 48, sampled(text{prose: join(s.sampled(47), s.rest(900))}))
	assert.Equal(t, 49, sampled(text{prose: join(s.sampled(49), s.rest(900))}))
}

func TestRuleMaxMatches(t *testing.T) {
	s := newSource(1)
	body := s.take(200)
	x := newIndex(t, cluster.Options{})
	for i := range 20 {
		if i == 16 {
			assert.Len(t, x.Query(text{id: "q", prose: body}.entry()), 16)
		}
		add(t, x, text{id: fmt.Sprint(i), prose: body})
	}
	assert.Len(t, x.Query(text{id: "q", prose: body}.entry()), 16)
}

// alikeBySample returns two texts whose samples, of 100 shingles up to the same
// hash, have some in common; .6 of each is in the other in any case.
func alikeBySample(common int, bands []uint64) (a, b text) {
	s := newSource(1)
	last := uint64(math.MaxUint64/16 - 3)
	sample := append(s.sampled(common-1), last)
	rest := s.rest(600)
	of := func() text {
		return text{prose: join(sample, s.sampled(100-common), rest, s.rest(300)), bands: bands}
	}
	return of(), of()
}

// Half of .5 must be in common for two texts to be compared, or, with a common
// band, a quarter of it.
func TestRuleSlack(t *testing.T) {
	at(t, 24, 25, func(t *testing.T, common int) bool {
		a, b := alikeBySample(common, nil)
		return matched(t, cluster.Options{}, a, b)
	})
}

func TestRuleSlackBand(t *testing.T) {
	at(t, 12, 13, func(t *testing.T, common int) bool {
		a, b := alikeBySample(common, []uint64{7 << 40})
		a.bands, b.bands = append(a.bands, 8<<40, 9<<40), append(b.bands, 10<<40, 11<<40)
		return matched(t, cluster.Options{}, a, b)
	})
}

// At most 64 candidates are compared. Each has a fifth of the text, and is in no
// cluster with another.
func TestRuleMostVerified(t *testing.T) {
	for _, n := range []int{63, 64, 65} {
		s := newSource(1)
		x := newIndex(t, exact)
		body := s.take(500)
		for i := range n {
			part := body[i%5*100:][:100]
			a := add(t, x, text{id: fmt.Sprint(i), prose: join(part, s.take(100))})
			assert.Equal(t, 1, a.Size)
		}
		before := x.Stats()
		add(t, x, text{id: "last", prose: body})
		after := x.Stats()
		assert.Equal(t, min(n, 64), after.Candidates-before.Candidates)
		assert.Equal(t, min(n, 64), after.Matches-before.Matches)
		assert.Equal(t, n-min(n, 64), after.Skipped-before.Skipped)
	}
}

// versions are texts that share most of a body, none of which follows another or
// is new enough to be an article of its own.
func versions(s *source, body []uint64, n int) (out []text) {
	for i := range n {
		from := i * 7 % (len(body) * 15 / 100)
		to := from + len(body)*85/100
		out = append(out, text{id: fmt.Sprintf("v%02d", i), prose: join(body[from:to], s.take(len(body)*16/100))})
	}
	return out
}

// Of one cluster at most 16 are compared.
func TestRuleMostOfCluster(t *testing.T) {
	for _, n := range []int{15, 16, 17} {
		s := newSource(1)
		x := newIndex(t, exact)
		body := s.take(1000)
		for i, d := range versions(s, body, n) {
			assert.Equal(t, i+1, add(t, x, d).Size)
		}
		before := x.Stats()
		assert.Equal(t, n, before.Indexed)
		add(t, x, text{id: "last", prose: join(body, s.take(200))})
		after := x.Stats()
		assert.Equal(t, min(n, 16), after.Candidates-before.Candidates)
		assert.Equal(t, n-min(n, 16), after.Skipped-before.Skipped)
	}
}

// At most 32 documents are listed for a shingle.
func TestRuleLongestList(t *testing.T) {
	s := newSource(1)
	x := newIndex(t, exact)
	form := s.take(100)
	a, b := text{id: "a", prose: join(form, s.take(100))}, text{id: "b", prose: join(form, s.take(100))}
	for i := range 36 {
		add(t, x, text{id: fmt.Sprint(i), prose: join(form, s.take(300))})
		assert.Equal(t, min(i+1, 32), x.Common(a.entry(), b.entry()).Others)
	}
}

// What two documents have in common says nothing if it is less than 4 shingles.
func TestRuleFewCommon(t *testing.T) {
	at(t, 3, 4, func(t *testing.T, common int) bool {
		s := newSource(1)
		x := newIndex(t, exact)
		form := s.take(common)
		add(t, x, text{id: "other", prose: join(form, s.take(200))})
		a, b := text{id: "a", prose: join(form, s.take(200))}, text{id: "b", prose: join(form, s.take(200))}
		return x.Common(a.entry(), b.entry()).Others == 1
	})
}

// follows reports whether the second text is entered into the index by itself.
func follows(t *testing.T, first, second text) bool {
	x := newIndex(t, exact)
	first.id, second.id = "first", "second"
	add(t, x, first)
	assert.Equal(t, 2, add(t, x, second).Size)
	return x.Stats().Indexed == 1
}

func TestRuleNearlyIdentical(t *testing.T) {
	t.Run("by shingles", func(t *testing.T) {
		at(t, 899, 900, func(t *testing.T, common int) bool {
			a := newSource(1).take(1000)
			return follows(t, text{prose: a}, text{prose: a[:common]})
		})
	})
	t.Run("by weight", func(t *testing.T) { // of 10,000, 9 less for each that is no running text
		at(t, 112, 111, func(t *testing.T, other int) bool {
			a := newSource(1).take(1000)
			return follows(t, text{prose: a}, text{prose: a[other:], other: a[:other]})
		})
	})
}

func TestRuleOverlap(t *testing.T) {
	at(t, 599, 600, func(t *testing.T, common int) bool {
		s := newSource(1)
		a := s.take(1000)
		x := newIndex(t, exact)
		add(t, x, text{id: "a", prose: a})
		b := add(t, x, text{id: "b", prose: join(a[:common], s.take(1000))})
		assert.Len(t, b.Matches, 1)
		return b.Size == 2
	})
}

// The core of two becomes their overlap if that is .9 of the smaller. The third
// has .63 of the smaller, but .59 of the overlap.
func TestRuleCoreShrinks(t *testing.T) {
	at(t, 899, 901, func(t *testing.T, common int) bool {
		s := newSource(1)
		a := s.take(1000)
		x := newIndex(t, exact)
		add(t, x, text{id: "a", prose: a})
		assert.Equal(t, 2, add(t, x, text{id: "b", prose: join(a[:common], s.take(1100-common))}).Size)
		c := add(t, x, text{id: "c", prose: join(a[:530], a[common:], s.take(1500))})
		assert.Len(t, c.Matches, 1)
		return c.Size == 1
	})
}

// The overlap becomes the core if it has .3 of the weight of the lightest
// document. It can have less without a long history where what is running text in
// one document is none in the other.
func TestRuleMinCoreShare(t *testing.T) {
	at(t, 222, 223, func(t *testing.T, prose int) bool { // 1,000 and 9 for each, of 10,000
		s := newSource(1)
		a := s.take(1000)
		x := newIndex(t, exact)
		add(t, x, text{id: "a", prose: a})
		assert.Equal(t, 2, add(t, x, text{id: "b", prose: join(a[:prose], s.take(1000)), other: a[prose:]}).Size)
		c := add(t, x, text{id: "c", prose: join(a[prose:], s.take(1000))})
		assert.Len(t, c.Matches, 1)
		return c.Size == 1
	})
}

// Documents that hang together are clustered anew with one that comes, up to 64.
// a and b are together until n comes, which is nearer to a and leaves out much of
// what b has of it. The others hang on b, each on the one before.
func TestRuleMostRegrouped(t *testing.T) {
	at(t, 65, 64, func(t *testing.T, together int) bool {
		s := newSource(1)
		a := s.take(1000)
		x := newIndex(t, exact)
		add(t, x, text{id: "a", prose: a})
		tail := s.take(1000)
		assert.Equal(t, 2, add(t, x, text{id: "b", prose: join(a[:620], tail)}).Size)
		for i := range together - 3 {
			next := s.take(500)
			c := add(t, x, text{id: fmt.Sprint("chain", i), prose: join(tail[:500], next)})
			assert.Equal(t, 1, c.Size)
			assert.Len(t, c.Matches, 1)
			tail = next
		}
		n := add(t, x, text{id: "n", prose: join(a[95:], s.take(100))})
		assert.Len(t, n.Matches, 2)
		return n.Size == 2
	})
}

// A document that more than 64 follow stays with them when it is removed, and
// they are not compared anew.
func TestRuleFewFollowers(t *testing.T) {
	at(t, 65, 64, func(t *testing.T, followers int) bool {
		body := newSource(1).take(1000)
		x := newIndex(t, exact)
		for i := range followers + 1 {
			add(t, x, text{id: fmt.Sprint(i), prose: body[i%50:]})
		}
		before := x.Stats()
		assert.Equal(t, 1, before.Indexed)
		_, ok := x.Remove("0")
		assert.True(t, ok)
		c, err := x.Cluster("1")
		assert.NoError(t, err)
		assert.Len(t, c.Members, followers)
		return x.Stats().Candidates > before.Candidates
	})
}

// A shelf has documents of 1,000 shingles that share ten of them, the form. Of the
// rest as much is new as is wanted, and the other shingles are in one large
// document that nobody follows.
type shelf struct {
	t      *testing.T
	x      *cluster.Index
	s      *source
	form   []uint64
	known  []uint64 // not used yet
	placed int
	page   uint32 // of the documents that are placed
}

func newShelf(t *testing.T) *shelf {
	h := &shelf{t: t, x: newIndex(t, exact), s: newSource(1)}
	h.form, h.known = h.s.take(10), h.s.take(40_000)
	add(t, h.x, text{id: "known", prose: h.known})
	return h
}

// place adds n documents of a site of which so many shingles of a thousand are in
// no other, and returns their names. In the very first document the form is new.
func (h *shelf) place(site string, n, fresh int) (ids []string) {
	for range n {
		if h.placed == 0 {
			fresh = max(0, fresh-len(h.form))
		}
		old := 1000 - len(h.form) - fresh
		id := fmt.Sprintf("placed%02d", h.placed)
		add(h.t, h.x, text{id: id, site: site, page: h.page, prose: join(h.form, h.known[:old], h.s.take(fresh))})
		if h.placed == 0 {
			fresh += len(h.form)
		}
		h.known = h.known[old:]
		h.placed++
		ids = append(ids, id)
	}
	return ids
}

// boilerplate reports whether the form is boilerplate for a document of the site.
func (h *shelf) boilerplate(site string) bool {
	a := text{id: "a", site: site, prose: join(h.form, h.s.take(100))}
	b := text{id: "b", site: site, prose: join(h.form, h.s.take(100))}
	c := h.x.Common(a.entry(), b.entry())
	assert.Contains(h.t, []float64{0, 1}, c.Shared)
	return c.Shared == 1
}

func TestRuleManyPages(t *testing.T) {
	at(t, 7, 8, func(t *testing.T, pages int) bool {
		h := newShelf(t)
		h.place("another", 5, 500)
		h.place("site", pages, 100)
		assert.False(t, h.boilerplate("another"))
		assert.False(t, h.boilerplate(""))
		return h.boilerplate("site")
	})
}

func TestRuleNewPage(t *testing.T) {
	at(t, 49, 50, func(t *testing.T, fresh int) bool {
		h := newShelf(t)
		h.place("site", 7, 100)
		h.place("site", 1, fresh)
		return h.boilerplate("site")
	})
}

func TestRuleManyArticles(t *testing.T) {
	at(t, 15, 16, func(t *testing.T, articles int) bool {
		h := newShelf(t)
		h.place("", articles, 500)
		assert.False(t, h.boilerplate("site"), "unknown sites teach only one another")
		return h.boilerplate("")
	})
}

// placeSites adds a document of each of n sites.
func (h *shelf) placeSites(name string, n, fresh int) (ids []string) {
	for i := range n {
		ids = append(ids, h.place(fmt.Sprint(name, i), 1, fresh)...)
	}
	return ids
}

func TestRuleManyPublishers(t *testing.T) {
	at(t, 27, 28, func(t *testing.T, publishers int) bool {
		h := newShelf(t)
		h.placeSites("site", publishers, 500)
		h.place("site0", 5, 500) // each counts once
		is := h.boilerplate("another")
		assert.Equal(t, is, h.boilerplate(""))
		return is
	})
	t.Run("unknown sites are one", func(t *testing.T) {
		at(t, 26, 27, func(t *testing.T, publishers int) bool {
			h := newShelf(t)
			h.placeSites("site", publishers, 500)
			h.place("", 5, 500)
			return h.boilerplate("another")
		})
	})
	t.Run("two thirds where it was", func(t *testing.T) {
		at(t, 18, 19, func(t *testing.T, left int) bool {
			h := newShelf(t)
			for _, id := range h.placeSites("site", 28, 500)[left:] {
				h.x.Remove(id)
			}
			return h.boilerplate("another")
		})
	})
}

func TestRuleNewArticle(t *testing.T) {
	at(t, 199, 200, func(t *testing.T, fresh int) bool {
		h := newShelf(t)
		h.place("", 15, 500)
		h.place("", 1, fresh)
		return h.boilerplate("")
	})
	at(t, 199, 200, func(t *testing.T, fresh int) bool {
		h := newShelf(t)
		h.placeSites("site", 27, 500)
		h.place("last", 1, fresh)
		return h.boilerplate("another")
	})
}

func TestRuleMostArticles(t *testing.T) {
	at(t, 6, 5, func(t *testing.T, others int) bool { // 16 of 22 are .727, of 21 .762
		h := newShelf(t)
		h.place("", others, 0)
		h.place("site", 5, 0) // are not among them
		h.place("", 16, 500)
		return h.boilerplate("")
	})
}

// However many pages a publisher has, what it has learned of itself makes no other one
// learn sooner: of 19 publishers at most 4 can have so many pages in one list.
func TestPublishersTeachThemselvesOnly(t *testing.T) {
	h := newShelf(t)
	h.placeSites("site", 15, 990)
	for i := range 4 {
		h.place(fmt.Sprint("many", i), 40, 990)
	}
	h.placeSites("site", 15, 990)
	for _, site := range []string{"another", "", "site0"} {
		assert.False(t, h.boilerplate(site), site)
	}
}

// Where half of the documents listed are marked, two thirds of the pages are
// enough. Marked are those of both sites.
func TestRuleStaysMarked(t *testing.T) {
	at(t, 16, 15, func(t *testing.T, others int) bool { // 15 of 31 are .484, of 30 .5
		h := newShelf(t)
		h.place("", others, 0)
		ids := h.place("site", 8, 100)
		h.place("another", 8, 100)
		assert.True(t, h.boilerplate("site"))
		h.x.Remove(ids[0])
		assert.True(t, h.boilerplate("another"))
		return h.boilerplate("site")
	})
	t.Run("two thirds", func(t *testing.T) {
		h := newShelf(t)
		ids := h.place("site", 8, 100)
		for i, id := range ids {
			assert.Equal(t, i <= 2, h.boilerplate("site"), "%d removed", i)
			h.x.Remove(id)
		}
	})
}

// form adds articles that share a form, until it is boilerplate for all.
func addArticles(t *testing.T, x *cluster.Index, s *source, form []uint64, n int) {
	for i := range n {
		add(t, x, text{id: fmt.Sprint("article", i), prose: join(form, s.take(1000))})
	}
}

// Of a document that is boilerplate but for less than .05 nothing matches.
func TestRuleLeastOwn(t *testing.T) {
	at(t, 49, 51, func(t *testing.T, own int) bool {
		s := newSource(1)
		x := newIndex(t, exact)
		form := s.take(1000)
		addArticles(t, x, s, form, 16)
		prose := join(form[:1000-own], s.take(own))
		add(t, x, text{id: "a", prose: prose})
		found := x.Query(text{id: "b", prose: prose[200:]}.entry())
		return slices.ContainsFunc(found, func(m cluster.Match) bool { return m.ID == "a" })
	})
}

// Matches are judged anew when .125 of a document becomes boilerplate. x and y
// share more than half with the form, and less than half without it.
func TestRuleMuchRelabelled(t *testing.T) {
	at(t, 124, 126, func(t *testing.T, form int) bool {
		s := newSource(1)
		o := exact
		o.Overlap = .5
		x := newIndex(t, o)
		common := s.take(form)
		both := join(common, s.take(400))
		add(t, x, text{id: "x", prose: join(both, s.take(600-form))})
		assert.Equal(t, 2, add(t, x, text{id: "y", prose: join(both, s.take(600-form))}).Size)
		addArticles(t, x, s, common, 14)
		e, err := x.Explain("x", "y")
		assert.NoError(t, err)
		assert.False(t, e.Match)
		return !e.Together
	})
}

// bandsOf returns 100 bands, of which so many are those that others have, too.
func bandsOf(s *source, shared int) (bands []uint64) {
	for i := range uint64(100) {
		band := i << 40
		if int(i) >= shared {
			band = s.rng.Uint64()
		}
		bands = append(bands, band)
	}
	return bands
}

// All of two texts is boilerplate. They match if they have a Jaccard similarity of .95.
func TestRuleWholeCopy(t *testing.T) {
	at(t, 949, 950, func(t *testing.T, common int) bool {
		s := newSource(1)
		x := newIndex(t, exact)
		form := s.take(1000)
		addArticles(t, x, s, form, 16)
		add(t, x, text{id: "a", prose: form, bands: bandsOf(s, 100)})
		found := x.Query(text{id: "b", prose: form[:common], bands: bandsOf(s, 100)}.entry())
		return slices.ContainsFunc(found, func(m cluster.Match) bool { return m.ID == "a" })
	})
}

// Such texts are compared if they share .6 of the bands.
func TestRuleNearBands(t *testing.T) {
	at(t, 59, 60, func(t *testing.T, shared int) bool {
		s := newSource(1)
		x := newIndex(t, exact)
		form := s.take(1000)
		addArticles(t, x, s, form, 16)
		add(t, x, text{id: "a", prose: form, bands: bandsOf(s, 100)})
		found := x.Query(text{id: "b", prose: form, bands: bandsOf(s, shared)}.entry())
		return slices.ContainsFunc(found, func(m cluster.Match) bool { return m.ID == "a" })
	})
}

// Of two texts all is boilerplate. Loaded together they meet by three bands in a row, so
// that they are compared; fewer do not do, nor three that are in two keys.
func TestRuleBandsOfWhole(t *testing.T) {
	meet := func(t *testing.T, shared ...int) bool {
		s := newSource(1)
		x := newIndex(t, exact)
		form := s.take(1000)
		var docs []text
		for i := range 16 {
			docs = append(docs, text{id: fmt.Sprintf("article%02d", i), prose: join(form, s.take(400)), published: time.Unix(int64(i), 0)})
		}
		for i, id := range []string{"a", "b"} {
			bands := s.take(30)
			for _, n := range shared {
				bands[n] = uint64(n) << 40
			}
			prose := join(form, s.take(i)) // one more, so that the sample is another
			docs = append(docs, text{id: id, prose: prose, bands: bands, published: time.Unix(int64(100+i), 0)})
		}
		var entries []cluster.Prepared
		for _, d := range docs {
			p, err := x.Prepare(d.entry())
			assert.NoError(t, err)
			entries = append(entries, p)
		}
		assert.NoError(t, x.AddBatch(t.Context(), entries, cluster.BatchOptions{Threads: 2}))
		return together(t, x, "a") > 1
	}
	at(t, []int{0, 1}, []int{0, 1, 2}, func(t *testing.T, shared []int) bool { return meet(t, shared...) })
	assert.True(t, meet(t, 27, 28, 29))
	assert.False(t, meet(t, 1, 2, 3))
}
