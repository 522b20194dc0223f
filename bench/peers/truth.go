package main

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cbb30ed1/reprint/eval"
	"github.com/cbb30ed1/reprint/shingle"
)

// A pair is two documents by number, the lesser first.
type pair [2]uint32

// A truth is what the answers are held against.
type truth struct {
	similar map[pair]float64  // exact Jaccard similarity, where it is at least .5
	planted map[string]string // cluster of each document, by id
	ids     []string
}

// similar counts, for every two texts, the shingles that both have, and returns
// the pairs with a Jaccard similarity of at least .5. No candidates, no sketch:
// a list of holders for each shingle.
func similar(texts []string) (map[pair]float64, error) {
	s, err := shingle.New(shingle.Options{})
	if err != nil {
		return nil, err
	}
	type holder struct {
		hash uint64
		doc  uint32
	}
	var all []holder
	var read shingle.Text
	var set []uint64
	sizes := make([]int, len(texts))
	for i, t := range texts {
		s.Shingle(&read, t)
		set = append(set[:0], read.Shingles...)
		slices.Sort(set)
		set = slices.Compact(set)
		sizes[i] = len(set)
		for _, h := range set {
			all = append(all, holder{h, uint32(i)})
		}
	}
	slices.SortFunc(all, func(a, b holder) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.doc, b.doc))
	})
	// For each document, where it stands in the lists of its shingles: all
	// before it in a list have a lesser number.
	at := make([][]uint32, len(texts))
	for i, h := range all {
		if i > 0 && all[i-1].hash == h.hash {
			at[h.doc] = append(at[h.doc], uint32(i))
		}
	}
	out := map[pair]float64{}
	counts := make([]int, len(texts))
	var touched []uint32
	for doc := range texts {
		for _, i := range at[doc] {
			for j := int(i) - 1; j >= 0 && all[j].hash == all[i].hash; j-- {
				if counts[all[j].doc] == 0 {
					touched = append(touched, all[j].doc)
				}
				counts[all[j].doc]++
			}
		}
		for _, o := range touched {
			both := counts[o]
			counts[o] = 0
			if j := float64(both) / float64(sizes[doc]+sizes[o]-both); j >= .5 {
				out[pair{o, uint32(doc)}] = j
			}
		}
		touched = touched[:0]
	}
	return out, nil
}

// A score is how good an answer is.
//
// Pairs are weighted so that each two clusters that they are between, mostly a
// cluster and itself, count the same: a story with 300 copies has 45,000 pairs,
// which are much like one, and would outweigh all others.
type score struct {
	Recall5   float64 `json:"recall_50"` // of the pairs of similarity .5 or more
	Recall8   float64 `json:"recall_80"` // and .8
	Precision float64 `json:"precision"` // share of the reported pairs that are of .5 or more

	// B³ of the clusters, over documents: those that carry the same article.
	PlantedRecall    float64 `json:"planted_recall"`
	PlantedPrecision float64 `json:"planted_precision"`
}

// judge scores the pairs, and the clusters that they form when chained.
func (t *truth) judge(pairs []pair) (score, error) {
	found := map[pair]bool{}
	clusters := newSets(len(t.ids))
	var right shares
	for _, p := range pairs {
		if found[p] {
			continue
		}
		found[p] = true
		_, ok := t.similar[p]
		right.count(t.between(p), ok)
		clusters.join(p[0], p[1])
	}
	got := make(map[string]string, len(t.ids))
	for i, id := range t.ids {
		got[id] = t.ids[clusters.find(uint32(i))]
	}
	s, err := t.clustered(got)
	s.Recall5, s.Recall8 = t.recall(func(p pair) bool { return found[p] })
	s.Precision = right.mean()
	return s, err
}

// clustered scores clusters, without a figure for the precision of pairs.
func (t *truth) clustered(got map[string]string) (score, error) {
	var s score
	c, err := eval.Clusters(t.planted, got)
	s.PlantedRecall, s.PlantedPrecision = c.B3Recall, c.B3Precision
	s.Recall5, s.Recall8 = t.recall(func(p pair) bool { return got[t.ids[p[0]]] == got[t.ids[p[1]]] })
	return s, err
}

func (t *truth) recall(found func(pair) bool) (at5, at8 float64) {
	var five, eight shares
	for p, j := range t.similar {
		k, ok := t.between(p), found(p)
		five.count(k, ok)
		if j >= .8 {
			eight.count(k, ok)
		}
	}
	return five.mean(), eight.mean()
}

// between returns the clusters that a pair is between.
func (t *truth) between(p pair) [2]string {
	a, b := t.planted[t.ids[p[0]]], t.planted[t.ids[p[1]]]
	return [2]string{min(a, b), max(a, b)}
}

// shares are counts of pairs, and of those for which something holds.
type shares map[[2]string]*[2]int

func (s *shares) count(k [2]string, holds bool) {
	if *s == nil {
		*s = shares{}
	}
	c := (*s)[k]
	if c == nil {
		c = new([2]int)
		(*s)[k] = c
	}
	c[0]++
	if holds {
		c[1]++
	}
}

// mean returns the mean of the shares; that of nothing is 1.
func (s shares) mean() float64 {
	if len(s) == 0 {
		return 1
	}
	sum := 0.
	for _, k := range slices.SortedFunc(maps.Keys(s), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		sum += float64(s[k][1]) / float64(s[k][0])
	}
	return sum / float64(len(s))
}

// sets are disjoint sets of documents.
type sets []uint32

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = uint32(i)
	}
	return s
}

func (s sets) find(i uint32) uint32 {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(a, b uint32) {
	a, b = s.find(a), s.find(b)
	s[max(a, b)] = min(a, b)
}
