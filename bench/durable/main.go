// Durable measures a store as it fills: additions by several callers at a time, of
// documents that newsgen has written, each durable when its call returns.
//
//	go run ./bench/newsgen -docs 1000000 > /tmp/news.jsonl
//	go run ./bench/durable -dir /tmp/news.store /tmp/news.jsonl
//
// Then the store is closed and opened, one caller alone adds the last documents,
// and others are removed. With -listing the last documents are added by all callers
// instead, and in turns beside others that list the largest cluster.
//
// Built with CGO_ENABLED=0 it takes some 60 MB less: memory of Pebble is then not that of the C
// library, of which more is held than is in use.
//
// With -json it writes a line for each part, as growth does, from which growth draws.
//
// To compare two builds on a large store, make it once, with -docs, and begin with -skip in
// copies of it.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-json"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

type options struct {
	dir                       string
	profile, removing, memory string
	json                      string
	parts                     *json.Encoder // to that file, if there is one
	spent                     time.Duration // for all additions up to there
	callers                   int
	step, last, gone          int
	skip, docs                int
	garbage                   int
	listing, copies, part     int
	reads, vain               int           // lists read up to the last line
	processor                 time.Duration // used up to there
	store                     store.Options
}

func main() {
	var o options
	flag.StringVar(&o.dir, "dir", "", "`folder` for the store")
	flag.StringVar(&o.profile, "cpuprofile", "", "`file` to write a CPU profile of the additions to")
	flag.StringVar(&o.removing, "cpuprofile-remove", "", "`file` to write one of the removals to")
	flag.StringVar(&o.memory, "memprofile", "", "`file` to write what is in memory to, after the additions")
	flag.StringVar(&o.json, "json", "", "`file` to write a line of JSON for each part to")
	flag.IntVar(&o.callers, "callers", 64, "`number` of goroutines that add")
	flag.IntVar(&o.step, "step", 100_000, "`number` of documents after which a line is printed")
	flag.IntVar(&o.skip, "skip", 0, "`number` of documents that the store has from before; the first of them are removed")
	flag.IntVar(&o.docs, "docs", 0, "`number` of documents to add, 0 for all")
	flag.IntVar(&o.last, "last", 10_000, "`number` of documents that one caller adds in the end")
	flag.IntVar(&o.listing, "listing", 0, "`number` of goroutines that list the largest cluster")
	flag.IntVar(&o.copies, "copies", 20_000, "`number` of documents in that cluster")
	flag.IntVar(&o.part, "part", 1000, "`number` of members that they list at a time, 0 for all")
	flag.IntVar(&o.gone, "remove", 100_000, "`number` of documents to remove")
	flag.IntVar(&o.garbage, "garbage", 20, "`percent` by which the heap may grow between collections")
	cache := flag.Int64("cache", 256, "MiB for what is read from disk")
	flag.IntVar(&o.store.Events, "events", 0, "`operations` that the feed tells of, 0 for the default")
	flag.DurationVar(&o.store.Window, "window", 0, "`time` after which documents expire")
	texts := flag.Bool("texts", false, "keep the texts, too")
	flag.BoolVar(&o.store.Detector.SamplesOnly, "samples-only", false, "keep samples rather than all shingles")
	flag.IntVar(&o.store.Checkpoint, "checkpoint", 0, "`operations` between checkpoints, 0 for the default")
	flag.Parse()
	o.store.Cache = *cache << 20
	o.store.Texts = store.DropTexts
	if *texts {
		o.store.Texts = store.KeepTexts
	}
	if flag.NArg() != 1 || o.dir == "" {
		flag.Usage()
		os.Exit(2)
	}
	debug.SetGCPercent(o.garbage)
	if err := o.run(os.Stdout, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "durable:", err)
		os.Exit(1)
	}
}

func (o *options) run(out io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	docs := o.docs // which a pipe has, too
	if docs == 0 {
		if docs, err = count(f); err != nil {
			return err
		}
		docs -= o.skip
	}
	begin := time.Now()
	s, err := store.Open(o.dir, o.store)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "opened %d documents in %.1f s\n", s.Len(), time.Since(begin).Seconds())
	if err := profile(o.profile); err != nil {
		return err
	}
	if o.json != "" {
		f, err := os.Create(o.json)
		if err != nil {
			return err
		}
		defer f.Close()
		o.parts = json.NewEncoder(f)
	}
	fmt.Fprintln(out, "documents   docs/s  median ms  99 % ms  max ms  RSS MB  heap MB  disk MB  reads  vain  processor µs")
	o.processor = processorTime()
	lines := bufio.NewReaderSize(f, 1<<20)
	ids, err := o.pass(lines)
	if err != nil {
		return err
	}
	for left := docs - o.last; left > 0; left -= o.step {
		took, all, err := o.add(s, lines, o.callers, min(left, o.step), &ids)
		if err != nil {
			return err
		}
		o.line(out, s, took, all)
		if o.spent += all; o.parts != nil {
			if err := o.parts.Encode(part{s.Len(), o.store.Detector.SamplesOnly, true, o.spent.Seconds(), float64(status("VmHWM"))}); err != nil {
				return err
			}
		}
	}
	pprof.StopCPUProfile()
	if o.memory != "" {
		f, err := os.Create(o.memory)
		if err != nil {
			return err
		}
		if err := errors.Join(pprof.WriteHeapProfile(f), f.Close()); err != nil {
			return err
		}
	}
	begin = time.Now()
	if err := s.Close(); err != nil {
		return err
	}
	fmt.Fprintf(out, "closed in %.1f s\n", time.Since(begin).Seconds())
	begin = time.Now()
	if s, err = store.Open(o.dir, o.store); err != nil {
		return err
	}
	fmt.Fprintf(out, "opened %d documents in %.1f s, RSS %d MB\n", s.Len(), time.Since(begin).Seconds(), rss())
	if o.reads, o.vain, o.processor = 0, 0, processorTime(); o.listing > 0 {
		if err := o.listWhileAdding(out, s, lines, &ids); err != nil {
			return err
		}
	} else if o.last > 0 {
		took, all, err := o.add(s, lines, 1, o.last, &ids)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "by one caller")
		o.line(out, s, took, all)
	}
	if err := profile(o.removing); err != nil {
		return err
	}
	begin, o.processor = time.Now(), processorTime()
	n, err := s.RemoveAll(context.Background(), slices.Values(ids[:min(o.gone, len(ids))]))
	if err != nil {
		return err
	}
	pprof.StopCPUProfile()
	fmt.Fprintf(out, "removed %d in %.1f s, %.1f s of processor time, RSS %d MB\n", n, time.Since(begin).Seconds(), (processorTime() - o.processor).Seconds(), rss())
	return s.Close()
}

