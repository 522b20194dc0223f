package passage

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/shingle"
)

// collection reads a collection of real text, which is other people's and not
// in the repository.
func collection(t *testing.T, name string, each func(id, text, of, label string)) {
	dir := os.Getenv("REPRINT_DATA")
	if dir == "" {
		t.Skip("REPRINT_DATA names no folder with real text")
	}
	f, err := os.Open(filepath.Join(dir, name))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	s := bufio.NewScanner(z)
	s.Buffer(nil, 64<<20)
	n := 0
	for s.Scan() {
		var d struct{ ID, Text, Cluster, Label, Source_doc string }
		require.NoError(t, json.Unmarshal(s.Bytes(), &d))
		each(d.ID, d.Text, d.Cluster+d.Source_doc, d.Label)
		n++
	}
	require.NoError(t, s.Err())
	require.NotZero(t, n)
}

// letters returns the letters and digits of a text in small, and where each
// begins.
func letters(text string) (out []rune, at []int) {
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			out, at = append(out, unicode.ToLower(r)), append(at, i)
		}
	}
	return out, at
}

// commonLetters is a notion of what two texts share that knows nothing of
// words, order or gaps: a letter is shared if it lies in a row of so many
// letters that the other text has somewhere too.
const commonLetters = 32

// shared returns the letters of text, by where they begin, and whether other
// has them too.
func shared(text, other string) map[int]bool {
	there := map[string]bool{}
	o, _ := letters(other)
	for i := commonLetters; i <= len(o); i++ {
		there[string(o[i-commonLetters:i])] = true
	}
	l, at := letters(text)
	out := map[int]bool{}
	for _, i := range at {
		out[i] = false
	}
	for i := commonLetters; i <= len(l); i++ {
		if there[string(l[i-commonLetters:i])] {
			for _, j := range at[i-commonLetters : i] {
				out[j] = true
			}
		}
	}
	return out
}

// within counts the letters of spans, and those of them that are so.
func within(letters map[int]bool, spans []shingle.Span) (all, shared int) {
	for i, is := range letters {
		if slices.ContainsFunc(spans, func(s shingle.Span) bool { return s.Start <= i && i < s.End }) {
			all++
			if is {
				shared++
			}
		}
	}
	return all, shared
}

func TestArticlesInPages(t *testing.T) {
	texts := map[string]map[string]string{}
	collection(t, "article-in-page.jsonl.gz", func(id, text, of, _ string) {
		if texts[of] == nil {
			texts[of] = map[string]string{}
		}
		texts[of][strings.Split(id, "/")[0]] = text
	})
	for _, o := range options() {
		a, err := New(o)
		require.NoError(t, err)
		var dst Alignment
		var precision, recall, ofAll []float64
		passages := 0
		for _, c := range texts {
			article, page := c["article"], c["page"]
			a.Align(&dst, article, page)
			passages += len(dst.Passages)
			var inA, inB []shingle.Span
			for _, p := range dst.Passages {
				inA, inB = append(inA, p.A), append(inB, p.B)
			}
			found, right := within(shared(page, article), inB)
			if found > 0 {
				precision = append(precision, float64(right)/float64(found))
			}
			truth := shared(article, page)
			want := 0
			for _, is := range truth {
				if is {
					want++
				}
			}
			all, hit := within(truth, inA)
			if want > 0 {
				recall = append(recall, float64(hit)/float64(want))
			}
			ofAll = append(ofAll, float64(all)/float64(len(truth)))
		}
		t.Logf("%+v: passages %d precision %s recall %s of all %s", o, passages, figures(precision), figures(recall), figures(ofAll))
	}
}

func figures(f []float64) string {
	slices.Sort(f)
	sum := 0.
	for _, v := range f {
		sum += v
	}
	return fmt.Sprintf("mean %.4f median %.4f tenth %.4f least %.3f (%d)", sum/float64(len(f)), f[len(f)/2], f[len(f)/10], f[0], len(f))
}

func options() []Options {
	if os.Getenv("SWEEP") == "" {
		return []Options{{}}
	}
	var out []Options
	for _, k := range []int{3, 4, 5} {
		out = append(out, Options{K: k})
	}
	for _, w := range []int{5, 6, 7, 10} {
		out = append(out, Options{MinWords: w})
	}
	for _, g := range []int{-1, 8, 16, 32, 48} {
		out = append(out, Options{Gap: g})
	}
	return out
}

func TestRewrittenAnswers(t *testing.T) {
	texts, source, label := map[string]string{}, map[string]string{}, map[string]string{}
	collection(t, "rewritten-answers.jsonl.gz", func(id, text, of, l string) {
		texts[id], source[id], label[id] = text, of, l
	})
	for _, o := range options() {
		a, err := New(o)
		require.NoError(t, err)
		var dst Alignment
		sum, n := map[string]float64{}, map[string]int{}
		for id, of := range source {
			if of == "" {
				continue
			}
			a.Align(&dst, texts[id], texts[of])
			sum[label[id]] += dst.CoverageA
			n[label[id]]++
		}
		var means []float64
		for _, l := range []string{"cut", "light", "heavy", "non"} {
			require.NotZero(t, n[l])
			means = append(means, sum[l]/float64(n[l]))
		}
		t.Logf("%+v %.4f", o, means)
		for i := range means[1:] {
			assert.Greater(t, means[i], means[i+1])
		}
	}
}
