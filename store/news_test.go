package store_test

import (
	"context"
	"fmt"
	"hash/crc32"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// scripts are the syllables that invented words are made of, and what stands
// between words.
var scripts = []struct{ syllables, space string }{
	{"ba ke lo mi nu pra sto ver tin gal shu rend", " "},
	{"ба ке ло ми ну пра сто вер тин гал шу", " "},
	{"با كي لو مي نو را سو تي", " "},
	{"港 口 新 桥 市 长 雨 水 山 火 车 站 报 告 明 天", ""},
}

// news invents articles, and copies of them as sites print them: edited, cut
// short, within a page, or as they are. The same seed gives the same news.
type news struct {
	rng   *rand.Rand
	words [][]string // by script
	menus []string
	texts []string // articles so far
}

var firstDay = time.Date(2026, 5, 1, 6, 0, 0, 0, time.UTC)

func newNews(seed uint64) *news {
	n := &news{rng: rand.New(rand.NewPCG(seed, 3))}
	for _, s := range scripts {
		syllables := strings.Fields(s.syllables)
		words := make([]string, 900)
		for i := range words {
			for range 1 + n.rng.IntN(3) {
				words[i] += syllables[n.rng.IntN(len(syllables))]
			}
		}
		n.words = append(n.words, words)
	}
	for i := range 3 {
		n.menus = append(n.menus, n.text(i%2, 40))
	}
	return n
}

func (n *news) text(script, words int) string {
	out := make([]string, words)
	for i := range out {
		out[i] = n.words[script][n.rng.IntN(len(n.words[script]))]
		if i%11 == 10 {
			out[i] += "."
		}
	}
	return strings.Join(out, scripts[script].space)
}

// document invents a document: a new article, or a copy of one before.
func (n *news) document(id string) reprint.Document {
	doc := reprint.Document{
		ID: id, Title: "On " + n.text(0, 3), Site: fmt.Sprintf("site-%d.example", n.rng.IntN(4)),
		Published: firstDay.Add(time.Duration(n.rng.IntN(200)) * time.Hour), Metadata: metadataOf(id),
	}
	if n.rng.IntN(12) == 0 {
		doc.Published = time.Time{}
	}
	if n.rng.IntN(10) == 0 {
		doc.Site, doc.URL = "", "https://www.other.example/"+id
	}
	if len(n.texts) == 0 || n.rng.IntN(3) == 0 {
		doc.Text = n.text(n.rng.IntN(len(scripts)), 20+n.rng.IntN(150))
		n.texts = append(n.texts, doc.Text)
		return doc
	}
	text := n.texts[n.rng.IntN(len(n.texts))]
	words := strings.Fields(text)
	switch n.rng.IntN(5) {
	case 0:
		words[n.rng.IntN(len(words))] = "edited"
		text = strings.Join(words, " ")
	case 1:
		text = strings.Join(words[:len(words)*3/4], " ")
	case 2:
		text = n.menus[n.rng.IntN(3)] + "\n\n" + text + "\n\n" + n.text(0, 8)
	case 3:
		text = n.text(0, 20) + ". " + text
	}
	doc.Text = text
	return doc
}

// documents invents so many, with ids of their own.
// metadataOf invents what one document in four has of its own.
func metadataOf(id string) map[string]string {
	if crc32.ChecksumIEEE([]byte(id))%4 > 0 {
		return nil
	}
	return map[string]string{"crawl": id, "": "of no name"}
}

func (n *news) documents(count int) []reprint.Document {
	docs := make([]reprint.Document, count)
	for i := range docs {
		docs[i] = n.document(fmt.Sprintf("doc-%04d", i))
	}
	return docs
}

func open(t testing.TB, dir string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(dir, o)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func shut(t testing.TB, s *store.Store) {
	t.Helper()
	require.NoError(t, s.Close())
}

// clean requires that Check finds nothing.
func clean(t testing.TB, s *store.Store) {
	t.Helper()
	problems, err := s.Check(context.Background())
	require.NoError(t, err)
	require.Empty(t, problems)
}

func collect[T any](t testing.TB, all iter.Seq2[T, error]) (out []T) {
	t.Helper()
	for v, err := range all {
		require.NoError(t, err)
		out = append(out, v)
	}
	return out
}

func yield(docs []reprint.Document, then error) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
		if then != nil {
			yield(reprint.Document{}, then)
		}
	}
}
