// Package tuning says of a sample of documents which preset suits them.
package tuning

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/shingle"
)

// Sample returns so many documents, chosen by the hash of their ids, so that
// the choice does not depend on the order of the input.
func Sample(ctx context.Context, docs iter.Seq2[reprint.Document, error], size int) ([]reprint.Document, int, error) {
	type ranked struct {
		rank uint64
		doc  reprint.Document
	}
	order := func(a, b ranked) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.doc.ID, b.doc.ID)) }
	var kept []ranked
	total := 0
	trim := func() {
		slices.SortFunc(kept, order)
		clear(kept[min(size, len(kept)):])
		kept = kept[:min(size, len(kept))]
	}
	for doc, err := range docs {
		if err != nil {
			return nil, 0, err
		}
		if ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		total++
		kept = append(kept, ranked{xxhash.Sum64String(doc.ID), doc})
		if len(kept) >= 2*size {
			trim()
		}
	}
	trim()
	out := make([]reprint.Document, len(kept))
	for i, k := range kept {
		out[i] = k.doc
	}
	return out, total, nil
}

type histogramLine struct {
	K     int     `json:"k"`
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Pairs int     `json:"pairs"`
}

type presetLine struct {
	Preset     string  `json:"preset"`
	Pairs      int     `json:"pairs"`
	Clusters   int     `json:"clusters"`
	Clustered  int     `json:"clustered"`
	Largest    int     `json:"largest"`
	Candidates float64 `json:"candidates"`
	Entries    float64 `json:"entries"`
	Rows       int     `json:"rows"`
	Bands      int     `json:"bands"`
	Recall     float64 `json:"recall"`
}

type recommendLine struct {
	Recommend string `json:"recommend"`
	Why       string `json:"why"`
}

type sampleLine struct {
	Documents int `json:"documents"`
	Sampled   int `json:"sampled"`
}

// Tune writes the lines of the command tune about a sample of so many documents.
func Tune(ctx context.Context, docs []reprint.Document, of, threads int, write func(line any)) error {
	write(sampleLine{of, len(docs)})
	shares := map[int]map[pair]reprint.Figures{}
	for _, k := range []int{5, 3} {
		found, _, err := match(ctx, reprint.Options{K: k, Containment: lowest, Overlap: 1}, docs, threads)
		if err != nil {
			return err
		}
		shares[k] = found
		for _, l := range histogram(k, found) {
			write(l)
		}
	}
	var byDefault map[pair]reprint.Figures
	for _, name := range []string{"default", "noisy", "strict"} {
		o, err := reprint.Preset(name)
		if err != nil {
			return err
		}
		found, d, err := match(ctx, o, docs, threads)
		if err != nil {
			return err
		}
		if name == "default" {
			byDefault = found
		}
		t, err := minhash.Tune(minhash.TuneOptions{Slots: o.Slots, Threshold: o.Similarity, Recall: o.Recall})
		if err != nil {
			return err
		}
		l := presetLine{Preset: name, Pairs: len(found), Rows: t.Bands.Rows, Bands: t.Bands.Bands, Recall: round(t.Recall)}
		for c := range d.Clusters() {
			if n := len(c.Members); n > 1 {
				l.Clusters++
				l.Clustered += n
				l.Largest = max(l.Largest, n)
			}
		}
		if st := d.Stats(); st.Documents > 0 {
			l.Candidates = round(float64(st.Candidates) / float64(st.Documents))
			l.Entries = round(float64(st.Entries) / float64(st.Documents))
		}
		write(l)
	}
	words, err := countWords(docs)
	if err != nil {
		return err
	}
	write(recommend(shares[5], shares[3], byDefault, words))
	return nil
}

// words holds the words of each document, and in how many documents each is.
type words struct {
	of map[string][]uint64
	in map[uint64]int
}

