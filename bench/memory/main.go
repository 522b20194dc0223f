// Memory measures what a detector holds of documents once all are added, part by
// part: what Stats say, and what the heap has by the function that asked for it.
//
//	go run ./bench/memory -docs 100000
//	go run ./bench/memory -samples-only news.jsonl.gz
//
// Documents are generated ones, or those of files of JSON lines with the fields id,
// text, site, published, title and url.
package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/bench/internal/heap"
	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/cluster"
)

func main() {
	// Of what is allocated from here on one byte in this many is looked at, which has an
	// error of under a hundredth for a part of 10 MB.
	runtime.MemProfileRate = 16 << 10
	docs := flag.Int("docs", 100_000, "`number` of documents to generate, where no file is given")
	seed := flag.Uint64("seed", 1, "`number` that they are a function of")
	samples := flag.Bool("samples-only", false, "keep samples rather than all shingles")
	sites := flag.Int("sites", 16, "`number` of functions to print")
	flag.Parse()
	next := generated(*docs, *seed)
	if flag.NArg() > 0 {
		next = read(flag.Args())
	}
	if err := run(os.Stdout, next, *samples, *sites); err != nil {
		fmt.Fprintln(os.Stderr, "memory:", err)
		os.Exit(1)
	}
}

type documents = iter.Seq2[reprint.Document, error]

func generated(n int, seed uint64) documents {
	return func(yield func(reprint.Document, error) bool) {
		for d := range news.New(news.Options{Docs: n, Seed: seed}).Documents() {
			if !yield(reprint.Document{ID: d.ID, Text: d.Text, Site: d.Site, Published: d.Published}, nil) {
				return
			}
		}
	}
}

func read(paths []string) documents {
	return func(yield func(reprint.Document, error) bool) {
		for _, path := range paths {
			for d, err := range lines(path) {
				if err != nil {
					err = fmt.Errorf("%s: %w", path, err)
				}
				if !yield(d, err) || err != nil {
					return
				}
			}
		}
	}
}

// lines yields the documents of a file of JSON lines, which may be compressed.
func lines(path string) documents {
	return func(yield func(reprint.Document, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(reprint.Document{}, err)
			return
		}
		defer f.Close()
		var in io.Reader = f
		if filepath.Ext(path) == ".gz" {
			if in, err = gzip.NewReader(f); err != nil {
				yield(reprint.Document{}, err)
				return
			}
		}
		for d := json.NewDecoder(bufio.NewReaderSize(in, 1<<20)); ; {
			var v struct{ ID, Text, Site, Published, Title, URL string }
			if err := d.Decode(&v); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				yield(reprint.Document{}, err)
				return
			}
			at, _ := time.Parse(time.RFC3339, v.Published) // zero where it is not known
			if !yield(reprint.Document{ID: v.ID, Text: v.Text, Site: v.Site, Title: v.Title, URL: v.URL, Published: at}, nil) {
				return
			}
		}
	}
}

func run(out io.Writer, docs documents, samplesOnly bool, sites int) error {
	d, err := reprint.New(reprint.Options{SamplesOnly: samplesOnly})
	if err != nil {
		return err
	}
	before := heap.InUse()
	if err := d.AddAll(context.Background(), docs, reprint.AddAllOptions{}); err != nil {
		return err
	}
	all := heap.InUse() - before
	s := d.Stats()
	if s.Documents == 0 {
		return errors.New("there are no documents")
	}
	per := func(bytes float64) string { return fmt.Sprintf("%.0f", bytes/float64(s.Documents)) }
	fmt.Fprintf(out, "%d documents, %.0f %% of them representatives, %.1f verified a document\n\n",
		s.Documents, 100*float64(s.Indexed)/float64(s.Documents), float64(s.Candidates)/float64(s.Documents))
	fmt.Fprintln(out, "| bytes a document | |\n|---|---:|")
	rest := all
	for _, p := range parts(s) {
		rest -= float64(p.bytes)
		fmt.Fprintf(out, "| %s | %s |\n", p.name, per(float64(p.bytes)))
	}
	fmt.Fprintf(out, "| groups, and what is lost around all | %s |\n| **the heap** | **%s** |\n\n", per(rest), per(all))
	fmt.Fprintln(out, "| of the heap, by who asked for it | |\n|---|---:|")
	for _, s := range askers(sites) {
		fmt.Fprintf(out, "| `%s` | %s |\n", s.name, per(s.bytes))
	}
	runtime.KeepAlive(d)
	return nil
}

type part struct {
	name  string
	bytes int
}

func parts(s cluster.Stats) []part {
	return []part{
		{"lists of bands", s.BandBytes}, {"lists of shingles", s.ShingleBytes},
		{"sets, sequences", s.SetBytes},
		{"ids", s.IDBytes}, {"documents, matches", s.DocumentBytes},
	}
}

type asker struct {
	name  string
	bytes float64
}

// askers returns the functions of the project that asked for most of the heap.
func askers(most int) []asker {
	records := make([]runtime.MemProfileRecord, 1<<16)
	n, _ := runtime.MemProfile(records, false)
	bytes := map[string]float64{}
	for _, r := range records[:n] {
		inUse := float64(r.InUseBytes())
		if inUse == 0 {
			continue
		}
		// The profile has one byte in so many: an object of this size is in it with the
		// probability that one of its bytes is.
		size := inUse / float64(r.InUseObjects())
		inUse /= -math.Expm1(-size / float64(runtime.MemProfileRate))
		bytes[nameOf(r.Stack())] += inUse
	}
	var out []asker
	for name, b := range bytes {
		out = append(out, asker{name, b})
	}
	slices.SortFunc(out, func(a, b asker) int { return cmp.Or(cmp.Compare(b.bytes, a.bytes), strings.Compare(a.name, b.name)) })
	return out[:min(most, len(out))]
}

// nameOf returns the innermost function of the project in a stack.
func nameOf(stack []uintptr) string {
	const project = "github.com/cbb30ed1/reprint"
	for frames := runtime.CallersFrames(stack); ; {
		f, more := frames.Next()
		if name, ok := strings.CutPrefix(f.Function, project); ok {
			return strings.TrimLeft(name, "/.")
		}
		if !more {
			return "others"
		}
	}
}
