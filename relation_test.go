package reprint_test

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

func articleText(t testing.TB, name string) string {
	b, err := os.ReadFile(filepath.Join("testdata", "articles", name+".txt"))
	require.NoError(t, err)
	return string(b)
}

func TestCompare(t *testing.T) {
	d := detector(t, reprint.Options{})
	for _, c := range []struct {
		a, b string
		want reprint.Relation
	}{
		{"de-freibad-original", "de-freibad-hyphen", reprint.Copy},
		{"zh-matou-original", "zh-matou-copy", reprint.Copy},
		{"es-embalse-original", "es-embalse-reprint", reprint.Copy},
		{"en-harbour-original", "en-harbour-page", reprint.Excerpt},
		{"en-bridge-first", "en-bridge-long-page", reprint.Excerpt},
		{"ja-tetsudo-original", "ja-tetsudo-excerpt", reprint.Excerpt},
		{"en-grant-brass", "en-grant-orchard", reprint.Template},
		{"en-site-library", "en-site-quarry", reprint.Template},
		{"en-harbour-report-a", "en-harbour-report-b", reprint.Unrelated},
		{"empty", "empty", reprint.Unrelated},
	} {
		a, b := reprint.Document{Text: articleText(t, c.a)}, reprint.Document{Text: articleText(t, c.b)}
		there, back := compared(d, a, b), compared(d, b, a)
		assert.Equal(t, c.want, there.Relation, "%s %s: %s", c.a, c.b, there.Reason)
		assert.Equal(t, there.Relation, back.Relation)
		assert.Equal(t, there.Confidence, back.Confidence)
		assert.Equal(t, there.Reason, back.Reason)
		assert.Equal(t, there.ContainmentA, back.ContainmentB)
		assert.Equal(t, there.Passages.CoverageA, back.Passages.CoverageB)
		m, ok, _ := d.Match(a, b)
		assert.Equal(t, c.want.SameArticle(), ok)
		assert.Equal(t, m.Figures, there.Figures)
	}
	assert.Zero(t, d.Len())
}

// A reader's teaser before the same text on every page looks like a copy until
// the pages of the site are known.
func TestCompareKnowsForms(t *testing.T) {
	w := newWriter("en", 31)
	same := w.text(1_800)
	page := func(id string) reprint.Document {
		return reprint.Document{ID: id, Site: "gazette", Text: w.sentence() + " " + w.sentence() + "\n\n" + same}
	}
	a, b := page("a"), page("b")
	for _, o := range []reprint.Options{{}, {SamplesOnly: true}} {
		d := detector(t, o)
		x, y := a, b
		x.Site, y.Site = "", "" // on one site, other text above the same is a form at once
		require.Equal(t, reprint.Copy, compared(d, x, y).Relation)
		for i := range 20 {
			add(t, d, page(fmt.Sprint(i)))
		}
		got := compared(d, a, b)
		assert.Equal(t, reprint.Template, got.Relation, got.Reason)
		assert.Greater(t, got.Boilerplate, .9)
		assert.True(t, got.Exact, "the two are compared in full")
		assert.Equal(t, 20, d.Len())
		assert.Equal(t, reprint.Copy, compared(d, a, a).Relation)
	}
}

// On pairs of which two raters judged alike, with and without documents that
// tell what is form and boilerplate. passage/README.md has the whole table.
func TestJudgedPairs(t *testing.T) {
	dir := os.Getenv("REPRINT_DATA")
	if dir == "" {
		t.Skip("REPRINT_DATA names no folder with real text")
	}
	type text struct{ ID, Source, URL, Title, Date, Published, Text string }
	document := func(x text) reprint.Document {
		d := reprint.Document{ID: x.ID, Site: x.Source, URL: x.URL, Title: x.Title, Text: x.Text}
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, "2Jan2006"} {
			if at, err := time.Parse(layout, cmp.Or(x.Published, x.Date)); err == nil {
				d.Published = at
				break
			}
		}
		return d
	}
	known, alone := detector(t, reprint.Options{SamplesOnly: true}), detector(t, reprint.Options{})
	for _, name := range []string{"news-de", "news-ar", "senate-releases", "reuters-21578"} {
		for line := range jsonLines[text](t, filepath.Join(dir, name+".jsonl.gz")) {
			add(t, known, document(line))
		}
	}
	type pair struct {
		Relation reprint.Relation
		A, B     text
	}
	for _, c := range []struct {
		name       string
		d          *reprint.Detector
		three, six float64
	}{{"alone", alone, .92, .82}, {"with background", known, .93, .83}} {
		three, six, n := 0., 0., 0.
		for p := range jsonLines[pair](t, filepath.Join(dir, "judged-pairs.jsonl.gz")) {
			if p.Relation == "" {
				continue // the raters differ
			}
			n++
			got := compared(c.d, document(p.A), document(p.B)).Relation
			if got == p.Relation {
				six++
			}
			if kind(got) == kind(p.Relation) {
				three++
			}
		}
		require.NotZero(t, n)
		t.Logf("%s: %.3f of three classes, %.3f of six, %v pairs", c.name, three/n, six/n, n)
		assert.GreaterOrEqual(t, three/n, c.three)
		assert.GreaterOrEqual(t, six/n, c.six)
	}
}

// kind is the class of a relation, of three.
func kind(r reprint.Relation) string {
	switch {
	case r.SameArticle():
		return "same article"
	case r == reprint.Derived:
		return "derived"
	}
	return "neither"
}

func jsonLines[T any](t testing.TB, path string) func(func(T) bool) {
	return func(yield func(T) bool) {
		f, err := os.Open(path)
		require.NoError(t, err)
		defer f.Close()
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		lines := json.NewDecoder(z)
		for {
			var line T
			err := lines.Decode(&line)
			if err == io.EOF {
				return
			}
			if other := (*json.UnmarshalTypeError)(nil); !errors.As(err, &other) {
				require.NoError(t, err)
			}
			if !yield(line) {
				return
			}
		}
	}
}

// compared compares two documents that are not too large.
func compared(d *reprint.Detector, a, b reprint.Document) reprint.Comparison {
	c, err := d.Compare(a, b)
	if err != nil {
		panic(err)
	}
	return c
}
