package minhash_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cbb30ed1/reprint/minhash"
)

func BenchmarkSign(b *testing.B) {
	for _, method := range []minhash.Method{minhash.FastSimilarity, minhash.Classic} {
		for _, n := range []int{30, 700, 5000} {
			b.Run(fmt.Sprintf("method=%v/shingles=%d", method, n), func(b *testing.B) {
				signer := newSigner(b, minhash.Scheme{Method: method})
				sets := randomSets(64, n)
				var sig minhash.Signature
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					signer.Sign(&sig, sets[i%len(sets)])
					i++
				}
				reportPerShingle(b, n)
			})
		}
	}
}

func BenchmarkJaccard(b *testing.B) {
	for _, slots := range []int{128, 256} {
		b.Run(fmt.Sprintf("slots=%d", slots), func(b *testing.B) {
			signer := newSigner(b, minhash.Scheme{Slots: slots})
			x, y := overlapping(rand.New(rand.NewPCG(1, 2)), 700, 500)
			p, q := sign(signer, x), sign(signer, y)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Jaccard(&q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendBands(b *testing.B) {
	signer := newSigner(b, minhash.Scheme{})
	sig := sign(signer, randomSets(1, 700)[0])
	var keys []uint64
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if keys, err = sig.AppendBands(keys[:0], minhash.Bands{Rows: 3, Bands: 35}); err != nil {
			b.Fatal(err)
		}
	}
}

// randomSets are many, lest the branch predictor learn one by heart.
func randomSets(count, size int) [][]uint64 {
	r := rand.New(rand.NewPCG(uint64(count), uint64(size)))
	sets := make([][]uint64, count)
	for i := range sets {
		sets[i] = distinct(r, size)
	}
	return sets
}

func reportPerShingle(b *testing.B, shingles int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(shingles), "ns/shingle")
}
