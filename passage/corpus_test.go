package passage

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answers reads a collection of short answers and their sources, which is other
// people's and not in the repository.
func answers(t *testing.T, each func(id, text, of, label string)) {
	dir := os.Getenv("REPRINT_DATA")
	if dir == "" {
		t.Skip("REPRINT_DATA names no folder with real text")
	}
	f, err := os.Open(filepath.Join(dir, "rewritten-answers.jsonl.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	lines := json.NewDecoder(z)
	for n := 0; ; n++ {
		var d struct {
			ID, Text, Label string
			Of              string `json:"source_doc"`
		}
		err := lines.Decode(&d)
		if err == io.EOF {
			require.NotZero(t, n)
			return
		}
		require.NoError(t, err)
		each(d.ID, d.Text, d.Of, d.Label)
	}
}

// The more an answer was rewritten, the less of it is covered by its source.
func TestRewrittenAnswers(t *testing.T) {
	texts, source, label := map[string]string{}, map[string]string{}, map[string]string{}
	answers(t, func(id, text, of, l string) {
		texts[id], source[id], label[id] = text, of, l
	})
	var a Aligner
	var dst Alignment
	sum, n := map[string]float64{}, map[string]int{}
	for _, id := range slices.Sorted(maps.Keys(source)) {
		if of := source[id]; of != "" {
			a.Align(&dst, texts[id], texts[of])
			sum[label[id]] += dst.CoverageA
			n[label[id]]++
		}
	}
	last := 1.
	for _, l := range []string{"cut", "light", "heavy", "non"} {
		require.NotZero(t, n[l])
		mean := sum[l] / float64(n[l])
		t.Logf("%s: %d answers, covered %.3f", l, n[l], mean)
		assert.Less(t, mean, last)
		last = mean
	}
}
