package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
	"github.com/cbb30ed1/reprint/minhash"
)

// maker makes entries out of random shingles.
type maker struct {
	rng    *rand.Rand
	signer *minhash.Signer
	sig    minhash.Signature
	taken  map[uint64]bool // shingles, as they are compared
}

func newMaker(t testing.TB, seed uint64) *maker {
	s, err := minhash.NewSigner(minhash.Scheme{})
	require.NoError(t, err)
	return &maker{rng: rand.New(rand.NewPCG(seed, 1)), signer: s, taken: map[uint64]bool{}}
}

// Fewer returns n, or with -short a tenth of it, as under the race detector: that finds no
// more in what one goroutine computes ten times. All of it is computed without -short.
func Fewer(n int) int {
	if testing.Short() {
		return max(1, n/10)
	}
	return n
}

// text returns n shingles that no other text has.
func (m *maker) text(n int) []uint64 {
	out := make([]uint64, 0, n)
	for len(out) < n {
		if h := m.rng.Uint64(); !m.taken[sets.Round(h)&^1] {
			m.taken[sets.Round(h)&^1] = true
			out = append(out, h)
		}
	}
	return out
}

// entry makes a document of running text and of other text.
func (m *maker) entry(id string, prose []uint64, other ...[]uint64) Entry {
	e := Entry{ID: id, Words: len(prose) + 4}
	all := slices.Clone(prose)
	e.Set.Add(prose, true)
	for _, o := range other {
		e.Set.Add(o, false)
		all = append(all, o...)
		e.Words += len(o)
	}
	e.Set.Sort()
	m.signer.Sign(&m.sig, all)
	e.Bands, _ = m.sig.AppendBands(nil, minhash.Bands{Rows: 3, Bands: 35})
	return e
}

// collection makes documents as a crawl has them: articles, and of some of
// them reprints with edits, excerpts, pages with a site's menu, revisions. It
// returns them with the number of their article, in order of publication.
func (m *maker) collection(articles int) (docs []Entry, label map[string]int) {
	label = map[string]int{}
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	menus := [][]uint64{m.text(60), m.text(120), m.text(30)}
	for a := range articles {
		body := m.text(60 + m.rng.IntN(300))
		for c := range 1 + m.rng.IntN(6) {
			id := fmt.Sprintf("%03d-%d", a, c)
			text := slices.Clone(body)
			var other []uint64
			switch kind := m.rng.IntN(6); {
			case c == 0:
			case kind == 0: // a reprint with few edits
				for range len(text) / 30 {
					text[m.rng.IntN(len(text))] = m.rng.Uint64()
				}
			case kind == 1: // an excerpt
				text = text[:len(text)*(60+m.rng.IntN(35))/100]
			case kind == 2: // a scraped page
				other = slices.Concat(menus[m.rng.IntN(len(menus))], m.text(m.rng.IntN(200)))
			case kind == 3: // a revision
				n := len(text) * (5 + m.rng.IntN(20)) / 100
				text = append(text[n:], m.text(n)...)
			}
			e := m.entry(id, text, other)
			e.Published = day.Add(time.Duration(m.rng.IntN(1e6)) * time.Second)
			docs = append(docs, e)
			label[id] = a
		}
	}
	slices.SortFunc(docs, func(a, b Entry) int { return a.Published.Compare(b.Published) })
	return docs, label
}

func newIndex(t testing.TB, o Options) *Index {
	x, err := New(o)
	require.NoError(t, err)
	return x
}

// clusters returns which canonical document each document belongs to.
func clusters(x *Index) map[string]string {
	out := map[string]string{}
	for c := range x.Clusters() {
		for _, m := range c.Members {
			out[m.ID] = c.ID
		}
	}
	return out
}
