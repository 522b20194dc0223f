package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/eval"
)

func TestEval(t *testing.T) {
	out := must(t, "", "eval", "--labels", labels, articles)
	assert.Equal(t, []string{
		"documents", "clusters_wanted", "clusters_found", "precision", "recall", "f1",
		"b3_precision", "b3_recall", "b3", "ari",
	}, keys(t, out))
	s := parsed[eval.Scores](t, out)[0]
	assert.Equal(t, 33, s.Documents)
	assert.Equal(t, s.WantClusters, s.GotClusters)
	for _, f := range []float64{s.Precision, s.Recall, s.F1, s.B3Precision, s.B3Recall, s.B3, s.ARI} {
		assert.Equal(t, 1., f, out)
	}

	content, err := os.ReadFile(labels)
	require.NoError(t, err)
	dir := t.TempDir()
	assert.Equal(t, out, must(t, "", "eval", "--labels", write(t, dir, "l.jsonl.gz", gzipped(t, string(content))), articles))
	assert.Equal(t, out, must(t, "", "eval", "--labels", write(t, dir, "l.jsonl.zst", zstandard(t, string(content))), articles))
	assert.Equal(t, out, must(t, string(content), "eval", "--labels", "-", articles))
}

func TestEvalSeesWhatIsWrong(t *testing.T) {
	s := parsed[eval.Scores](t, must(t, "", "eval", "--preset", "strict", "--labels", labels, articles))[0]
	assert.Equal(t, 1., s.Precision)
	assert.Less(t, s.Recall, .7)
	assert.Less(t, s.ARI, .8)
	assert.Greater(t, s.GotClusters, s.WantClusters)
}

func TestEvalOfAPartWithLabels(t *testing.T) {
	dir := t.TempDir()
	few := write(t, dir, "few.jsonl", `{"id":"en-harbour-original.txt","cluster":"x"}
{"id":"en-harbour-page.txt","cluster":"x"}
{"id":"en-wire-local.txt","cluster":"y"}
`)
	s := parsed[eval.Scores](t, must(t, "", "eval", "--labels", few, articles))[0]
	assert.Equal(t, 3, s.Documents)
	assert.Equal(t, 1., s.ARI)

	for name, c := range map[string]struct{ content, want string }{
		"missing.jsonl": {`{"id":"nobody.txt","cluster":"x"}`, "without a cluster"},
		"none.jsonl":    {`{"id":"en-wire-local.txt"}`, "no document has a label"},
		"bad.jsonl":     {"\n{", "line 2"},
	} {
		path := write(t, dir, name, c.content)
		r := call(t, "", "eval", "--labels", path, articles)
		assert.Equal(t, exitError, r.code)
		assert.Contains(t, r.err, c.want)
		assert.Contains(t, r.err, filepath.Base(path))
		assert.Empty(t, r.out)
	}
}

func TestEvalOfPassages(t *testing.T) {
	out := must(t, "", "eval", "--passages", "--labels", labels, articles)
	assert.Equal(t, []string{"pairs", "precision", "precision_median", "recall", "recall_median"}, keys(t, out))
	s := parsed[eval.PassageScores](t, out)[0]
	t.Logf("%+v", s)
	assert.Positive(t, s.Pairs)
	assert.GreaterOrEqual(t, s.Precision, .9)
	assert.GreaterOrEqual(t, s.Recall, .95)

	dir := t.TempDir()
	for name, c := range map[string]struct{ content, want string }{
		"missing.jsonl": {`{"id":"nobody.txt","cluster":"x"}`, "without a document"},
		"alone.jsonl":   {`{"id":"en-wire-local.txt","cluster":"x"}`, "no two documents"},
	} {
		r := call(t, "", "eval", "--passages", "--labels", write(t, dir, name, c.content), articles)
		assert.Equal(t, exitError, r.code)
		assert.Contains(t, r.err, c.want)
		assert.Empty(t, r.out)
	}
}
