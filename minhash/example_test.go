package minhash_test

import (
	"errors"
	"fmt"

	"github.com/cbb30ed1/reprint/minhash"
)

// numbers stand for the shingles of a text.
func numbers(from, to uint64) (set []uint64) {
	for x := from; x < to; x++ {
		set = append(set, x)
	}
	return set
}

func Example() {
	signer, err := minhash.NewSigner(minhash.Scheme{})
	if err != nil {
		panic(err)
	}
	var article, revision minhash.Signature
	signer.Sign(&article, numbers(0, 700))
	signer.Sign(&revision, numbers(100, 800))

	j, err := article.Jaccard(&revision)
	if err != nil {
		panic(err)
	}
	fmt.Printf("Jaccard %.2f ± %.2f, in truth %.2f\n", j.Value, j.StdErr, 600./800)
	// Output: Jaccard 0.70 ± 0.04, in truth 0.75
}

func ExampleSignature_Jaccard_unlikeSchemes() {
	ours, _ := minhash.NewSigner(minhash.Scheme{})
	theirs, _ := minhash.NewSigner(minhash.Scheme{Seed: 1})
	var a, b minhash.Signature
	ours.Sign(&a, numbers(0, 10))
	theirs.Sign(&b, numbers(0, 10))
	_, err := a.Jaccard(&b)
	fmt.Println(errors.Is(err, minhash.ErrScheme))
	fmt.Println(err)
	// Output:
	// true
	// minhash: unlike schemes: signatures by fast-similarity slots=128 seed=0x0 k=5 and fast-similarity slots=128 seed=0x1 k=5, want the same scheme
}

func ExampleTune() {
	// 40 pairs per document share up to 5 % of their shingles, 3 up to 10 % …
	pairs := make([]float64, 20)
	pairs[0], pairs[1], pairs[5], pairs[18] = 40, 3, .2, 1
	t, err := minhash.Tune(minhash.TuneOptions{Threshold: .5, Recall: .99, Pairs: pairs})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d bands of %d rows, %d bytes of keys\n", t.Bands.Bands, t.Bands.Rows, t.KeyBytes)
	fmt.Printf("recall %.4f at the threshold, %.2f candidates a document\n", t.Recall, t.Candidates)
	// Output:
	// 35 bands of 3 rows, 280 bytes of keys
	// recall 0.9907 at the threshold, 1.20 candidates a document
}

func ExampleSignature_AppendBands() {
	signer, _ := minhash.NewSigner(minhash.Scheme{})
	bands := minhash.Bands{Rows: 3, Bands: 35}
	index := map[uint64]string{} // a real one keeps all documents of a key
	var sig minhash.Signature

	signer.Sign(&sig, numbers(0, 700))
	keys, _ := sig.AppendBands(nil, bands)
	for _, k := range keys {
		index[k] = "the article"
	}

	signer.Sign(&sig, numbers(100, 800))
	keys, _ = sig.AppendBands(keys[:0], bands)
	shared := 0
	for _, k := range keys {
		if index[k] != "" {
			shared++
		}
	}
	fmt.Println(shared > 0)
	// Output: true
}

func ExampleSignature_Merge() {
	signer, _ := minhash.NewSigner(minhash.Scheme{})
	var union, chapter, book minhash.Signature
	for c := range uint64(10) {
		signer.Sign(&chapter, numbers(100*c, 100*c+100))
		if err := union.Merge(&chapter); err != nil {
			panic(err)
		}
	}
	signer.Sign(&book, numbers(0, 1000))
	same, _ := union.Jaccard(&book)
	fmt.Println(same.Value)
	// Output: 1
}