func countWords(docs []reprint.Document) (words, error) {
	w := words{map[string][]uint64{}, map[uint64]int{}}
	s, err := shingle.New(shingle.Options{K: 1})
	if err != nil {
		return w, err
	}
	var text shingle.Text
	for _, d := range docs {
		s.Shingle(&text, d.Text)
		set := slices.Compact(slices.Sorted(slices.Values(text.Shingles)))
		w.of[d.ID] = set
		for _, h := range set {
			w.in[h]++
		}
	}
	return w, nil
}

// strange returns which share of the words that a has and b lacks is in no
// document but a.
func (w words) strange(a, b string) float64 {
	lacking, strange := 0, 0
	for _, h := range w.of[a] {
		if _, ok := slices.BinarySearch(w.of[b], h); ok {
			continue
		}
		lacking++
		if w.in[h] == 1 {
			strange++
		}
	}
	if lacking == 0 {
		return 0
	}
	return float64(strange) / float64(lacking)
}

// lowest is the containment from which pairs are looked at.
const lowest = .1

type pair struct{ a, b string }

// match finds the pairs among docs that match by the options.
func match(ctx context.Context, o reprint.Options, docs []reprint.Document, threads int) (map[pair]reprint.Figures, *reprint.Detector, error) {
	o.MaxMatches = 1 << 30
	d, err := reprint.New(o)
	if err != nil {
		return nil, nil, err
	}
	found := map[pair]reprint.Figures{}
	err = d.AddAll(ctx, func(yield func(reprint.Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
	}, reprint.AddAllOptions{Threads: threads, Visit: func(id string, a reprint.Added) {
		for _, m := range a.Matches {
			found[pair{m.ID, id}] = m.Figures
		}
	}})
	return found, d, err
}

func histogram(k int, found map[pair]reprint.Figures) []histogramLine {
	var bins [10]int
	for _, f := range found {
		bins[min(9, int(f.Score*10))]++
	}
	var lines []histogramLine
	for i := int(lowest * 10); i < 10; i++ {
		lines = append(lines, histogramLine{k, float64(i) / 10, float64(i+1) / 10, bins[i]})
	}
	return lines
}

// recommend chooses a preset. Where words are garbled one by one, as by OCR,
// each survives with some probability p, and of shingles of k words p^k do: a
// pair that shares c in threes shares c^(5/3) in fives. Where a text was cut or
// passages of it were taken, both shares are about the same. So the ratio of
// their logarithms tells the one from the other. Forms that are filled in with
// other names and figures look like garbled text by that; but what is filled in
// are words that other documents have too, and what OCR makes is mostly not.
func recommend(fives, threes, byDefault map[pair]reprint.Figures, w words) recommendLine {
	garbled, rest := 0, 0
	for p, f := range threes {
		if f.Score < .15 || f.Score > .85 {
			continue
		}
		five, ok := fives[p]
		scattered := !ok && f.Score > .25 || ok && math.Log(five.Score)/math.Log(f.Score) > 1.4
		if scattered && max(w.strange(p.a, p.b), w.strange(p.b, p.a)) > .5 {
			garbled++
		} else {
			rest++
		}
	}
	if garbled >= 5 && garbled*10 >= garbled+rest { // in clean collections it is one pair in 400 or fewer
		return recommendLine{"noisy", fmt.Sprintf(
			"of %d pairs that share a part, %d differ in single words that no other document has, as OCR or speech recognition makes them", garbled+rest, garbled)}
	}
	identical := 0
	for _, f := range byDefault {
		if f.Jaccard >= .9 {
			identical++
		}
	}
	switch {
	case len(byDefault) == 0:
		return recommendLine{"default", "no pair matches in this sample; a larger one may tell more"}
	case identical == len(byDefault):
		return recommendLine{"strict", fmt.Sprintf("all %d pairs that the default finds are near-exact copies, which strict finds with fewer candidates", identical)}
	}
	return recommendLine{"default", fmt.Sprintf(
		"of %d matching pairs %d are no near-exact copies, and words are not garbled: of %d pairs that share a part, %d look so", len(byDefault), len(byDefault)-identical, garbled+rest, garbled)}
}

// round cuts a figure to four decimals, more than which it does not mean.
func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }
