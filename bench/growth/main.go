// Growth measures what the detector costs as the collection grows: each number
// of documents in a process of its own, on texts that are made as they are
// needed.
//
//	go run ./bench/growth -docs 10000,100000,1000000 -plot bench/growth.svg
//
// With -results it draws what was measured before, with what durable has measured of a store.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
)

func main() {
	var o options
	docs := flag.String("docs", "10000,100000,1000000", "`numbers` of documents, with commas")
	flag.Uint64Var(&o.Seed, "seed", 1, "`number` that the texts are a function of")
	flag.IntVar(&o.Threads, "threads", runtime.GOMAXPROCS(0), "`number` of threads that read texts")
	flag.BoolVar(&o.SamplesOnly, "samples-only", false, "keep samples rather than all shingles")
	flag.BoolVar(&o.Stream, "stream", false, "add the batch document by document, as a store does, rather than as a whole")
	flag.IntVar(&o.Last, "last", 10_000, "`number` of documents, at most a tenth of all, that are added one by one at the end")
	plot := flag.String("plot", "", "`file` to draw the figures to, as SVG")
	from := flag.String("results", "", "`file` with lines of JSON to draw, rather than to measure")
	asJSON := flag.Bool("json", false, "print lines of JSON rather than a table")
	child := flag.Bool("one", false, "measure in this process, for the first number of documents only")
	profile := flag.String("cpuprofile", "", "`file` to write a CPU profile to, with -one")
	flag.Parse()
	sizes, err := numbers(*docs)
	if err != nil || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "growth:", err)
		flag.Usage()
		os.Exit(2)
	}
	if *from != "" {
		err = redraw(*from, *plot)
	} else if *child {
		err = profiled(*profile, func() error { return one(os.Stdout, sizes[0], o) })
	} else {
		err = all(os.Stdout, sizes, o, *plot, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

type options struct {
	Seed        uint64
	Threads     int
	SamplesOnly bool
	Stream      bool
	Last        int
}

func numbers(list string) (out []int, err error) {
	for s := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 2 {
			return nil, fmt.Errorf("-docs: %q is no number of documents", s)
		}
		out = append(out, n)
	}
	return out, nil
}

func one(out io.Writer, n int, o options) error {
	r, err := measure(n, o)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(r)
}

// profiled calls f, and writes a profile of it if path is not empty.
func profiled(path string, f func() error) error {
	if path == "" {
		return f()
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return errors.Join(err, out.Close())
	}
	err = f()
	pprof.StopCPUProfile()
	return errors.Join(err, out.Close())
}

// all measures each size in a process of its own, so that the peak of memory
// is that of the size.
func all(out io.Writer, sizes []int, o options, plot string, asJSON bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var results []result
	for _, n := range sizes {
		cmd := exec.Command(self, "-one", "-docs", strconv.Itoa(n),
			"-seed", strconv.FormatUint(o.Seed, 10), "-threads", strconv.Itoa(o.Threads),
			"-samples-only="+strconv.FormatBool(o.SamplesOnly), "-stream="+strconv.FormatBool(o.Stream), "-last", strconv.Itoa(o.Last))
		cmd.Stderr = os.Stderr
		line, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%d documents: %w", n, err)
		}
		var r result
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("%d documents: %w", n, err)
		}
		results = append(results, r)
		fmt.Fprintf(os.Stderr, "done: %d documents\n", n)
		if asJSON {
			if _, err := out.Write(line); err != nil {
				return err
			}
		}
	}
	if !asJSON {
		err = table(out, results)
	}
	if plot != "" {
		err = errors.Join(err, os.WriteFile(plot, draw(results), 0o644))
	}
	return err
}

// redraw draws the results in a file.
func redraw(from, plot string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	var results []result
	for lines := json.NewDecoder(f); ; {
		var r result
		if err := lines.Decode(&r); err == io.EOF {
			break
		} else if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		results = append(results, r)
	}
	return os.WriteFile(plot, draw(results), 0o644)
}

func table(out io.Writer, results []result) error {
	r := results[0]
	mode := "all shingles kept"
	if r.SamplesOnly {
		mode = "samples only"
	}
	if r.Stream {
		mode += "; document by document"
	}
	fmt.Fprintf(out, "%s; %d threads; %s, %s/%s\n\n", mode, r.Threads, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(out, "| documents | MB | sketch s | add s | documents/s | peak MB | bytes a document | pair recall | precision | ARI | B³ | add one: median ms | 99 % ms |")
	fmt.Fprintln(out, "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	var err error
	for _, r := range results {
		_, e := fmt.Fprintf(out, "| %d | %.0f | %.1f | %.1f | %.0f | %.0f | %.0f | %.4f | %.4f | %.4f | %.4f | %.3f | %.3f |\n",
			r.Docs, r.Bytes/1e6, r.Sketch, r.Add, float64(r.Batch)/(r.Sketch+r.Add), r.Peak/1e6, r.PerDoc,
			r.Recall, r.Precision, r.ARI, r.B3, 1e3*r.Median, 1e3*r.Slow)
		err = errors.Join(err, e)
	}
	return err
}