// pass passes over the lines whose documents the store has. It returns the ids of those to
// be removed.
func (o *options) pass(lines *bufio.Reader) (ids []string, err error) {
	for range o.skip {
		if len(ids) == o.gone {
			err := bufio.ErrBufferFull
			for err == bufio.ErrBufferFull {
				_, err = lines.ReadSlice('\n')
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		doc, err := parse(line)
		if err != nil {
			return nil, err
		}
		ids = append(ids, doc.ID)
	}
	return ids, nil
}

// count returns the number of lines, and goes back to the first.
func count(f *os.File) (n int, err error) {
	buf := make([]byte, 1<<20)
	for {
		got, err := f.Read(buf)
		n += bytes.Count(buf[:got], []byte{'\n'})
		if err == io.EOF {
			_, err := f.Seek(0, io.SeekStart)
			return n, err
		}
		if err != nil {
			return n, err
		}
	}
}

// profile begins to write a profile, if there is a file for it.
func profile(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return pprof.StartCPUProfile(f)
}

// add adds so many of the next documents. It returns the times that they took, and
// the time of all. One goroutine reads lines, and callers share nothing else: a lock that
// all of them take twice a document would be measured, too.
func (o *options) add(s *store.Store, lines *bufio.Reader, callers, docs int, ids *[]string) (took []time.Duration, all time.Duration, err error) {
	var work sync.WaitGroup
	begin := time.Now()
	next, done := make(chan []byte, callers), make([]addition, callers)
	for i := range done {
		work.Go(func() { done[i].run(s, next) })
	}
	for range docs {
		line, e := lines.ReadBytes('\n')
		if err = e; e != nil {
			break
		}
		next <- line
	}
	close(next)
	work.Wait()
	all = time.Since(begin)
	for _, d := range done {
		took = append(took, d.took...)
		*ids = append(*ids, d.ids[:min(len(d.ids), o.gone-len(*ids))]...)
		err = errors.Join(err, d.err)
	}
	return took, all, err
}

// An addition is what one caller has added.
type addition struct {
	ids  []string
	took []time.Duration
	err  error
}

// run adds documents until there are no more. After an error it only takes them.
func (a *addition) run(s *store.Store, next <-chan []byte) {
	for line := range next {
		if a.err != nil {
			continue
		}
		doc, err := parse(line)
		start := time.Now()
		if err == nil {
			_, err = s.Add(context.Background(), doc)
		}
		a.took, a.ids, a.err = append(a.took, time.Since(start)), append(a.ids, doc.ID), err
	}
}

func parse(line []byte) (reprint.Document, error) {
	var r struct {
		ID, Text, Site string
		Published      time.Time
	}
	err := json.Unmarshal(line, &r)
	return reprint.Document{ID: r.ID, Text: r.Text, Site: r.Site, Published: r.Published}, err
}

func (o *options) line(out io.Writer, s *store.Store, took []time.Duration, all time.Duration) {
	slices.Sort(took)
	at := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1000 }
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	stats, _ := s.Stats()
	reads, vain := float64(stats.Reads-o.reads)/float64(len(took)), float64(stats.VainReads-o.vain)/float64(len(took))
	used := processorTime() - o.processor
	o.reads, o.vain, o.processor = stats.Reads, stats.VainReads, o.processor+used
	fmt.Fprintf(out, "%9d %8.0f %10.3f %8.3f %7.0f %7d %8d %8d %6.1f %5.1f %13.0f\n", s.Len(), float64(len(took))/all.Seconds(),
		at(.5), at(.99), at(1), rss(), m.HeapAlloc>>20, size(o.dir)>>20, reads, vain, float64(used.Microseconds())/float64(len(took)))
}

// processorTime returns what the process has used, user and system, where the system tells:
// beside other work the clock says little.
func processorTime() time.Duration {
	b, _ := os.ReadFile("/proc/self/stat")
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	var ticks int64 // of 10 ms
	for i := 11; i < min(13, len(fields)); i++ {
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// A part is what growth draws of the documents up to a number.
type part struct {
	Docs        int     `json:"docs"`
	SamplesOnly bool    `json:"samples_only"`
	Store       bool    `json:"store"`
	Seconds     float64 `json:"seconds"`
	Peak        float64 `json:"peak_bytes"`
}

// rss returns the resident memory in megabytes.
func rss() int { return status("VmRSS") >> 20 }

// status returns a figure of the process in bytes, where the system tells.
func status(name string) (bytes int) {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			fmt.Sscan(rest, &bytes)
		}
	}
	return bytes << 10
}

// size returns the bytes of the files in a folder.
func size(dir string) (n int64) {
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if i, err := f.Info(); err == nil {
			n += i.Size()
		}
	}
	return n
}
