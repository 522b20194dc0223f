package batch

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// chain yields the rows of a component, as gather writes them: documents of 500 words, of
// which each has most of the one before, and their matches with the last few.
func chain(t testing.TB, j *Job, docs int) iter.Seq2[Row, error] {
	const words, changed, matched = 500, 30, 8
	documents := func(yield func(i int, d engine.Document) bool) {
		w := newWriter(6)
		story := w.text(words)
		for i := range docs {
			for range 2 {
				at := w.rng.IntN(words - changed)
				copy(story[at:at+changed], w.text(changed))
			}
			if !yield(i, engine.Document{
				ID: fmt.Sprint("document-", i), Text: strings.Join(story, " "), Site: fmt.Sprintf("site%d.example", i%5000),
				Title: fmt.Sprint("title ", i), Published: time.Unix(int64(i)*60, 0).UTC(),
			}) {
				return
			}
		}
	}
	return func(yield func(Row, error) bool) {
		for _, d := range documents {
			if !yield(Row{1, firstOrder, appendDocument(appendText(appendMarks([]byte{ofMember}, nil), ""), &d)}, nil) {
				return
			}
		}
		c := j.index.NewComparer()
		var last []cluster.Prepared
		for _, d := range documents {
			p, err := j.prepare(&d, nil)
			require.NoError(t, err)
			c.Begin(p)
			for _, q := range slices.Backward(last) {
				m, ok, done := c.Compare(q)
				if ok && !yield(Row{1, 0, appendMatch(binary.BigEndian.AppendUint64([]byte{ofLink}, p.Hash()), q.Hash(), &m)}, nil) {
					return
				}
				if done {
					break
				}
			}
			if last = append(last, p); len(last) > matched {
				last = last[1:]
			}
		}
	}
}

// BenchmarkComponent clusters one large component. heap-B/doc is what is live of each document
// when that is done.
func BenchmarkComponent(b *testing.B) {
	docs := 200_000
	if testing.Short() { // it is only seen to run: 200,000 take two minutes and 2 GB
		docs = 500
	}
	for name, memory := range map[string]int64{"all": 1 << 40, "64MiB": 64 << 20} {
		b.Run(fmt.Sprintf("memory=%s/docs=%d", name, docs), func(b *testing.B) {
			for b.Loop() {
				j := newJob(b, engine.Options{}).WithComponents(Components{Memory: memory, Folder: b.TempDir()})
				matches := 0
				err := j.components(context.Background(), func(yield func(Row, error) bool) {
					for r, err := range chain(b, j, docs) {
						if r.Value[0] == ofLink {
							matches++
						}
						if !yield(r, err) {
							return
						}
					}
				}, sees{}, func(c *component) error {
					var m runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&m)
					b.ReportMetric(float64(m.HeapAlloc)/float64(docs), "heap-B/doc")
					b.ReportMetric(float64(matches)/float64(docs), "matches/doc")
					found := 0
					defer func() { b.ReportMetric(float64(docs)/float64(found), "docs/cluster") }()
					return c.clusters(func(cluster.Cluster) error { found++; return nil })
				})
				require.NoError(b, err)
			}
		})
	}
}
