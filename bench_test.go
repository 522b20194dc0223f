package reprint_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/engine"
	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/shingle"
)

// articleSize is that of a news article in English, in bytes.
const articleSize = 4_500

// articles returns n articles of about that size, and their mean size.
func articles(lang string, seed uint64, n int) (docs []reprint.Document, bytes int64) {
	w := newWriter(lang, seed)
	for i := range n {
		doc := reprint.Document{ID: fmt.Sprint(seed, "-", i), Text: w.text(articleSize)}
		bytes += int64(len(doc.Text))
		docs = append(docs, doc)
	}
	return docs, bytes / int64(n)
}

func reportDocs(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkShingle is text to words to shingles.
func BenchmarkShingle(b *testing.B) {
	for _, lang := range names {
		b.Run("lang="+lang, func(b *testing.B) {
			docs, size := articles(lang, 1, 64)
			s, err := shingle.New(shingle.Options{})
			require.NoError(b, err)
			var text shingle.Text
			b.SetBytes(size)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				s.Shingle(&text, docs[i%len(docs)].Text)
				i++
			}
			reportDocs(b)
		})
	}
}

// BenchmarkSign is text to shingles to signature, band keys and set, by each method.
func BenchmarkSign(b *testing.B) {
	for _, method := range []minhash.Method{minhash.FastSimilarity, minhash.Classic} {
		for _, lang := range names {
			b.Run(fmt.Sprintf("method=%s/lang=%s", method, lang), func(b *testing.B) {
				docs, size := articles(lang, 1, 64)
				s := newSigning(b)
				var err error
				s.signer, err = minhash.NewSigner(minhash.Scheme{Method: method})
				require.NoError(b, err)
				b.SetBytes(size)
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					s.sign(docs[i%len(docs)].Text)
					i++
				}
				reportDocs(b)
			})
		}
	}
}

// BenchmarkPrepare reads documents and adds none, with the sequences that the
// judge aligns, and without.
func BenchmarkPrepare(b *testing.B) {
	for _, judge := range []bool{true, false} {
		for _, lang := range names {
			b.Run(fmt.Sprintf("judge=%t/lang=%s", judge, lang), func(b *testing.B) {
				prepare(b, lang, engine.Options{ByFigures: !judge})
			})
		}
	}
}

// BenchmarkAdd replaces articles in a detector that holds so many others: the
// time is that of taking one out and adding one.
func BenchmarkAdd(b *testing.B) {
	for _, lang := range names {
		for _, n := range []int{1_000, 10_000} {
			b.Run(fmt.Sprintf("lang=%s/docs=%d", lang, n), func(b *testing.B) {
				d, size, next := filled(b, lang, n)
				addAll(b, d, next, 2)
				b.SetBytes(size)
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					if _, err := d.Add(b.Context(), next[i%len(next)]); err != nil {
						b.Fatal(err)
					}
					i++
				}
				reportDocs(b)
			})
		}
	}
}

// BenchmarkQuery asks for articles that are not there and, every second one,
// for one that is.
func BenchmarkQuery(b *testing.B) {
	for _, lang := range names {
		for _, n := range []int{1_000, 10_000} {
			b.Run(fmt.Sprintf("lang=%s/docs=%d", lang, n), func(b *testing.B) {
				d, size, next := filled(b, lang, n)
				for i := 0; i < len(next); i += 2 {
					if _, err := d.Add(b.Context(), next[i]); err != nil {
						b.Fatal(err)
					}
				}
				b.SetBytes(size)
				b.ReportAllocs()
				i, found := 0, 0
				for b.Loop() {
					doc := next[i%len(next)]
					doc.ID = "query" // by its own id it would not be found
					found += min(1, len(matchesOf(d, doc)))
					i++
				}
				if want := (i + 1) / 2; found < want-want/100 || found > want {
					b.Fatalf("%d of %d queries matched, want every second", found, i)
				}
				reportDocs(b)
			})
		}
	}
}

// filled returns a detector with n articles, and 1,000 others that it does not
// know.
func filled(b *testing.B, lang string, n int) (d *reprint.Detector, size int64, next []reprint.Document) {
	docs, _ := articles(lang, 2, n)
	d = detector(b, reprint.Options{})
	addAll(b, d, docs, 2)
	next, size = articles(lang, 3, 1_000)
	return d, size, next
}

// BenchmarkKey reads documents with a key and without.
func BenchmarkKey(b *testing.B) {
	for _, key := range []engine.Key{nil, engine.Key("sixteen bytes or more")} {
		b.Run("key="+fmt.Sprint(key), func(b *testing.B) {
			prepare(b, "en", engine.Options{Key: key})
		})
	}
}

// prepare reads invented articles in a language.
func prepare(b *testing.B, lang string, o engine.Options) {
	docs, size := articles(lang, 1, 64)
	e, err := engine.New(o)
	require.NoError(b, err)
	b.SetBytes(size)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := e.Prepare(engine.Document{ID: docs[i%len(docs)].ID, Text: docs[i%len(docs)].Text}); err != nil {
			b.Fatal(err)
		}
		i++
	}
	reportDocs(b)
}
