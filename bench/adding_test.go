package bench_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/engine"
)

// generated returns so many documents of package news.
func generated(n int) (docs []engine.Document) {
	for doc := range news.New(news.Options{Docs: n, Seed: 1}).Documents() {
		docs = append(docs, engine.Document{ID: doc.ID, Text: doc.Text, Site: doc.Site, Published: doc.Published})
	}
	return docs
}

// collection reads documents of the collections that are not in the repository.
func collection(b *testing.B, name string) (docs []engine.Document) {
	folder := os.Getenv("REPRINT_DATA")
	if folder == "" {
		b.Skip("REPRINT_DATA names no folder with collections")
	}
	f, err := os.Open(filepath.Join(folder, name+".jsonl.gz"))
	require.NoError(b, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(b, err)
	for lines := json.NewDecoder(z); ; {
		var d struct{ ID, Title, Text, Source, URL, Date string }
		if err := lines.Decode(&d); errors.Is(err, io.EOF) {
			return docs
		} else {
			require.NoError(b, err)
		}
		published, _ := time.Parse("2006-01-02T15:04:05", d.Date)
		docs = append(docs, engine.Document{ID: d.ID, Title: d.Title, Text: d.Text, Site: d.Source, URL: d.URL, Published: published})
	}
}

// BenchmarkAdd adds a batch of documents that were read before, by as many threads
// as -cpu says.
func BenchmarkAdd(b *testing.B) {
	for _, set := range []struct {
		name string
		docs func(b *testing.B) []engine.Document
	}{
		{"newsgen", func(*testing.B) []engine.Document { return generated(20_000) }},
		{"news-de", func(b *testing.B) []engine.Document { return collection(b, "news-de") }},
		{"senate-releases", func(b *testing.B) []engine.Document { return collection(b, "senate-releases") }},
	} {
		for _, only := range []bool{false, true} {
			keeps := "all"
			if only {
				keeps = "samples"
			}
			b.Run("set="+set.name+"/keeps="+keeps, func(b *testing.B) {
				docs := set.docs(b)
				o := engine.Options{SamplesOnly: only}
				reader, err := engine.New(o)
				require.NoError(b, err)
				entries, err := engine.ReadAll(b.Context(), func(yield func(engine.Document, error) bool) {
					for _, d := range docs {
						if !yield(d, nil) {
							return
						}
					}
				}, 2, reader.Prepare)
				require.NoError(b, err)
				runtime.GC()
				for b.Loop() {
					e, err := engine.New(o)
					require.NoError(b, err)
					require.NoError(b, e.Index().AddBatch(b.Context(), slices.Clone(entries), runtime.GOMAXPROCS(0), nil))
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*len(docs)), "µs/doc")
			})
		}
	}
}
