package news_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/shingle"
)

// docs is the size of the collections that are compared.
const docs = 4_000

func lines(t testing.TB, o news.Options) []byte {
	var b []byte
	for doc := range news.New(o).Documents() {
		b = doc.AppendJSON(b)
	}
	return b
}

// The collection is a function of the seed: published figures name it, so that
// these values change only together with them.
func TestGolden(t *testing.T) {
	for seed, want := range map[uint64]uint64{0: 0x2ac17eb0c908e9ee, 1: 0x519f68651a879eb2} {
		got := xxhash.Sum64(lines(t, news.Options{Docs: 2_000, Seed: seed}))
		require.Equal(t, want, got, "seed %d: %#x", seed, got)
	}
}

// A generator can be ranged over again, a longer collection begins with the
// shorter one, and breaking off does no harm.
func TestPrefix(t *testing.T) {
	long := lines(t, news.Options{Docs: 500, Seed: 3})
	g := news.New(news.Options{Docs: 400, Seed: 3})
	for range g.Documents() {
		break
	}
	var short []byte
	for doc := range g.Documents() {
		short = doc.AppendJSON(short)
	}
	require.True(t, bytes.HasPrefix(long, short))
	require.NotEqual(t, long, lines(t, news.Options{Docs: 500, Seed: 4}))
	require.Empty(t, lines(t, news.Options{}))
}

func TestJSON(t *testing.T) {
	for doc := range news.New(news.Options{Docs: 300, Seed: 1}).Documents() {
		var got struct{ ID, Text, Site, Published, Cluster string }
		d := json.NewDecoder(bytes.NewReader(doc.AppendJSON(nil)))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&got))
		require.Equal(t, []string{doc.ID, doc.Text, doc.Site, doc.Cluster}, []string{got.ID, got.Text, got.Site, got.Cluster})
		at, err := time.Parse(time.RFC3339, got.Published)
		require.NoError(t, err)
		require.True(t, at.Equal(doc.Published))
		require.True(t, utf8.ValidString(doc.Text))
		require.False(t, strings.ContainsFunc(doc.Text, func(c rune) bool { return c < ' ' && c != '\n' }))
	}
}

func TestNumber(t *testing.T) {
	for _, id := range []string{"", "n", "x00000001", "n-0000001", "n0000000x"} {
		_, err := news.Number(id)
		require.Error(t, err, "%q", id)
	}
	want := 0
	for doc := range news.New(news.Options{Docs: 20}).Documents() {
		n, err := news.Number(doc.ID)
		require.NoError(t, err)
		require.Equal(t, want, n)
		want++
	}
}

// Shares of kinds and languages are those of the package documentation.
func TestMixture(t *testing.T) {
	const n = 20_000
	kinds, langs := map[string]int{}, map[string]int{}
	size := 0
	last := time.Time{}
	for doc := range news.New(news.Options{Docs: n, Seed: 1}).Documents() {
		kinds[doc.Kind.String()]++
		langs[doc.Lang]++
		size += len(doc.Text)
		require.True(t, doc.Published.After(last.Add(-11*time.Minute)), doc.ID)
		last = doc.Published
	}
	share := func(counts map[string]int, want map[string]float64) {
		t.Helper()
		require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(counts)))
		for k, w := range want {
			// A story printed everywhere moves the shares of this few.
			require.InDelta(t, w, 100*float64(counts[k])/n, .5+w/8, k)
		}
	}
	share(kinds, map[string]float64{
		"single": 56, "first": 8, "reprint": 10, "page": 8, "revision": 3,
		"excerpt": 3, "template": 4, "report": 4, "site page": 4,
	})
	share(langs, map[string]float64{"la": 40, "lb": 20, "cy": 15, "ar": 10, "zh": 10, "hi": 5})
	require.InDelta(t, 4_500, size/n, 300)
}

// text is a document with the set of its shingles, sorted.
type text struct {
	news.Document
	all   []uint64
	words int
}

func read(t testing.TB, o news.Options) (texts []text) {
	s, err := shingle.New(shingle.Options{})
	require.NoError(t, err)
	var read shingle.Text
	for doc := range news.New(o).Documents() {
		s.Shingle(&read, doc.Text)
		set := slices.Clone(read.Shingles)
		slices.Sort(set)
		texts = append(texts, text{doc, slices.Compact(set), read.Words})
	}
	return texts
}

// both returns what two sets share.
func both(a, b []uint64) (out []uint64) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			out = append(out, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return out
}

func shared(a, b []uint64) int { return len(both(a, b)) }

