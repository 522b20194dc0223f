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

// class is the class of a relation, of three: same article, derived, neither.
func class(r Relation) int {
	switch {
	case r.SameArticle():
		return 0
	case r == Derived:
		return 1
	}
	return 2
}

// The table of README.md for pairs of which nothing else is known.
func TestJudgedPairs(t *testing.T) {
	pairs := judgedPairs(t)
	var a Aligner
	var dst Alignment
	confusion := map[[2]Relation]int{}
	three, six := 0, 0
	var said, right [10]int // by tenths of confidence
	for _, p := range pairs {
		got := a.Compare(&dst, p.A.Text, p.B.Text, p.corpus())
		confusion[[2]Relation{p.Relation, got.Relation}]++
		said[int(got.Confidence*10)]++
		if p.Relation == got.Relation {
			six++
			right[int(got.Confidence*10)]++
		} else {
			t.Logf("%d %s: %s, not %s, %.2f %+v", p.N, p.Set, got.Relation, p.Relation, got.Confidence, got.Evidence)
		}
		if class(p.Relation) == class(got.Relation) {
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
	t.Logf("right of those as sure as .5, .6, …: %d of %d", right[5:], said[5:])
	n := float64(len(pairs))
	t.Logf("%.3f of three classes, %.3f of six, %v pairs", float64(three)/n, float64(six)/n, n)
	require.GreaterOrEqual(t, float64(three)/n, .87)
	require.GreaterOrEqual(t, float64(six)/n, .78)
}

func (p *judgedPair) corpus() Corpus {
	return Corpus{SameSite: p.A.Source != "" && p.A.Source == p.B.Source}
}

// How much of the accuracy is chance of these pairs: each is judged by the
// thresholds of a grid that do best on the others.
func TestCrossValidated(t *testing.T) {
	pairs := judgedPairs(t)
	var a Aligner
	evidence, alike := make([]Evidence, len(pairs)), make([]bool, len(pairs))
	for i, p := range pairs {
		evidence[i] = a.Relate(sequence(p.A.Text), sequence(p.B.Text), p.corpus()).Evidence
		alike[i] = a.alike
	}
	grid := []rules{standard}
	vary := func(set func(*rules, float64), values ...float64) {
		var next []rules
		for _, r := range grid {
			for _, v := range values {
				set(&r, v)
				next = append(next, r)
			}
		}
		grid = next
	}
	vary(func(r *rules, v float64) { r.mostOfOne = v }, .7, .75, .8)
	vary(func(r *rules, v float64) { r.halfOfBoth = v }, .4, .45, .5, .55)
	vary(func(r *rules, v float64) { r.allOver = int(v) }, 4, 5, 6, 1<<30)
	vary(func(r *rules, v float64) { r.partOfOne = v }, .35, .4, .45)
	vary(func(r *rules, v float64) { r.copyOfBoth = v }, .75, .8, .85)
	vary(func(r *rules, v float64) { r.substantial = v }, 40, 50, 60)
	vary(func(r *rules, v float64) { r.exchanged = v }, 3, 4, 5)
	vary(func(r *rules, v float64) { r.exchangedOf = v }, .01, .02, .03)

	// What each of the grid gets right of each pair: 1 if of three classes, and
	// 2 more if of six.
	right := make([][]byte, len(grid))
	total := make([]int, len(grid))
	for g := range grid {
		right[g] = make([]byte, len(pairs))
		for i := range pairs {
			got := grid[g].judge(&evidence[i], pairs[i].corpus(), alike[i]).Relation
			if class(got) == class(pairs[i].Relation) {
				right[g][i] |= 1
				total[g]++
			}
			if got == pairs[i].Relation {
				right[g][i] |= 2
				total[g]++
			}
		}
	}
	three, six := 0., 0.
	for i := range pairs {
		best, n, three1, six1 := -1, 0., 0., 0.
		for g, r := range right {
			others := total[g] - int(r[i]&1) - int(r[i]>>1)
			if others > best {
				best, n, three1, six1 = others, 0, 0, 0
			}
			if others == best {
				n++
				three1 += float64(r[i] & 1)
				six1 += float64(r[i] >> 1)
			}
		}
		three += three1 / n
		six += six1 / n
	}
	n := float64(len(pairs))
	t.Logf("fitted to all others of %v pairs, by %d sets of thresholds: %.3f of three classes, %.3f of six", n, len(grid), three/n, six/n)
	require.GreaterOrEqual(t, three/n, .8)
}
