package bench_test

import (
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/bench/internal/peer"
	"github.com/cbb30ed1/reprint/bench/news"
)

var languages = []string{"la", "lb", "cy", "ar", "zh", "hi"}

// texts returns 64 articles in a language, of 3.5 to 5.5 kB, and their mean
// size.
func texts(b *testing.B, lang string) (texts []string, size int64) {
	for doc := range news.New(news.Options{Docs: 20_000, Seed: 1}).Documents() {
		if doc.Lang == lang && doc.Kind == news.Single && len(doc.Text) > 3_500 && len(doc.Text) < 5_500 {
			texts = append(texts, doc.Text)
			size += int64(len(doc.Text))
			if len(texts) == 64 {
				return texts, size / 64
			}
		}
	}
	b.Fatalf("%d articles in %s, want 64", len(texts), lang)
	return nil, 0
}

// sign measures an implementation on texts, and beside it, in the same run,
// xxhash over the same bytes: x/xxhash is how many times as long it takes. For
// that, both are the least of rounds that take turns, lest the other work of the
// machine count for one and not for the other.
func sign(b *testing.B, impl peer.Impl, texts []string, size int64) {
	f := impl.New()
	for _, t := range texts {
		f(t)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		f(texts[i%len(texts)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	const rounds, passes = 40, 32 // a round takes about a millisecond
	signing, hashing := time.Hour, time.Hour
	for range rounds {
		start := time.Now()
		for _, t := range texts {
			f(t)
		}
		signing = min(signing, time.Since(start))
		start = time.Now()
		for range passes {
			for _, t := range texts {
				sink += xxhash.Sum64String(t)
			}
		}
		hashing = min(hashing, time.Since(start))
	}
	b.ReportMetric(passes*signing.Seconds()/hashing.Seconds(), "x/xxhash")
}

var sink uint64

// BenchmarkSign is text to signature, in each language.
func BenchmarkSign(b *testing.B) {
	for _, lang := range languages {
		b.Run("lang="+lang, func(b *testing.B) {
			texts, size := texts(b, lang)
			sign(b, peer.Impls[0], texts, size)
		})
	}
}

// BenchmarkPeerSign is text to sketch by each implementation, on Latin text.
func BenchmarkPeerSign(b *testing.B) {
	texts, size := texts(b, "la")
	for _, impl := range peer.Impls {
		b.Run(impl.Key(), func(b *testing.B) { sign(b, impl, texts, size) })
	}
}
