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
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/cluster"
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

// sets are the collections that are added.
var sets = []struct {
	name string
	docs func(b *testing.B) []engine.Document
}{
	{"newsgen", func(*testing.B) []engine.Document { return generated(20_000) }},
	{"news-de", func(b *testing.B) []engine.Document { return collection(b, "news-de") }},
	{"senate-releases", func(b *testing.B) []engine.Document { return collection(b, "senate-releases") }},
}

// eachBatch benchmarks adding a batch of documents that were read before, of each set, with
// all shingles kept and with samples only.
func eachBatch(b *testing.B, run func(b *testing.B, o engine.Options, entries []cluster.Prepared)) {
	for _, set := range sets {
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
				read, err := engine.ReadAll(b.Context(), func(yield func(engine.Document, error) bool) {
					for _, d := range docs {
						if !yield(d, nil) {
							return
						}
					}
				}, 2, reader.Prepare)
				require.NoError(b, err)
				entries := slices.Collect(read.Take())
				runtime.GC()
				run(b, o, entries)
			})
		}
	}
}

// BenchmarkAdd adds a batch by as many threads as -cpu says. With one it also reports the
// share of the time in which more of them would have nothing to do, and how many times as
// fast 16 would be, by Amdahl's law.
func BenchmarkAdd(b *testing.B) {
	eachBatch(b, func(b *testing.B, o engine.Options, entries []cluster.Prepared) {
		threads := runtime.GOMAXPROCS(0)
		var spent atomic.Int64
		ctx := cluster.WithMeter(b.Context(), &spent)
		for b.Loop() {
			e, err := engine.New(o)
			require.NoError(b, err)
			require.NoError(b, e.Index().AddBatch(ctx, slices.Clone(entries), cluster.BatchOptions{Threads: threads}))
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*len(entries)), "µs/doc")
		if threads == 1 {
			serial := 1 - float64(spent.Load())/float64(b.Elapsed())
			b.ReportMetric(serial, "serial")
			b.ReportMetric(1/(serial+(1-serial)/16), "×16cpu")
		}
	})
}
