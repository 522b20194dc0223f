package batch

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// A writer invents collections. The same seed gives the same one.
type writer struct {
	rng  *rand.Rand
	docs []engine.Document
}

func newWriter(seed uint64) *writer { return &writer{rng: rand.New(rand.NewPCG(seed, 18))} }

func (w *writer) text(words int) []string {
	out := make([]string, words)
	for i := range out {
		out[i] = fmt.Sprintf("w%d", w.rng.IntN(4000))
		if i%12 == 11 {
			out[i] += "."
		}
	}
	return out
}

// add adds a document of a site, at some time or at none.
func (w *writer) add(site string, words ...[]string) {
	n := len(w.docs)
	d := engine.Document{ID: fmt.Sprintf("d%d", n), Site: site, Text: strings.Join(slices.Concat(words...), " "), Title: fmt.Sprint("title ", n)}
	if n%9 != 0 {
		d.Published = time.Date(2026, 1, 1, 0, w.rng.IntN(4000), 0, 0, time.FixedZone("", 3600*(n%3)))
	}
	if n%5 == 0 {
		d.URL = fmt.Sprintf("https://%s.example/%d", site, n%20)
	}
	w.docs = append(w.docs, d)
}

func (w *writer) site() string {
	if w.rng.IntN(6) == 0 {
		return ""
	}
	return fmt.Sprintf("site%d.example", w.rng.IntN(40))
}

// collection is stories with copies, versions and excerpts, chains of them, forms that
// publishers fill in, pages of one site with the same frame, digests, and documents
// without text.
func (w *writer) collection(stories int) []engine.Document {
	frame, form := w.text(60), w.text(90)
	for i := range stories {
		story := w.text(120 + w.rng.IntN(200))
		w.add(w.site(), story)
		for range w.rng.IntN(5) {
			version := slices.Clone(story)
			for range w.rng.IntN(20) {
				version[w.rng.IntN(len(version))] = fmt.Sprintf("new%d", w.rng.IntN(1000))
			}
			switch w.rng.IntN(4) {
			case 0:
				w.add(w.site(), version[:len(version)/2], w.text(40))
			case 1:
				w.add("frame.example", frame, version)
			default:
				w.add(w.site(), version)
			}
		}
		switch i % 8 {
		case 0: // a chain: each has half of the one before
			for range 4 {
				story = append(slices.Clone(story[len(story)/2:]), w.text(len(story)/2)...)
				w.add(w.site(), story)
			}
		case 1:
			w.add(w.site(), story, w.text(150), w.text(150))
		case 2:
			w.add("frame.example", frame, w.text(150))
		case 3:
			w.add(fmt.Sprintf("form%d.example", i), form, w.text(30))
			w.add(fmt.Sprintf("form%d.example", i+1), form, w.text(30))
		case 4:
			w.add(w.site())
			w.add(w.site(), story[:3])
		case 5: // many of the same text
			for range 3 {
				w.add(w.site(), story)
			}
		}
	}
	return w.docs
}

// shuffled returns documents in another order.
func (w *writer) shuffled(docs []engine.Document) []engine.Document {
	docs = slices.Clone(docs)
	w.rng.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	return docs
}

// formatOfTests writes all that is known of members and matches.
var formatOfTests = Format{
	Read: func(_ context.Context, texts iter.Seq2[[]byte, error]) iter.Seq2[Document, error] {
		return func(yield func(Document, error) bool) {
			for t, err := range texts {
				v := value{rest: t}
				d := Document{Document: v.document()}
				if err == nil {
					err = v.end(Row{Value: t})
				}
				if !yield(d, err) {
					return
				}
			}
		}
	},
	Line: func(c cluster.Cluster, m cluster.Member, d *engine.Document) ([]byte, error) {
		i := slices.Index(c.Members, m)
		return fmt.Appendf(nil, "%d of %d in %q: %+v %q %q %q %v", i, len(c.Members), c.ID, m, d.Site, d.URL, d.Title, d.Published.UTC()), nil
	},
	Pair:    func(id string, m cluster.Match) ([]byte, error) { return fmt.Appendf(nil, "%q %+v", id, m), nil },
	Fates:   fatesOfTests,
	Origins: originsOfTests{},
}

func newJob(t testing.TB, o engine.Options) *Job {
	j, err := New(o, formatOfTests)
	require.NoError(t, err)
	return j
}

