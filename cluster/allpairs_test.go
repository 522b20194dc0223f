package cluster_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/minhash"
)

// crawl makes documents as a crawl has them, in no order: articles, and of them
// reprints, excerpts, pages with a menu, revisions; a form that an office fills in,
// and one that many use; a story in many versions; short texts.
func (s *source) crawl(t testing.TB, articles int) (docs []text, article map[string]int) {
	article = map[string]int{}
	add := func(of int, d text) {
		d.id = fmt.Sprintf("%03d-%03d", of, len(docs))
		if s.rng.IntN(10) > 0 {
			d.published = time.Date(2026, 1, 1+s.rng.IntN(6), s.rng.IntN(24), 0, 0, 0, time.UTC)
		}
		if d.site == "" && s.rng.IntN(2) == 0 {
			d.site = fmt.Sprint("paper", s.rng.IntN(6))
		}
		if d.site != "" && len(docs)%3 > 0 { // one page of each site for an article
			h := fnv.New32()
			fmt.Fprint(h, d.site, of)
			d.page = h.Sum32()
		}
		d.sequence = []uint32{uint32(len(docs) % 4)}
		docs = append(docs, d)
		article[d.id] = of
	}
	menus := [][]uint64{s.take(60), s.take(120), s.take(30)}
	var bodies [][]uint64
	for a := range articles {
		body := s.take(60 + s.rng.IntN(200))
		bodies = append(bodies, body)
		for c := range 1 + s.rng.IntN(6) {
			d := text{prose: slices.Clone(body)}
			n := len(body)
			switch kind := s.rng.IntN(6); {
			case c == 0:
			case kind == 0: // a reprint with a few words changed, or none
				for range s.rng.IntN(1 + n/20) {
					copy(d.prose[s.rng.IntN(n):], s.take(5))
				}
			case kind == 1: // an excerpt
				d.prose = d.prose[:n*(60+s.rng.IntN(35))/100]
			case kind == 2: // a page
				d.other = join(menus[s.rng.IntN(len(menus))], s.take(s.rng.IntN(200)))
			case kind == 3: // a revision
				new := n * (5 + s.rng.IntN(20)) / 100
				d.prose = join(d.prose[new:], s.take(new))
			case kind == 4: // headlines beside the text
				d.prose, d.other = d.prose[n/5:], d.prose[:n/5]
			}
			add(a, d)
		}
	}
	for i := range 4 { // newsletters of several articles
		d := text{site: "letter"}
		for range min(articles, 5) {
			d.prose = append(d.prose, bodies[s.rng.IntN(len(bodies))]...)
		}
		add(6000+i, d)
		docs[len(docs)-1].sequence = []uint32{0} // what it holds is no article as a whole
	}
	office, form := s.take(150), s.take(30)
	for i := range 12 {
		own := s.take(75 + s.rng.IntN(20))
		add(1000+i, text{site: "office", prose: join(office, own)})
		// Others print it, and the office again.
		add(1000+i, text{site: []string{"office", "daily"}[i%2], prose: join(office[20:], own, s.take(20))})
	}
	for i := range 3 { // of which little is not the form, twice
		own := s.take(4 + 5*i)
		for range 2 {
			add(1500+i, text{site: "office", prose: join(office, own)})
		}
	}
	for i := range 20 {
		add(2000+i, text{site: fmt.Sprint("shop", i%7), prose: join(form, s.take(40))})
	}
	story := s.take(120)
	for range 15 {
		d := text{prose: slices.Clone(story)}
		for range 3 {
			copy(d.prose[s.rng.IntN(115):], s.take(5))
		}
		add(3000, d)
	}
	for i := range 10 {
		add(4000, text{prose: story[i : i+12-i%4], words: 16 - i%4})
	}
	add(5000, text{})
	signer, err := minhash.NewSigner(minhash.Scheme{})
	require.NoError(t, err)
	var sig minhash.Signature
	for i := range docs {
		signer.Sign(&sig, join(docs[i].prose, docs[i].other))
		docs[i].bands, err = sig.AppendBands(nil, minhash.Bands{Rows: 3, Bands: 35})
		require.NoError(t, err)
	}
	s.rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	return docs, article
}

