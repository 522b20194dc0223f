package store_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// Of real text, added in batches, a store that holds little of it in memory has the
// clusters that a detector has, and has them still when it is opened again. The
// collections are other people's, and not in the repository.
func TestCollections(t *testing.T) {
	for _, c := range []struct{ set, preset string }{
		{"scraped-pages", "default"},
		{"article-in-page", "default"},
		{"ocr", "noisy"},
		{"news-ar", "default"},
		{"news-de", "default"},
		{"news-ja", "default"},
		{"news-zh", "default"},
		{"reuters-21578", "default"},
		{"senate-releases", "default"},
	} {
		t.Run(c.set, func(t *testing.T) {
			t.Parallel()
			docs := realDocuments(t, c.set+".jsonl.gz")
			o, err := reprint.Preset(c.preset)
			require.NoError(t, err)
			d, err := reprint.New(o)
			require.NoError(t, err)
			dir := t.TempDir()
			s := open(t, dir, store.Options{Detector: o, Cache: 4 << 20, Checkpoint: 700, Texts: store.DropTexts})
			for batch := range slices.Chunk(docs, 500) {
				require.NoError(t, d.AddAll(t.Context(), yield(batch, nil), reprint.AddAllOptions{Threads: 2, Visit: oneByOne}))
				require.NoError(t, s.AddAll(t.Context(), yield(batch, nil), reprint.AddAllOptions{Threads: 2}))
			}
			want := collect(t, d.Clusters())
			require.Equal(t, c.set != "news-zh", len(want) < len(docs), "only there nothing is to be joined")
			require.Equal(t, want, collect(t, s.Clusters()))
			shut(t, s)
			s = open(t, dir, store.Options{Texts: store.DropTexts})
			require.Equal(t, want, collect(t, s.Clusters()))
			shut(t, s)
		})
	}
}

// oneByOne is for a detector that takes a batch as a store does, document by document. An
// empty one that nobody visits looks at all of it first.
func oneByOne(string, reprint.Added) {}

// realDocuments reads a file in the folder of collections.
func realDocuments(t *testing.T, name string) (docs []reprint.Document) {
	dir := os.Getenv("REPRINT_DATA")
	if dir == "" {
		t.Skip("REPRINT_DATA names no folder with real text")
	}
	f, err := os.Open(filepath.Join(dir, name))
	require.NoError(t, err)
	defer f.Close()
	plain, err := gzip.NewReader(f)
	require.NoError(t, err)
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var l struct{ ID, Text, Title, Site, Source, URL, Published, Date string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &l))
		doc := reprint.Document{ID: l.ID, Text: l.Text, Title: l.Title, Site: cmp.Or(l.Site, l.Source), URL: l.URL}
		for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
			if at, err := time.Parse(layout, cmp.Or(l.Published, l.Date)); err == nil {
				doc.Published = at
			}
		}
		docs = append(docs, doc)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, docs)
	return docs
}
