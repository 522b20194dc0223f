// Newsgen writes news-like articles with planted truth as JSON lines,
//
//	{"id","text","site","published","cluster"}
//
// where cluster is the id of the first document that carries the same article.
// See package news for what is in them.
//
//	go run ./bench/newsgen -docs 1000000 -seed 1 > news.jsonl
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/cbb30ed1/reprint/bench/news"
)

func main() {
	docs := flag.Int("docs", 10_000, "`number` of documents")
	seed := flag.Uint64("seed", 1, "`number` that the collection is a function of")
	output := flag.String("o", "-", "`file` to write, - for standard output")
	flag.Parse()
	if flag.NArg() > 0 || *docs < 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*output, news.Options{Docs: *docs, Seed: *seed}); err != nil {
		fmt.Fprintln(os.Stderr, "newsgen:", err)
		os.Exit(1)
	}
}

func run(path string, o news.Options) error {
	if path == "-" {
		return write(os.Stdout, o)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f, o); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func write(w io.Writer, o news.Options) error {
	out := bufio.NewWriterSize(w, 1<<20)
	var line []byte
	for doc := range news.New(o).Documents() {
		line = doc.AppendJSON(line[:0])
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}
