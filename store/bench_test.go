package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// articles invents articles of 700 words; one in five is a copy of an earlier one.
func articles(count int) []reprint.Document {
	n := newNews(99)
	docs := make([]reprint.Document, count)
	for i := range docs {
		docs[i] = reprint.Document{ID: fmt.Sprint("a-", i), Text: n.text(0, 700)}
		if i%5 == 4 {
			docs[i].Text = docs[n.rng.IntN(i)].Text + " and that was all"
		}
	}
	return docs
}

func reportDocs(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkAdd adds articles, each durable when its call returns.
func BenchmarkAdd(b *testing.B) {
	docs := articles(2000)
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := open(b, b.TempDir(), store.Options{})
			b.ReportAllocs()
			b.ResetTimer()
			var at atomic.Int64
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for i := int(at.Add(1)); i <= b.N; i = int(at.Add(1)) {
						doc := docs[i%len(docs)]
						doc.ID = fmt.Sprint(doc.ID, "-", i/len(docs))
						if _, err := s.Add(context.Background(), doc); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			reportDocs(b)
			b.StopTimer()
			shut(b, s)
		})
	}
}

// BenchmarkAddAll adds batches of 1,000 articles.
func BenchmarkAddAll(b *testing.B) {
	docs := articles(1000)
	s := open(b, b.TempDir(), store.Options{})
	n := 0
	for b.Loop() {
		batch := make([]reprint.Document, len(docs))
		for i, doc := range docs {
			doc.ID = fmt.Sprint(doc.ID, "-", n)
			batch[i] = doc
		}
		require.NoError(b, s.AddAll(b.Context(), yield(batch, nil), reprint.AddAllOptions{Threads: 2}))
		n++
	}
	b.ReportMetric(float64(n*len(docs))/b.Elapsed().Seconds(), "docs/s")
	shut(b, s)
}

// BenchmarkAddAgain adds articles that are there, as they are: one by one, each answered
// with what it matches, and in batches of 1,000, of which nothing is asked.
func BenchmarkAddAgain(b *testing.B) {
	docs := articles(2000)
	o := reprint.AddAllOptions{Threads: 2}
	begin := func(b *testing.B) *store.Store {
		s := open(b, b.TempDir(), store.Options{})
		require.NoError(b, s.AddAll(b.Context(), yield(docs, nil), o))
		return s
	}
	b.Run("one", func(b *testing.B) {
		s := begin(b)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			a, err := s.Add(b.Context(), docs[i%len(docs)])
			require.NoError(b, err)
			require.Empty(b, a.Events)
		}
		reportDocs(b)
		shut(b, s)
	})
	b.Run("batch", func(b *testing.B) {
		s := begin(b)
		n := 0
		for ; b.Loop(); n++ {
			require.NoError(b, s.AddAll(b.Context(), yield(docs[n%2*1000:][:1000], nil), o))
		}
		b.ReportMetric(float64(n*1000)/b.Elapsed().Seconds(), "docs/s")
		shut(b, s)
	})
}

// BenchmarkRemove removes articles one by one, of 2,000 that are added anew when
// they are all gone.
func BenchmarkRemove(b *testing.B) {
	docs := articles(2000)
	s := open(b, b.TempDir(), store.Options{})
	i := 0
	for b.Loop() {
		if i%len(docs) == 0 {
			b.StopTimer()
			require.NoError(b, s.AddAll(b.Context(), yield(docs, nil), reprint.AddAllOptions{Threads: 2}))
			b.StartTimer()
		}
		_, ok, err := s.Remove(b.Context(), docs[i%len(docs)].ID)
		require.NoError(b, err)
		require.True(b, ok)
		i++
	}
	reportDocs(b)
	shut(b, s)
}

// BenchmarkOpen opens a store of so many articles.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprintf("docs=%d", n), func(b *testing.B) {
			dir := b.TempDir()
			s := open(b, dir, store.Options{})
			require.NoError(b, s.AddAll(b.Context(), yield(articles(n), nil), reprint.AddAllOptions{Threads: 2}))
			shut(b, s)
			for b.Loop() {
				shut(b, open(b, dir, store.Options{}))
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}