// requireAnswer compares the matches in an answer with those of the reference.
func requireAnswer(t *testing.T, want map[string]refFigures, got []cluster.Match) {
	var ids []string
	for _, m := range got {
		ids = append(ids, m.ID)
		f := want[m.ID]
		assert.InDelta(t, f.score, m.Score, 1e-9, m.ID)
		assert.InDelta(t, f.jaccard(), m.Jaccard, 1e-9, m.ID)
		assert.InDelta(t, f.boilerplate, m.Boilerplate, 1e-6, m.ID)
		assert.InDelta(t, float64(f.common)/float64(f.a), m.ContainmentA, 1e-9, m.ID)
		assert.InDelta(t, float64(f.common)/float64(f.b), m.ContainmentB, 1e-9, m.ID)
	}
	slices.Sort(ids)
	require.Equal(t, slices.Sorted(maps.Keys(want)), ids)
	require.False(t, t.Failed())
}

// A comparison counts what was compared.
type comparison struct{ matches, boilerplate, parted, skipped, united, halfUnited, digests int }

// run adds documents to an index and to the reference, and compares what they
// answer. Where some are to go, one is removed, and one added again, after every
// fourth.
func (c *comparison) run(t *testing.T, x *cluster.Index, r *reference, docs []text, rng *rand.Rand, removing bool) {
	place := func(d text) {
		a := add(t, x, d)
		requireAnswer(t, r.add(d), a.Matches)
		want := r.clusters()
		require.Equal(t, want[d.id], a.Cluster)
		require.Equal(t, want, clusters(x))
		for _, m := range a.Matches {
			c.matches++
			if m.Boilerplate > 0 {
				c.boilerplate++
			}
		}
		for _, e := range a.Events {
			if e.Kind == cluster.Moved {
				c.parted++
			}
		}
	}
	for i, d := range docs {
		place(d)
		if removing && rng.IntN(4) == 0 {
			gone := docs[rng.IntN(i+1)].id
			if _, ok := x.Remove(gone); ok {
				r.remove(gone)
				require.Equal(t, r.clusters(), clusters(x))
			}
			place(docs[rng.IntN(i+1)])
		}
	}
	c.skipped += x.Stats().Skipped
	c.united += r.united
	c.halfUnited += r.halfUnited
	c.digests += r.digests
}

// An index answers as its definition does, whatever comes and goes.
func TestAnswersAreThoseOfTheReference(t *testing.T) {
	for _, c := range []struct {
		name string
		o    cluster.Options
		set  func(*reference)
	}{
		{"exact", exact, func(r *reference) { r.scale, r.floor = 1, 1<<20 }},
		{"default", cluster.Options{}, func(*reference) {}},
		{"samples", cluster.Options{SamplesOnly: true}, func(r *reference) { r.samplesOnly = true }},
		{"sites", cluster.Options{SkipSameSite: true}, func(r *reference) { r.skipSameSite = true }},
		{"judged", cluster.Options{NewJudge: newWholes}, func(r *reference) { r.judged = true }},
		{
			"judged samples", cluster.Options{NewJudge: newWholes, SamplesOnly: true, Overlap: .7},
			func(r *reference) { r.judged, r.samplesOnly, r.overlap = true, true, .7 },
		},
		{"window", cluster.Options{Window: 48 * time.Hour}, func(r *reference) { r.window = 48 * time.Hour }},
		{
			"others", cluster.Options{Containment: .3, Jaccard: .1, Overlap: .4, MinWords: 14, Scale: 4, Floor: 16},
			func(r *reference) {
				r.containment, r.jaccard, r.overlap, r.minWords, r.scale, r.floor = .3, .1, .4, 14, 4, 16
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.o.MaxMatches = 1 << 20
			var done comparison
			for seed := range uint64(cluster.Fewer(3)) {
				s := newSource(seed)
				docs, _ := s.crawl(t, 25)
				x, r := newIndex(t, c.o), newReference()
				c.set(r)
				done.run(t, x, r, docs, s.rng, true)
			}
			t.Logf("%+v", done)
			require.Greater(t, done.matches, 120*cluster.Fewer(3))
			require.Greater(t, done.boilerplate, 4)
			require.Greater(t, done.parted, 4)
			if c.o.NewJudge != nil {
				least := 4 * cluster.Fewer(3) / 3
				require.Greater(t, done.united, least)
				require.Greater(t, done.halfUnited, least)
				require.Greater(t, done.digests, least)
			}
		})
	}
}