// reference returns the lines and pairs of an index that documents were added to.
func reference(t testing.TB, o engine.Options, docs []engine.Document) (lines, pairs []string) {
	e, err := engine.New(o)
	require.NoError(t, err)
	var entries []cluster.Prepared
	known := map[string]*engine.Document{}
	for i := range docs {
		p, err := e.Prepare(docs[i])
		require.NoError(t, err)
		entries = append(entries, p)
		if d := known[docs[i].ID]; d == nil || p.Time() >= timeOf(t, e, d) {
			known[docs[i].ID] = &docs[i]
		}
	}
	require.NoError(t, e.Index().AddBatch(t.Context(), entries, cluster.BatchOptions{Threads: 1}))
	byID := map[string][]byte{}
	for c := range e.Index().Clusters() {
		for _, m := range c.Members {
			line, err := formatOfTests.Line(c, m, known[m.ID])
			require.NoError(t, err)
			byID[m.ID] = line
		}
	}
	for _, d := range docs {
		lines = append(lines, string(byID[d.ID]))
	}
	for id, matches := range e.Index().Pairs() {
		for _, m := range matches {
			line, err := formatOfTests.Pair(id, m)
			require.NoError(t, err)
			pairs = append(pairs, string(line))
		}
	}
	return lines, pairs
}

func timeOf(t testing.TB, e *engine.Engine, d *engine.Document) int64 {
	p, err := e.PrepareToCompare(*d)
	require.NoError(t, err)
	return p.Time()
}

// local returns the lines and pairs of a job on one machine.
func local(t testing.TB, l Local, j *Job, docs []engine.Document) (lines, pairs []string) {
	l.Folder = t.TempDir()
	require.NoError(t, l.Run(t.Context(), j, yield(docs, nil),
		Answers{
			Line: func(b []byte) error { lines = append(lines, string(b)); return nil },
			Pair: func(b []byte) error { pairs = append(pairs, string(b)); return nil },
		}))
	requireEmpty(t, l.Folder)
	return lines, pairs
}

// yield yields documents, and then an error, if it is one.
func yield(docs []engine.Document, then error) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for _, d := range docs {
			if !yield(Document{Document: d}, nil) {
				return
			}
		}
		if then != nil {
			yield(Document{}, then)
		}
	}
}

// rowsOf yields rows in their order.
func rowsOf(rows []Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// through returns what a stage writes, in order, with each row as often as it is written.
func through(t testing.TB, s Stage, rows []Row) (out []Row) {
	rows = slices.Clone(rows)
	if s.Sorted {
		slices.SortStableFunc(rows, Row.Compare)
	}
	require.NoError(t, s.Run(t.Context(), rowsOf(rows), func(r Row) error {
		out = append(out, Row{r.Key, r.Order, slices.Clone(r.Value)})
		return nil
	}))
	slices.SortFunc(out, Row.Compare)
	return out
}

// all runs all stages, as simply as can be, and returns all rows that were ever written,
// but for those of rounds before the last.
func all(t testing.TB, j *Job, docs []engine.Document) (rows map[byte][]Row) {
	rows = map[byte][]Row{}
	f := &Facts{}
	var texts []Row
	for i := range docs {
		texts = append(texts, Row{Value: appendDocument(nil, &docs[i])})
	}
	step := func(name string, drop string) {
		s, err := j.Stage(name, f)
		require.NoError(t, err)
		in := texts
		if s.Kinds != "" {
			in = nil
			for _, kind := range []byte(s.Kinds) {
				in = append(in, rows[kind]...)
			}
		}
		for _, kind := range []byte(drop) {
			delete(rows, kind)
		}
		for _, r := range through(t, s, in) {
			rows[r.Value[0]] = append(rows[r.Value[0]], r)
			if strings.IndexByte("ygL", r.Value[0]) >= 0 {
				require.NoError(t, f.Add(r))
			}
		}
	}
	step("read", "")
	step("sketches", "d")
	for _, name := range strings.Fields("keys tell fresh freshness meet marks weigh candidates groups send compare edges") {
		step(name, "")
	}
	for range 30 { // more often than it takes
		step("large", "sz")
		step("small", "s")
	}
	for _, name := range strings.Fields("gather cluster pairs keep clean teach learn judge") {
		step(name, "")
	}
	return rows
}