// Every copy holds what its kind says of the first, or is held by it, on exact
// sets of shingles.
func TestCopies(t *testing.T) {
	texts := read(t, news.Options{Docs: docs, Seed: 1})
	first := map[string]*text{}
	least := map[news.Kind]float64{
		news.Reprint:  .6,  // of the smaller: a brief may lose a tenth to another dateline
		news.Page:     .85, // all but the dateline
		news.Revision: .55, // new paragraphs, and shingles across their ends
		news.Excerpt:  .9,
	}
	seen := map[news.Kind]int{}
	lowest := map[news.Kind]float64{}
	for i := range texts {
		d := &texts[i]
		if d.Kind == news.First {
			first[d.ID] = d
		}
		want, copied := least[d.Kind]
		if !copied {
			require.Equal(t, d.ID, d.Cluster)
			continue
		}
		of := first[d.Cluster]
		require.NotNil(t, of, "%s copies what is not there", d.ID)
		require.Equal(t, of.Lang, d.Lang)
		c := float64(shared(d.all, of.all)) / float64(min(len(d.all), len(of.all)))
		require.GreaterOrEqual(t, c, want, "%s, a %s of %s", d.ID, d.Kind, d.Cluster)
		if low, ok := lowest[d.Kind]; !ok || c < low {
			lowest[d.Kind] = c
		}
		switch d.Kind {
		case news.Excerpt:
			require.InDelta(t, .7, float64(len(d.all))/float64(len(of.all)), .25, d.ID)
		case news.Revision:
			fresh := 1 - float64(shared(d.all, of.all))/float64(len(d.all))
			require.InDelta(t, .22, fresh, .2, d.ID)
		}
		seen[d.Kind]++
	}
	for k := range least {
		require.Greater(t, seen[k], docs/100, k)
	}
	t.Log("least containment of the smaller: ", lowest)
}

// Texts with different clusters share less than half of the smaller, once the
// frames of sites are taken away; those of one site share those.
func TestOthers(t *testing.T) {
	texts := read(t, news.Options{Docs: docs / 2, Seed: 2})
	// The frame of a site is what two of its pages with different articles
	// share.
	common := map[uint64]bool{}
	pages := map[string][]*text{}
	framed := 0
	for i := range texts {
		d := &texts[i]
		if d.Kind != news.Page && d.Kind != news.SitePage {
			continue
		}
		for _, o := range pages[d.Site] {
			if o.Cluster == d.Cluster {
				continue
			}
			frame := both(d.all, o.all)
			for _, h := range frame {
				common[h] = true
			}
			if 2*len(frame) > min(len(d.all), len(o.all)) {
				framed++
			}
		}
		pages[d.Site] = append(pages[d.Site], d)
	}
	holders := map[uint64][]int32{}
	own := make([]int, len(texts))
	for i := range texts {
		for _, h := range texts[i].all {
			if !common[h] {
				own[i]++
				holders[h] = append(holders[h], int32(i))
			}
		}
	}
	counts := map[[2]int32]int{}
	for _, list := range holders {
		for i, a := range list {
			for _, b := range list[i+1:] {
				if texts[a].Cluster != texts[b].Cluster {
					counts[[2]int32{a, b}]++
				}
			}
		}
	}
	template, reported := 0, 0
	for p, n := range counts {
		a, b := &texts[p[0]], &texts[p[1]]
		c := float64(n) / float64(min(own[p[0]], own[p[1]]))
		limit := .35 // teasers on a page beside a brief of the same site
		switch {
		case a.Kind == news.Template && b.Kind == news.Template:
			limit = .5
			if c > .2 {
				template++
			}
		case a.Kind == news.Report && b.Kind == news.Report && c > .005:
			reported++
		}
		if min(a.words, b.words) > 150 {
			require.Less(t, c, limit, "%s (%s) and %s (%s)", a.ID, a.Kind, b.ID, b.Kind)
		}
	}
	require.Greater(t, template, 8, "pairs that share a form")
	require.Greater(t, reported, 30, "pairs that share a quote")
	require.Greater(t, framed, 15, "pairs of a site that share half in its frame")
	t.Logf("pairs that share a form: %d, a quote: %d, half in a frame: %d", template, reported, framed)
}

// Boilerplate makes some 70 % of a site page: the frame alone, without
// teasers, which change, makes half.
func TestSitePages(t *testing.T) {
	pages := map[string][]text{}
	for _, d := range read(t, news.Options{Docs: docs, Seed: 1}) {
		if d.Kind == news.SitePage {
			pages[d.Site] = append(pages[d.Site], d)
		}
	}
	sum, n := 0., 0
	for _, list := range pages {
		for i := 1; i < len(list); i++ {
			sum += float64(shared(list[i].all, list[i-1].all)) / float64(len(list[i].all))
			n++
		}
	}
	require.Greater(t, n, 20)
	require.InDelta(t, .5, sum/float64(n), .15)
}

func BenchmarkDocuments(b *testing.B) {
	g := news.New(news.Options{Docs: 2_000, Seed: 1})
	var line []byte
	for b.Loop() {
		n := 0
		for doc := range g.Documents() {
			line = doc.AppendJSON(line[:0])
			n += len(line)
		}
		b.SetBytes(int64(n))
	}
}