// So it does where lists are full, and a story has more versions than are compared.
func TestManyVersionsAreThoseOfTheReference(t *testing.T) {
	for name, o := range map[string]cluster.Options{"exact": exact, "samples": {SamplesOnly: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.MaxMatches = 1 << 20
			s := newSource(7)
			docs, _ := s.crawl(t, 3)
			many := versions(s, s.take(200), 60)
			for i := range many { // most of them are of a few sites
				many[i].site = []string{"one", "one", "two", "three", "", fmt.Sprint("site", i)}[i%6]
			}
			docs = append(docs, many...)
			s.rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
			x, r := newIndex(t, o), newReference()
			if r.samplesOnly = o.SamplesOnly; !o.SamplesOnly {
				r.scale, r.floor = 1, 1<<20
			}
			var done comparison
			done.run(t, x, r, docs, s.rng, false)
			t.Logf("%+v", done)
			require.Greater(t, done.skipped, 100)
		})
	}
}

// So it does where a form is that of very many publishers, some of which have it on
// several pages, and where these come and go.
func TestFormsOfManyPublishersAreThoseOfTheReference(t *testing.T) {
	for name, o := range map[string]cluster.Options{"exact": exact, "samples": {SamplesOnly: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.MaxMatches = 1 << 20
			for seed := range uint64(cluster.Fewer(3)) {
				s := newSource(seed)
				docs, _ := s.crawl(t, 2)
				form := s.take(60)
				for i := range 50 {
					docs = append(docs, text{
						id: fmt.Sprint("house", i), site: fmt.Sprint("house", i%36), prose: join(form, s.take(25+i%40)),
					})
				}
				s.rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
				x, r := newIndex(t, o), newReference()
				if r.samplesOnly = o.SamplesOnly; !o.SamplesOnly {
					r.scale, r.floor = 1, 1<<20
				}
				var done comparison
				done.run(t, x, r, docs, s.rng, false)
				t.Logf("%+v", done)
				h := &shelf{t: t, x: x, s: s, form: form}
				require.True(t, h.boilerplate("another"))
			}
		})
	}
}

// With samples in the index nearly all is found that a comparison of all pairs
// finds, and no two articles are in one cluster.
func TestSampleFindsWhatAllPairsFind(t *testing.T) {
	t.Parallel()
	want, found := 0, 0
	for seed := range uint64(cluster.Fewer(4)) {
		s := newSource(seed)
		docs, article := s.crawl(t, 40)
		docs = slices.DeleteFunc(docs, func(d text) bool { return article[d.id] >= 1000 })
		x, r := newIndex(t, cluster.Options{MaxMatches: 1 << 20}), newReference()
		var before []*refDoc
		for _, d := range docs {
			matches := map[string]bool{}
			for _, m := range add(t, x, d).Matches {
				matches[m.ID] = true
			}
			own := r.prepare(d)
			for _, o := range before {
				_, ok := r.match(own, o)
				if ok {
					want++
				}
				if ok && matches[o.id] {
					found++
				}
				require.False(t, matches[o.id] && !ok, "%s is no match of %s", o.id, d.id)
			}
			before = append(before, own)
		}
		for id, first := range clusters(x) {
			require.Equal(t, article[first], article[id])
		}
	}
	t.Logf("%d of %d", found, want)
	require.Greater(t, want, 120*cluster.Fewer(4))
	assert.GreaterOrEqual(t, float64(found), .99*float64(want))
}
