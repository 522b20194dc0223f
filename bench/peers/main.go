// Peers measures the library beside other implementations, in one run and on
// the same texts, and prints one table.
//
//	go run ./bench/peers -docs 20000
//
// Python's datasketch and rensa are measured in a virtual environment of their
// own, which is made where -venv says and kept; they are left out where
// python3 is missing.
package main

import (
	"bufio"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	minhashlsh "github.com/ekzhu/minhash-lsh"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/bench/internal/peer"
	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/minhash"
)

// threshold is the similarity that everybody is asked for.
const threshold = .5

// A row is what was measured of one implementation.
type row struct {
	Name   string  `json:"name"`
	Sign   float64 `json:"sign_seconds"`
	Index  float64 `json:"index_seconds"`      // adding all, and asking for each
	Allocs float64 `json:"allocs_per_doc"`     // of signing; -1: not known
	Bytes  float64 `json:"bytes_per_document"` // of signatures and index
	How    string  `json:"how"`
	Bare   bool    `json:"clusters_only"` // the answer is clusters, not pairs

	score
}

func main() {
	docs := flag.Int("docs", 20_000, "`number` of documents")
	seed := flag.Uint64("seed", 1, "`number` that the texts are a function of")
	python := flag.Bool("python", true, "measure Python's datasketch and rensa, too")
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	venv := flag.String("venv", filepath.Join(cache, "reprint-bench", "venv"), "`folder` of the virtual environment, made if it is not there")
	asJSON := flag.Bool("json", false, "print lines of JSON rather than a table")
	flag.Parse()
	if flag.NArg() > 0 || *docs < 2 {
		flag.Usage()
		os.Exit(2)
	}
	if !*python {
		*venv = ""
	}
	if err := run(os.Stdout, news.Options{Docs: *docs, Seed: *seed}, *venv, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, o news.Options, venv string, asJSON bool) error {
	c, err := collect(o)
	if err != nil {
		return err
	}
	var rows []row
	add := func(r row, err error) error {
		if err == nil {
			rows = append(rows, r)
			fmt.Fprintln(os.Stderr, "done:", r.Name)
		}
		return err
	}
	if err := add(detector(c)); err != nil {
		return err
	}
	for _, impl := range peer.Impls {
		if err := add(measure(c, impl)); err != nil {
			return err
		}
	}
	if venv != "" {
		err := python(c, venv, add)
		if errors.Is(err, exec.ErrNotFound) {
			fmt.Fprintln(os.Stderr, "peers: python3 is not there: datasketch and rensa are left out")
		} else if err != nil {
			return err
		}
	}
	if asJSON {
		e := json.NewEncoder(out)
		for _, r := range rows {
			if err := e.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	return table(out, c, rows)
}

// A collection is the texts with their truth.
type collection struct {
	docs  []news.Document
	bytes int
	truth truth
}

func collect(o news.Options) (*collection, error) {
	c := &collection{truth: truth{planted: map[string]string{}}}
	var texts []string
	for doc := range news.New(o).Documents() {
		c.docs = append(c.docs, doc)
		c.bytes += len(doc.Text)
		c.truth.planted[doc.ID] = doc.Cluster
		c.truth.ids = append(c.truth.ids, doc.ID)
		texts = append(texts, doc.Text)
	}
	var err error
	c.truth.similar, err = similar(texts)
	runtime.GC()
	return c, err
}

// detector measures the whole library: signing, index, verification, clusters.
func detector(c *collection) (row, error) {
	r := row{Name: "reprint, detector", Allocs: -1, Bare: true, How: "verified, clustered"}
	before := heap()
	d, err := reprint.New(reprint.Options{})
	if err != nil {
		return r, err
	}
	var docs iter.Seq2[reprint.Document, error] = func(yield func(reprint.Document, error) bool) {
		for _, doc := range c.docs {
			if !yield(reprint.Document{ID: doc.ID, Text: doc.Text, Site: doc.Site, Published: doc.Published}, nil) {
				return
			}
		}
	}
	start := time.Now()
	var signed time.Time
	err = d.AddAll(context.Background(), docs, reprint.AddAllOptions{Visit: func(string, reprint.Added) {
		if signed.IsZero() {
			signed = time.Now()
		}
	}})
	if err != nil {
		return r, err
	}
	r.Sign, r.Index = signed.Sub(start).Seconds(), time.Since(signed).Seconds()
	r.Bytes = (heap() - before) / float64(len(c.docs))
	got := map[string]string{}
	for cl := range d.Clusters() {
		for _, m := range cl.Members {
			got[m.ID] = cl.ID
		}
	}
	r.score, err = c.truth.clustered(got)
	runtime.KeepAlive(d)
	return r, err
}

// heap returns the bytes in use.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// measure measures an implementation of sketches with its index or, where it
// has none, ours.
func measure(c *collection, impl peer.Impl) (row, error) {
	r := row{Name: impl.Name}
	if impl.Input == "hashes" {
		r.Name += ", our hashes"
	}
	before := heap()
	sign := impl.New()
	sign(c.docs[0].Text)
	sketches := make([][]uint64, len(c.docs))
	size := len(sign(c.docs[0].Text))
	flat := make([]uint64, size*len(c.docs))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	mallocs := m.Mallocs
	start := time.Now()
	for i, doc := range c.docs {
		sketches[i] = flat[i*size : (i+1)*size : (i+1)*size]
		copy(sketches[i], sign(doc.Text))
	}
	r.Sign = time.Since(start).Seconds()
	runtime.ReadMemStats(&m)
	r.Allocs = float64(m.Mallocs-mallocs) / float64(len(c.docs))

	var find func() []pair
	var keep any
	start = time.Now()
	switch impl.Name {
	case "simhash":
		r.How = fmt.Sprintf("all pairs, at most %d bits differ", mostBits)
		find = func() []pair { return near(sketches) }
	case "minhash-lsh":
		index := minhashlsh.NewMinhashLSH(peer.Slots, threshold)
		rows, bands := index.Params()
		r.How = fmt.Sprintf("%d bands of %d, its choice", bands, rows)
		for i, s := range sketches {
			index.Add(uint32(i), s)
		}
		index.Index()
		keep, find = index, func() []pair { return ask(index, sketches) }
	default:
		t, err := minhash.Tune(minhash.TuneOptions{Slots: peer.Slots, Threshold: threshold})
		if err != nil {
			return r, err
		}
		r.How = fmt.Sprintf("%d bands of %d", t.Bands.Bands, t.Bands.Rows)
		if impl.Name == "go-minhash" {
			r.How += ", by this program"
		}
		index := newBands(sketches, t.Bands)
		keep, find = index, func() []pair { return index.pairs(sketches) }
	}
	building := time.Since(start).Seconds()
	r.Bytes = (heap() - before) / float64(len(c.docs))
	start = time.Now()
	pairs := find()
	r.Index = building + time.Since(start).Seconds()
	runtime.KeepAlive(keep)
	runtime.KeepAlive(flat)
	var err error
	r.score, err = c.truth.judge(pairs)
	return r, err
}

// mostBits is the distance at which a simhash of 64 bits is commonly taken as
// that of a near-duplicate (Manku, Jain and Das Sarma, "Detecting
// near-duplicates for web crawling", 2007).
const mostBits = 3

func near(sketches [][]uint64) (out []pair) {
	for i, s := range sketches {
		for j, o := range sketches[:i] {
			if peer.Distance(s, o) <= mostBits {
				out = append(out, pair{uint32(j), uint32(i)})
			}
		}
	}
	return out
}

func ask(index *minhashlsh.MinhashLSH, sketches [][]uint64) (out []pair) {
	for i, s := range sketches {
		for _, key := range index.Query(s) {
			if j := key.(uint32); int(j) < i && peer.Agreement(s, sketches[j]) >= threshold {
				out = append(out, pair{j, uint32(i)})
			}
		}
	}
	return out
}

// bands is the plainest index: for every band, a map from its slots' hash to
// the documents.
type bands struct {
	bands minhash.Bands
	lists []map[uint64][]uint32
}

func newBands(sketches [][]uint64, b minhash.Bands) *bands {
	x := &bands{b, make([]map[uint64][]uint32, b.Bands)}
	for j := range x.lists {
		x.lists[j] = map[uint64][]uint32{}
		for i, s := range sketches {
			k := x.key(s, j)
			x.lists[j][k] = append(x.lists[j][k], uint32(i))
		}
	}
	return x
}

func (x *bands) key(sketch []uint64, band int) uint64 {
	h := uint64(0)
	for _, s := range sketch[band*x.bands.Rows : (band+1)*x.bands.Rows] {
		h = (h ^ s) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

func (x *bands) pairs(sketches [][]uint64) (out []pair) {
	met := make([]int, len(sketches))
	for i, s := range sketches {
		for j, list := range x.lists {
			for _, o := range list[x.key(s, j)] {
				if int(o) >= i {
					break // lists ascend
				}
				if met[o] != i {
					met[o] = i
					if peer.Agreement(s, sketches[o]) >= threshold {
						out = append(out, pair{o, uint32(i)})
					}
				}
			}
		}
	}
	return out
}

//go:embed peers.py
var script string

// packages are those for Python, with versions.
var packages = []string{"datasketch==2.0.0", "rensa==0.5.0"}

// python measures the libraries for Python.
func python(c *collection, venv string, add func(row, error) error) error {
	bin := filepath.Join(venv, "bin", "python")
	if _, err := os.Stat(bin); err != nil {
		if _, err := exec.LookPath("python3"); err != nil {
			return err
		}
		if err := command("python3", "-m", "venv", venv); err != nil {
			return err
		}
	}
	// Quick where they are there already.
	if err := command(bin, append([]string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, packages...)...); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, input := filepath.Join(dir, "peers.py"), filepath.Join(dir, "news.jsonl")
	if err := os.WriteFile(program, []byte(script), 0o644); err != nil {
		return err
	}
	var lines []byte
	for _, doc := range c.docs {
		lines = doc.AppendJSON(lines)
	}
	if err := os.WriteFile(input, lines, 0o644); err != nil {
		return err
	}
	lines = nil
	for _, name := range []string{"datasketch", "rensa"} {
		if err := add(foreign(c, name, bin, program, input, filepath.Join(dir, name))); err != nil {
			return err
		}
	}
	return nil
}

func command(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %q: %w", name, args, err)
	}
	return nil
}

func foreign(c *collection, name, bin, program, input, output string) (row, error) {
	r := row{Name: name + " (Python)", Allocs: -1}
	cmd := exec.Command(bin, program, name, input, output)
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	var got struct {
		Version, Index string
		Sign           float64 `json:"sign_seconds"`
		Indexing       float64 `json:"index_seconds"`
		Bytes          float64
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return r, fmt.Errorf("%s: %w", name, err)
	}
	r.Sign, r.Index, r.How = got.Sign, got.Indexing, got.Index
	r.Bytes = got.Bytes / float64(len(c.docs))
	f, err := os.Open(output)
	if err != nil {
		return r, err
	}
	defer f.Close()
	var pairs []pair
	for s := bufio.NewScanner(f); s.Scan(); {
		var p pair
		if _, err := fmt.Sscan(s.Text(), &p[0], &p[1]); err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a[1], b[1]), cmp.Compare(a[0], b[0])) })
	r.score, err = c.truth.judge(pairs)
	return r, err
}

// table prints the rows in Markdown.
func table(out io.Writer, c *collection, rows []row) error {
	n := float64(len(c.docs))
	fmt.Fprintf(out, "%d documents, %.1f MB, %d pairs with a Jaccard similarity of .5 or more; one thread; %s, %s/%s\n\n",
		len(c.docs), float64(c.bytes)/1e6, len(c.truth.similar), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(out, "| | signing MB/s | docs/s | allocations a doc | index docs/s | bytes a doc | recall J ≥ .5 | J ≥ .8 | precision | B³ recall | B³ precision | index |")
	fmt.Fprintln(out, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|")
	for _, r := range rows {
		allocs, precision := "–", "–"
		if r.Allocs >= 0 {
			allocs = fmt.Sprintf("%.1f", r.Allocs)
		}
		if !r.Bare {
			precision = fmt.Sprintf("%.4f", r.Precision)
		}
		_, err := fmt.Fprintf(out, "| %s | %.1f | %.0f | %s | %.0f | %.0f | %.4f | %.4f | %s | %.4f | %.4f | %s |\n",
			r.Name, float64(c.bytes)/1e6/r.Sign, n/r.Sign, allocs, n/r.Index, r.Bytes,
			r.Recall5, r.Recall8, precision, r.PlantedRecall, r.PlantedPrecision, r.How)
		if err != nil {
			return err
		}
	}
	return nil
}
