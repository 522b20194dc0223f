package main

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/bench/internal/heap"
	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/eval"
)

// A result is what was measured for one number of documents.
type result struct {
	Docs        int     `json:"docs"`
	Batch       int     `json:"batch"` // added in a batch, the rest one by one
	Bytes       float64 `json:"bytes"` // of text
	Threads     int     `json:"threads"`
	SamplesOnly bool    `json:"samples_only"`
	Stream      bool    `json:"stream"` // the batch was added document by document
	Store       bool    `json:"store"`  // by durable, to a store

	Seconds float64 `json:"seconds"` // for all documents

	Generate float64 `json:"generate_seconds"` // in no other figure
	Sketch   float64 `json:"sketch_seconds"`   // of the batch
	Add      float64 `json:"add_seconds"`

	Peak   float64 `json:"peak_bytes"`         // of resident memory, with the generator; 0: not known
	PerDoc float64 `json:"bytes_per_document"` // of the heap, once all are added
	Median float64 `json:"median_seconds"`     // to add one more and be answered
	Slow   float64 `json:"p99_seconds"`

	Recall    float64 `json:"recall"`
	Precision float64 `json:"precision"`
	ARI       float64 `json:"ari"`
	B3        float64 `json:"b3"`

	Indexed int `json:"indexed"`
	Entries int `json:"entries"`
}

// measure adds n documents, of which the last in stream order one by one.
func measure(n int, o options) (result, error) {
	r := result{Docs: n, Threads: o.Threads, SamplesOnly: o.SamplesOnly, Stream: o.Stream}
	last := min(o.Last, n/10)
	r.Batch = n - last
	before := heap.InUse()
	truth := make([]uint32, 0, n)
	next, stop := iter.Pull(news.New(news.Options{Docs: n, Seed: o.Seed}).Documents())
	defer stop()
	var failed error
	take := func() reprint.Document {
		doc, _ := next()
		first, err := news.Number(doc.Cluster)
		if err != nil {
			failed = err
		}
		truth = append(truth, uint32(first))
		r.Bytes += float64(len(doc.Text))
		return reprint.Document{ID: doc.ID, Text: doc.Text, Site: doc.Site, Published: doc.Published}
	}
	d, err := reprint.New(reprint.Options{SamplesOnly: o.SamplesOnly})
	if err != nil {
		return r, err
	}
	start := time.Now()
	var added time.Time // when all texts were given out; a few are read after it
	how := reprint.AddAllOptions{Threads: o.Threads}
	if o.Stream {
		how.Visit = func(string, reprint.Added) {}
	}
	err = d.AddAll(context.Background(), func(yield func(reprint.Document, error) bool) {
		r.chunked(r.Batch, take)(yield)
		added = time.Now()
	}, how)
	if err != nil {
		return r, err
	}
	r.Add = time.Since(added).Seconds()
	r.Sketch = added.Sub(start).Seconds() - r.Generate
	r.Seconds = (r.Sketch + r.Add) * float64(r.Docs) / float64(r.Batch)

	times := make([]time.Duration, last)
	for i := range times {
		doc := take()
		start := time.Now()
		if _, err := d.Add(context.Background(), doc); err != nil {
			return r, err
		}
		times[i] = time.Since(start)
	}
	if failed != nil {
		return r, failed
	}
	slices.Sort(times)
	if last > 0 {
		r.Median, r.Slow = times[last/2].Seconds(), times[last*99/100].Seconds()
	}
	r.Peak = peak()
	stop()
	next, take = nil, nil
	r.PerDoc = (heap.InUse() - before - float64(4*cap(truth)+8*cap(times))) / float64(n)
	stats := d.Stats()
	r.Indexed, r.Entries = stats.Indexed, stats.Entries
	return r, r.score(d, truth)
}

// chunked yields n documents, made 4,096 at a time while nothing else runs, so
// that the time to make them can be told apart.
func (r *result) chunked(n int, take func() reprint.Document) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		var chunk []reprint.Document
		for n > 0 {
			start := time.Now()
			chunk = chunk[:0]
			for range min(n, 4096) {
				chunk = append(chunk, take())
			}
			n -= len(chunk)
			r.Generate += time.Since(start).Seconds()
			for i, doc := range chunk {
				chunk[i] = reprint.Document{}
				if !yield(doc, nil) {
					return
				}
			}
		}
	}
}

func (r *result) score(d *reprint.Detector, truth []uint32) error {
	want, got := make(map[string]string, len(truth)), make(map[string]string, len(truth))
	names := map[uint32]string{}
	for c := range d.Clusters() {
		for _, m := range c.Members {
			n, err := news.Number(m.ID)
			if err != nil {
				return err
			}
			got[m.ID] = c.ID
			name, ok := names[truth[n]]
			if !ok {
				name = fmt.Sprint(truth[n])
				names[truth[n]] = name
			}
			want[m.ID] = name
		}
	}
	if len(want) != len(truth) {
		return fmt.Errorf("%d documents in clusters, want %d", len(want), len(truth))
	}
	s, err := eval.Clusters(want, got)
	r.Recall, r.Precision, r.ARI = s.Recall, s.Precision, s.ARI
	r.B3 = s.B3
	return err
}

// peak returns the most memory that was ever resident, as Linux tells it.
func peak() float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			var kb float64
			if _, err := fmt.Sscan(rest, &kb); err == nil {
				return kb * 1024
			}
		}
	}
	return 0
}
