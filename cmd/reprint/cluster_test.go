package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/shingle"
)

func TestClusterLines(t *testing.T) {
	out := must(t, "", "cluster", articles)
	var order []string
	docs, _, err := read(t, "", input.Options{Paths: []string{articles}})
	require.NoError(t, err)
	size, byID := map[string]int{}, map[string]lines.Cluster{}
	for _, l := range parsed[lines.Cluster](t, out) {
		order = append(order, l.ID)
		size[l.Cluster]++
		byID[l.ID] = l
	}
	assert.Equal(t, ids(docs), order)
	reasons := 0
	for raw := range strings.Lines(out) {
		l := parsed[lines.Cluster](t, raw)[0]
		assert.Equal(t, size[l.Cluster], l.Size, raw)
		if l.ID == l.Cluster {
			assert.Equal(t, []string{"id", "cluster", "size"}, keys(t, raw))
			continue
		}
		reasons++
		assert.Equal(t, []string{"id", "cluster", "size", "relation", "of", "jaccard", "containment"}, keys(t, raw))
		assert.Contains(t, []string{"copy", "excerpt", "revision"}, l.Relation)
		assert.Equal(t, l.Cluster, byID[l.Of].Cluster, raw)
		assert.NotEqual(t, l.ID, l.Of)
		assert.GreaterOrEqual(t, *l.Containment, *l.Jaccard, raw)
	}
	assert.Positive(t, reasons)
	assert.Equal(t, "en-bridge-first.txt", byID["en-bridge-long-page.txt"].Cluster)
	assert.Equal(t, "excerpt", byID["en-harbour-page.txt"].Relation)
	assert.Equal(t, 1, byID["empty.txt"].Size)
}

func TestClusterIsNamedByTheFirstPublished(t *testing.T) {
	text := prose(newRand(1), 200)
	doc := func(id, date string) map[string]any {
		return map[string]any{"id": id, "text": text, "published": date}
	}
	for _, c := range []struct {
		want string
		docs []map[string]any
	}{
		{"c", []map[string]any{doc("a", "2024-03-03"), doc("b", "2024-03-02"), doc("c", "2024-03-01")}},
		{"b", []map[string]any{doc("c", "2024-03-01"), doc("b", "2024-03-01"), doc("a", "")}},
		{"a", []map[string]any{doc("c", ""), doc("a", "when?"), doc("b", "")}},
		{"b", []map[string]any{doc("a", "2024-03-01T10:00:00Z"), doc("b", "2024-03-01T10:30:00+01:00")}},
	} {
		for _, l := range parsed[lines.Cluster](t, must(t, jsonl(t, c.docs...), "cluster", "-")) {
			assert.Equal(t, c.want, l.Cluster)
			assert.Equal(t, len(c.docs), l.Size)
			if l.ID == c.want {
				assert.Empty(t, l.Of+l.Relation)
			} else {
				assert.Equal(t, "copy", l.Relation)
			}
		}
	}
}

func TestNothingToCluster(t *testing.T) {
	for _, command := range []string{"cluster", "pairs"} {
		assert.Empty(t, must(t, "", command, "-"))
		assert.Empty(t, must(t, "\n\n", command, "-"))
	}
}

func TestSamplesOnlySaysHowSure(t *testing.T) {
	r := newRand(1)
	text := prose(r, 2000)
	in := jsonl(t, map[string]any{"id": "a", "text": text}, map[string]any{"id": "b", "text": edited(r, text, 40)})
	printed := strings.SplitAfter(must(t, in, "cluster", "--samples-only", "-"), "\n")
	assert.Equal(t, []string{"id", "cluster", "size", "relation", "of", "jaccard", "containment", "std_err"}, keys(t, printed[1]))
	assert.Positive(t, *parsed[lines.Cluster](t, printed[1])[0].StdErr)
	pairs := must(t, in, "pairs", "--samples-only", "-")
	assert.Equal(t, []string{"a", "b", "relation", "jaccard", "containment_a", "containment_b", "exact", "std_err"}, keys(t, pairs))
	assert.False(t, parsed[lines.Pair](t, pairs)[0].Exact)
}

