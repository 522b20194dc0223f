package passage

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A judgedPair is one on which two raters agree.
type judgedPair struct {
	N        int
	Set      string
	Relation Relation
	A, B     struct{ ID, Source, Text string }
}

func judgedPairs(t testing.TB) []judgedPair {
	dir := os.Getenv("REPRINT_DATA")
	if dir == "" {
		t.Skip("REPRINT_DATA names no folder with real text")
	}
	f, err := os.Open(filepath.Join(dir, "judged-pairs.jsonl.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var out []judgedPair
	lines := json.NewDecoder(z)
	for {
		var p judgedPair
		err := lines.Decode(&p)
		if err == io.EOF {
			require.NotEmpty(t, out)
			return out
		}
		require.NoError(t, err)
		if p.Relation != "" { // null where they differ
			out = append(out, p)
		}
	}
}

var relations = []Relation{Copy, Excerpt, Revision, Derived, Template, Unrelated}

func TestJudgedPairs(t *testing.T) {
	pairs := judgedPairs(t)
	class := func(r Relation) int {
		switch {
		case r.SameArticle():
			return 0
		case r == Derived:
			return 1
		}
		return 2
	}
	var a Aligner
	var dst Alignment
	confusion := map[[2]Relation]int{}
	three, six := 0, 0
	for _, p := range pairs {
		want := p.Relation
		got := a.Compare(&dst, p.A.Text, p.B.Text, Corpus{SameSite: p.A.Source != "" && p.A.Source == p.B.Source})
		confusion[[2]Relation{want, got.Relation}]++
		if want == got.Relation {
			six++
		} else {
			t.Logf("%d %s: %s, not %s, %.2f %+v", p.N, p.Set, got.Relation, want, got.Confidence, got.Evidence)
		}
		if class(want) == class(got.Relation) {
			three++
		}
	}
	for _, want := range relations {
		row := []int{}
		for _, got := range relations {
			row = append(row, confusion[[2]Relation{want, got}])
		}
		t.Logf("%-10s %3d", want, row)
	}
	t.Logf("three %.3f six %.3f of %d", float64(three)/float64(len(pairs)), float64(six)/float64(len(pairs)), len(pairs))
}
