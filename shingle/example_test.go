package shingle_test

import (
	"fmt"

	"github.com/cbb30ed1/reprint/shingle"
)

func ExampleShingler_Shingle() {
	s, err := shingle.New(shingle.Options{K: 3})
	if err != nil {
		panic(err)
	}
	var a, b shingle.Text // used again for the next texts
	s.Shingle(&a, "The mayor’s oﬃce confirmed the plan on Friday.")
	s.Shingle(&b, "THE MAYOR'S OFFICE confirmed the plan on Monday.")

	seen := map[uint64]bool{}
	for _, h := range a.Shingles {
		seen[h] = true
	}
	shared := 0
	for _, h := range b.Shingles {
		if seen[h] {
			shared++
		}
	}
	fmt.Println(a.Words, "words,", len(a.Shingles), "shingles,", shared, "shared")
	// Output: 8 words, 6 shingles, 5 shared
}

func ExampleShingler_AppendWords() {
	text := "Home\n\nDon’t expect the bridge in 東京 to open before the end of May, the mayor said.\n"
	var s shingle.Shingler // K is DefaultK
	for i, w := range s.AppendWords(nil, text)[:8] {
		fmt.Println(i, w.Start, w.End, text[w.Start:w.End], w.Prose)
	}
	// Output:
	// 0 0 4 Home false
	// 1 6 13 Don’t true
	// 2 14 20 expect true
	// 3 21 24 the true
	// 4 25 31 bridge true
	// 5 32 34 in true
	// 6 35 38 東 true
	// 7 38 41 京 true
}