func TestPairLines(t *testing.T) {
	out := must(t, "", "pairs", articles)
	found := map[string]lines.Pair{}
	for raw := range strings.Lines(out) {
		assert.Equal(t, []string{"a", "b", "relation", "jaccard", "containment_a", "containment_b", "exact"}, keys(t, raw))
		l := parsed[lines.Pair](t, raw)[0]
		assert.True(t, l.Exact)
		assert.Less(t, l.A, l.B, "none has a date")
		assert.NotContains(t, found, l.A+" "+l.B)
		found[l.A+" "+l.B] = l
	}
	for _, c := range []struct{ a, b string }{
		{"en-harbour-original.txt", "en-harbour-page.txt"},
		{"en-bridge-first.txt", "en-bridge-long-page.txt"},
		{"de-freibad-original.txt", "de-freibad-page.txt"},
	} {
		l, ok := found[c.a+" "+c.b]
		require.True(t, ok, "%v", c)
		inBoth, a, b := overlap(t, text(t, c.a), text(t, c.b))
		assert.InDelta(t, inBoth/a, l.ContainmentA, 5e-5, "of the article in the page")
		assert.InDelta(t, inBoth/b, l.ContainmentB, 5e-5, "of the page in the article")
		assert.InDelta(t, inBoth/(a+b-inBoth), l.Jaccard, 5e-5)
		assert.Greater(t, l.ContainmentA, .95)
		assert.Less(t, l.ContainmentB, .7)
		assert.Contains(t, []string{"copy", "excerpt"}, l.Relation) // a menu weighs little
	}
}

// text returns a test article.
func text(t testing.TB, name string) string {
	docs, _, err := read(t, "", input.Options{Paths: []string{articles + "/" + name}})
	require.NoError(t, err)
	return docs[0].Text
}

// overlap returns the sizes of the common shingles of two texts and of each.
func overlap(t testing.TB, a, b string) (both, inA, inB float64) {
	s, err := shingle.New(shingle.Options{})
	require.NoError(t, err)
	var sets [2]map[uint64]bool
	for i, text := range []string{a, b} {
		var out shingle.Text
		s.Shingle(&out, text)
		sets[i] = map[uint64]bool{}
		for _, h := range out.Shingles {
			sets[i][h] = true
		}
	}
	for h := range sets[0] {
		if sets[1][h] {
			both++
		}
	}
	return both, float64(len(sets[0])), float64(len(sets[1]))
}

func TestPairsAreInOrderOfPublication(t *testing.T) {
	r := newRand(1)
	article := prose(r, 200)
	page := prose(r, 300) + "\n\n" + article
	for _, c := range []struct{ article, page, a string }{
		{"2024-03-01", "2024-03-02", "article"},
		{"2024-03-02", "2024-03-01", "page"},
		{"2024-03-01", "2024-03-01", "article"},
		{"", "", "article"},
		{"", "2024-03-01", "page"},
		{"2024-03-01", "", "article"},
	} {
		in := jsonl(t,
			map[string]any{"id": "page", "text": page, "published": c.page},
			map[string]any{"id": "article", "text": article, "published": c.article})
		pairs := parsed[lines.Pair](t, must(t, in, "pairs", "-"))
		require.Len(t, pairs, 1)
		l := pairs[0]
		assert.Equal(t, c.a, l.A)
		inArticle, inPage := l.ContainmentB, l.ContainmentA // shares of the page and the article
		if c.a == "article" {
			inArticle, inPage = inPage, inArticle
		}
		assert.Equal(t, 1., inArticle, "%v", c)
		assert.Less(t, inPage, .6, "%v", c)
	}
}

func TestPairsListsEachPair(t *testing.T) {
	for _, n := range []int{2, 40, 200} { // more than an answer or a list holds by default
		var docs []map[string]any
		text := prose(newRand(1), 200)
		for i := range n {
			docs = append(docs, map[string]any{"id": fmt.Sprintf("%03d", i), "text": text})
		}
		seen := map[string]bool{}
		for _, l := range parsed[lines.Pair](t, must(t, jsonl(t, docs...), "pairs", "-")) {
			seen[l.A+" "+l.B] = true
			assert.Equal(t, 1., l.Jaccard)
		}
		assert.Len(t, seen, n*(n-1)/2)
	}
}

