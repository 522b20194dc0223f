// Command versions writes documents, in lines of JSON, that are one connected set of matches:
// versions of one story, each of which changes the one before, or, with -story, the first.
//
//	go run ./bench/versions -docs 200000 > versions.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

func main() {
	docs := flag.Int("docs", 1000, "documents")
	words := flag.Int("words", 500, "words of each")
	changed := flag.Float64("changed", .1, "share of the words that a version changes, in passages of 10")
	story := flag.Bool("story", false, "each is a version of the first")
	seed := flag.Uint64("seed", 1, "seed")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	if err := write(out, *docs, *words, *changed, *story, *seed); err != nil {
		log.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

// passage is how many words are changed in one place.
const passage = 10

func write(out *bufio.Writer, docs, words int, changed float64, story bool, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 0))
	word := func() string { return fmt.Sprintf("w%d", rng.IntN(50_000)) }
	text := make([]string, words)
	for i := range text {
		text[i] = word()
	}
	first := append([]string(nil), text...)
	to := json.NewEncoder(out)
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range docs {
		if story {
			copy(text, first)
		}
		for range int(changed * float64(words) / passage) {
			at := rng.IntN(words)
			for i := at; i < min(at+passage, words); i++ {
				text[i] = word()
			}
		}
		err := to.Encode(map[string]string{
			"id": fmt.Sprint("v", n), "site": fmt.Sprintf("site%d.example", rng.IntN(5000)),
			"published": begin.Add(time.Duration(n) * time.Minute).Format(time.RFC3339),
			"title":     fmt.Sprint("version ", n), "text": strings.Join(text, " "),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
