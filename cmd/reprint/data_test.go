package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/eval"
)

// data returns the path of a file in the folder of real text, which is other
// people's and not in the repository.
func data(t *testing.T, name string) string {
	dir := os.Getenv("REPRINT_DATA")
	if dir == "" {
		t.Skip("REPRINT_DATA names no folder with real text")
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

func TestRealClusters(t *testing.T) {
	for _, c := range []struct {
		set, args string
		ari       float64
	}{
		{"scraped-pages.jsonl.gz", "", .998},
		{"article-in-page.jsonl.gz", "", .995},
		{"ocr.jsonl.gz", "--preset noisy", .985},
	} {
		t.Run(c.set, func(t *testing.T) {
			path := data(t, c.set)
			evaluate(t, c.ari, append(strings.Fields(c.args), "--labels", path, path)...)
		})
	}
}

// Added to a folder in batches, in the order of the file, real text ends in
// clusters as good as those of the whole.
func TestRealClustersInAFolder(t *testing.T) {
	for _, c := range []struct {
		set, args string
		ari       float64
	}{
		{"scraped-pages.jsonl.gz", "", .998},
		{"article-in-page.jsonl.gz", "", .99},
		{"ocr.jsonl.gz", "--preset noisy", .97},
	} {
		t.Run(c.set, func(t *testing.T) {
			path, dir := data(t, c.set), filepath.Join(t.TempDir(), "db")
			args := append(strings.Fields(c.args), path)
			must(t, "", append([]string{"cluster", "--db", dir}, args...)...)
			list := must(t, "", "db", "list", dir)
			want, err := readLabels(path, nil)
			require.NoError(t, err)
			got := map[string]string{}
			for _, l := range parsed[lines.Cluster](t, list) {
				got[l.ID] = l.Cluster
			}
			scores, err := eval.Clusters(want, got)
			require.NoError(t, err)
			t.Logf("%+v", scores)
			assert.GreaterOrEqual(t, scores.ARI, c.ari)
			if len(got) <= fullBatch {
				whole := must(t, "", append([]string{"cluster"}, args...)...)
				assert.LessOrEqual(t, 100*apart(t, list, whole), len(got))
			}
		})
	}
}

func evaluate(t *testing.T, ari float64, args ...string) {
	t.Helper()
	out := must(t, "", append([]string{"eval"}, args...)...)
	t.Log(out)
	s := parsed[eval.Scores](t, out)[0]
	assert.Positive(t, s.Documents)
	assert.GreaterOrEqual(t, s.ARI, ari)
}

func TestRealPassages(t *testing.T) {
	path := data(t, "article-in-page.jsonl.gz")
	out := must(t, "", "eval", "--passages", "--labels", path, path)
	t.Log(out)
	s := parsed[eval.PassageScores](t, out)[0]
	assert.Positive(t, s.Pairs)
	assert.GreaterOrEqual(t, min(s.Precision, s.PrecisionMedian), .97)
	assert.GreaterOrEqual(t, min(s.Recall, s.RecallMedian), .97)
}

func TestRealWholePages(t *testing.T) {
	views := []string{
		"page_text", "html-text", "inscriptis", "html2text", "beautifulsoup", "nanohtml2text", "fast_html2md", "august", "html2text_rs",
	}
	f, err := input.Open(data(t, "scraped-pages.jsonl.gz"), nil)
	require.NoError(t, err)
	defer f.Close()
	all, err := io.ReadAll(f)
	require.NoError(t, err)
	type labelled struct{ View, Cluster string }
	var kept strings.Builder
	seen := map[string]bool{}
	for l := range strings.Lines(string(all)) {
		if d := parsed[labelled](t, l)[0]; slices.Contains(views, d.View) {
			seen[d.View] = true
			kept.WriteString(l)
		}
	}
	require.Len(t, seen, len(views))
	path := write(t, t.TempDir(), "pages.jsonl", kept.String())
	evaluate(t, .99, "--labels", path, path)
}

func TestRealPairs(t *testing.T) {
	for _, set := range []string{"news-de", "news-ar"} {
		t.Run(set, func(t *testing.T) {
			f, err := input.Open(data(t, set+".pairs.tsv.gz"), nil)
			require.NoError(t, err)
			defer f.Close()
			listed, err := eval.ReadPairs(f)
			require.NoError(t, err)
			r := call(t, "", "pairs", "--stats", data(t, set+".jsonl.gz"))
			require.Equal(t, exitDone, r.code, r.err)
			t.Log(r.err)
			found := map[[2]string]bool{}
			for _, l := range parsed[lines.Pair](t, r.out) {
				found[[2]string{min(l.A, l.B), max(l.A, l.B)}] = true
			}
			rows := eval.PairRecall(listed, func(a, b string) bool { return found[[2]string{min(a, b), max(a, b)}] })
			require.Len(t, rows, 3)
			for i, least := range []float64{.999, .99, .95} { // J ≥ .8; J ≥ .5; containment ≥ .8 and J < .5
				t.Logf("%+v", rows[i])
				assert.Positive(t, rows[i].Pairs)
				assert.GreaterOrEqual(t, rows[i].Recall, least, rows[i].Name)
			}
		})
	}
}

func TestRealSeeds(t *testing.T) {
	dir := data(t, "../seeds")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("there are no seeds beside the folder")
	}
	placed := parsed[lines.Cluster](t, must(t, "", "cluster", dir))
	require.Len(t, placed, 5)
	assert.Equal(t, placed[0].Cluster, placed[1].Cluster)
	for i, l := range placed {
		assert.Equal(t, []int{2, 2, 1, 1, 1}[i], l.Size, l.ID)
	}
}
