package cluster_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A text is a document of the tests: the shingles of its running text and of the
// rest, which the reference reads as they are.
type text struct {
	id, site     string
	published    time.Time
	words        int // 0 means as many as shingles
	prose, other []uint64
	bands        []uint64
	page         uint32 // a hash of its URL, 0 means unknown
	sequence     []uint32
}

func (d text) entry() cluster.Entry {
	e := cluster.Entry{ID: d.id, Site: d.site, Published: d.published, Words: d.words, Bands: d.bands, Page: d.page, Sequence: d.sequence}
	if e.Words == 0 {
		e.Words = len(d.prose) + len(d.other)
	}
	e.Set.Add(d.prose, true)
	e.Set.Add(d.other, false)
	e.Set.Sort()
	return e
}

// A source gives out shingles, none twice.
type source struct {
	rng   *rand.Rand
	taken map[uint64]bool // what is compared of them
}

func newSource(seed uint64) *source {
	return &source{rand.New(rand.NewPCG(seed, 3)), map[uint64]bool{}}
}

func (s *source) take(n int) []uint64 {
	out := make([]uint64, 0, n)
	for len(out) < n {
		if h := s.rng.Uint64() &^ 1; !s.taken[sets.Round(h)] {
			s.taken[sets.Round(h)] = true
			out = append(out, h)
		}
	}
	return out
}

// sampled gives out shingles that one in 16 has to be in the index, and rest those
// that have not.
func (s *source) sampled(n int) []uint64 {
	out := s.take(n)
	for i := range out {
		out[i] >>= 4
	}
	return out
}

func (s *source) rest(n int) []uint64 {
	out := s.take(n)
	for i := range out {
		out[i] |= 1 << 63
	}
	return out
}

// exact puts every shingle into the index, so that all figures are exact.
var exact = cluster.Options{Scale: 1, Floor: 1 << 20, MaxMatches: 1 << 20}

func newIndex(t testing.TB, o cluster.Options) *cluster.Index {
	x, err := cluster.New(o)
	require.NoError(t, err)
	return x
}

func add(t testing.TB, x *cluster.Index, d text) cluster.Added {
	a, err := x.Add(d.entry())
	require.NoError(t, err)
	return a
}

// matched reports whether the second text is found to match the first, by an index
// that holds the first.
func matched(t testing.TB, o cluster.Options, first, second text) bool {
	x := newIndex(t, o)
	first.id, second.id = "first", "second"
	add(t, x, first)
	found := x.Query(second.entry())
	_, alone := x.Match(first.entry(), second.entry())
	if len(found) > 0 {
		require.True(t, alone)
	}
	return len(found) > 0
}

// clusters returns, of each document, the canonical document of its cluster.
func clusters(x *cluster.Index) map[string]string {
	out := map[string]string{}
	for c := range x.Clusters() {
		for _, m := range c.Members {
			out[m.ID] = c.ID
		}
	}
	return out
}

func join(parts ...[]uint64) []uint64 { return slices.Concat(parts...) }
