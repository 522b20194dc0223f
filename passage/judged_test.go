package passage

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/publicsuffix"
)

// A judgedPair is one on which two raters agree.
type judgedPair struct {
	N        int
	Set      string
	Relation Relation
	A, B     judgedText
}

// A judgedText is one of a pair, with what is known beside it.
type judgedText struct{ ID, Source, URL, Title, Date, Published, Text string }

func (d *judgedText) document() Document {
	out := Document{Text: d.Text, Title: d.Title, URL: d.URL}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, "2Jan2006"} {
		if at, err := time.Parse(layout, cmp.Or(d.Published, d.Date)); err == nil {
			out.Published = at
			break
		}
	}
	return out
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

// The table of README.md, without a collection that knows what is boilerplate.
func TestJudgedPairs(t *testing.T) {
	pairs := judgedPairs(t)
	var a Aligner
	var dst Alignment
	confusion := map[[2]Relation]int{}
	three, six := 0, 0
	var said, right [10]int // by tenths of confidence
	for _, p := range pairs {
		got := a.Compare(&dst, p.A.document(), p.B.document(), p.corpus())
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
	return Corpus{SameSite: sameSite(p.A.Source, p.A.URL, p.B.Source, p.B.URL)}
}

// sameSite reports whether two pages are of one outlet, by their hosts where they have
// URLs, as the engine has it but for hosts that carry what others published.
func sameSite(siteA, urlA, siteB, urlB string) bool {
	outlet := func(site, page string) string {
		if !strings.Contains(site, ".") {
			if u, err := url.Parse(page); err == nil && u.Hostname() != "" {
				site = u.Hostname()
			}
		}
		if domain, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimPrefix(site, "www.")); err == nil {
			return domain
		}
		return site
	}
	a := outlet(siteA, urlA)
	return a != "" && a == outlet(siteB, urlB)
}