func TestFilters(t *testing.T) {
	text := prose(newRand(1), 200)
	doc := func(id, site, date string) map[string]any {
		return map[string]any{"id": id, "source": site, "date": date, "text": text}
	}
	in := jsonl(t, doc("a", "s", "2024-03-01"), doc("b", "s", "2024-03-02"), doc("c", "r", "2024-03-09"), doc("d", "", ""))
	for _, c := range []struct{ args, want string }{
		{"", "a-b a-c a-d b-c b-d c-d"},
		{"--skip-same-site", "a-c a-d b-c b-d c-d"},
		{"--window 72h", "a-b"},
		{"--window 192h", "a-b a-c b-c"},
		{"--window 72h --skip-same-site", ""},
	} {
		var pairs []string
		for _, l := range parsed[lines.Pair](t, must(t, in, append([]string{"pairs", "-"}, strings.Fields(c.args)...)...)) {
			pairs = append(pairs, l.A+"-"+l.B)
		}
		slices.Sort(pairs)
		assert.Equal(t, c.want, strings.Join(pairs, " "), c.args)
	}
}

func TestPairsStats(t *testing.T) {
	r := call(t, "", "pairs", "--stats", articles)
	assert.Equal(t, must(t, "", "pairs", articles), r.out)
	assert.Regexp(t, `reprint: 33 documents, \d+ candidates verified, \d+ of them matched, \d+ more looked at for the list only\n`, r.err)
}

func TestCollection(t *testing.T) {
	want := map[string]string{}
	stories := map[string]int{}
	out := must(t, collection(t, 4, 300), "cluster", "-")
	for _, l := range parsed[lines.Cluster](t, out) {
		s := story(l.ID)
		stories[s]++
		if before, ok := want[l.Cluster]; ok {
			assert.Equal(t, before, s, "%s holds another article", l.Cluster)
		}
		want[l.Cluster] = s
	}
	assert.Len(t, stories, 300)
	assert.Len(t, want, len(stories), "an article is in two clusters")
}

func TestSameBytes(t *testing.T) {
	articles := slices.Collect(strings.Lines(collection(t, 5, 250)))
	dir := t.TempDir()
	path := write(t, dir, "c.jsonl.zst", zstandard(t, strings.Join(articles, "")))
	labels := write(t, dir, "labels.jsonl", func() string {
		var docs []map[string]any
		for _, l := range parsed[lines.Cluster](t, strings.Join(articles, "")) {
			docs = append(docs, map[string]any{"id": l.ID, "cluster": story(l.ID)})
		}
		return jsonl(t, docs...)
	}())
	shuffled := slices.Clone(articles)
	newRand(6).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	other := write(t, dir, "shuffled.jsonl", strings.Join(shuffled, ""))
	for _, args := range [][]string{
		{"cluster"},
		{"cluster", "--samples-only"},
		{"cluster", "--preset", "noisy", "--skip-same-site"},
		{"pairs"},
		{"pairs", "--window", "48h"},
		{"eval", "--labels", labels},
		{"explain", "--json", "article-000", "page-000"},
		{"explain", "article-000", "page-020"},
	} {
		t.Run(strings.Join(args[:min(2, len(args))], " "), func(t *testing.T) {
			want := must(t, "", append(args, path)...)
			assert.Equal(t, want, must(t, "", append(args, path)...), "again")
			for _, threads := range []string{"1", "2", "7"} {
				assert.Equal(t, want, must(t, "", append(args, "--threads", threads, path)...), threads)
			}
			assert.Equal(t, want, must(t, strings.Join(articles, ""), append(args, "-")...), "from standard input")
			assert.Equal(t, sorted(want), sorted(must(t, "", append(args, other)...)), "shuffled")
		})
	}
}

func sorted(out string) []string { return slices.Sorted(strings.Lines(out)) }

// Any part of a collection is as good as any other.
func TestSameBytesOfManyCollections(t *testing.T) {
	for seed := range uint64(5) {
		lines := slices.Collect(strings.Lines(collection(t, 100+seed, 80)))
		want := sorted(must(t, strings.Join(lines, ""), "cluster", "--threads", "2", "-"))
		rand.New(rand.NewPCG(seed, 2)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		assert.Equal(t, want, sorted(must(t, strings.Join(lines, ""), "cluster", "--threads", "1", "-")), "seed %d", seed)
	}
}
