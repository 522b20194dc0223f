package join

import (
	"context"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/holders"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A Learner learns from all documents of a collection how new each was when it came and
// what of it is boilerplate, and finds out which of them meet. Documents are numbered in
// their order.
type Learner struct {
	Threads   int
	Documents []*records.Document
	Briefs    []records.Brief
	Bands     [][]uint32
	Texts     []uint32 // see Holder

	Rules     holders.Rules
	Longest   int // how many documents are listed for a key
	InRow     int // bands that are a key of the whole text
	Weight    func(place uint32) int
	Freshness func(share float64) postings.Posting

	fresh   []uint32 // weight of the sample that no document before had
	masks   masks
	pairs   *Pairs
	buffers [][]uint64 // by thread
}

// Learn notes in the documents and their briefs what is learned, and returns which
// documents have met, and by what weight. When ctx is done, it ends early.
func (l *Learner) Learn(ctx context.Context) *Pairs {
	n := len(l.Documents)
	l.fresh, l.masks, l.pairs = make([]uint32, n), newMasks(l.Documents), NewPairs(n, l.Threads)
	l.buffers = make([][]uint64, l.Threads)
	c := Collection{Documents: n, Threads: l.Threads, Keys: func(thread, n int, add func(key uint64, place uint32)) {
		Keys(l.sample(thread, n), l.Bands[n], l.InRow, add)
	}}
	for i, d := range l.Documents {
		c.Postings += int(d.Sampled) + len(l.Bands[i])/l.InRow
	}
	c.ByKey(ctx, l.countFresh)
	for i, d := range l.Documents {
		d.Fresh = uint8(l.Freshness(float64(l.fresh[i]) / float64(max(1, l.Briefs[i].Weight))))
	}
	lists := make([]*List, l.Threads)
	for t := range lists {
		lists[t] = l.list(t)
	}
	c.ByKey(ctx, func(thread int, of []Posting) { l.replay(lists[thread], of) })
	Each(ctx, l.Threads, n, l.mark)
	return l.pairs
}

func (l *Learner) sample(thread, n int) []uint64 {
	l.buffers[thread] = l.Documents[n].Sample(l.buffers[thread])
	return l.buffers[thread]
}

// countFresh counts a key for the document that had it first.
func (l *Learner) countFresh(_ int, of []Posting) {
	if p := of[0]; p.Place != OfWhole {
		atomic.AddUint32(&l.fresh[p.Document], uint32(l.Weight(p.Place)))
	}
}

// list returns a list that notes for a thread what is boilerplate, and who meets.
func (l *Learner) list(thread int) *List {
	return &List{
		Rules: l.Rules, Longest: l.Longest,
		Mark: func(h Holder) {
			if h.Place != OfWhole {
				l.masks.set(uint32(h.Document), h.Place>>1)
			}
		},
		Meet: func(h Holder, listed []uint64) {
			weight, whole := 0, h.Place == OfWhole
			if !whole {
				weight = l.Weight(h.Place)
			}
			for _, o := range listed {
				l.pairs.Add(thread, uint32(h.Document), uint32(o), uint32(weight), whole)
			}
		},
	}
}

// replay goes through the documents that have a key.
func (l *Learner) replay(list *List, of []Posting) {
	if len(of) == 1 {
		return
	}
	for _, p := range of {
		b := &l.Briefs[p.Document]
		h := Holder{Document: uint64(p.Document), Text: l.Texts[p.Document], Site: b.Site, Page: b.Page, Place: p.Place}
		if p.Place != OfWhole {
			h.Fresh = postings.Posting(l.Documents[p.Document].Fresh)
		}
		list.Add(h)
	}
	list.End()
}

// mark notes in a document what of it is boilerplate.
func (l *Learner) mark(thread, n int) {
	mask := l.masks.of(n)
	any := uint64(0)
	for _, word := range mask {
		any |= word
	}
	if any == 0 {
		return
	}
	for i, e := range l.sample(thread, n) {
		if mask[i/64]>>(i%64)&1 != 0 {
			place := placeOf(i, e)
			Mark(l.Documents[n], &l.Briefs[n], place, l.Weight(place))
		}
	}
}

// Masks are which places of the samples of all documents are boilerplate, a bit each.
type masks struct {
	begin []int // where that of a document begins
	words []uint64
}

func newMasks(docs []*records.Document) masks {
	m := masks{begin: make([]int, len(docs)+1)}
	for i, d := range docs {
		m.begin[i+1] = m.begin[i] + int(d.Sampled+63)/64
	}
	m.words = make([]uint64, m.begin[len(docs)])
	return m
}

// set marks a place. Threads call it side by side.
func (m *masks) set(number, place uint32) {
	atomic.OrUint64(&m.words[m.begin[number]+int(place/64)], 1<<(place%64))
}

func (m *masks) of(number int) []uint64 { return m.words[m.begin[number]:m.begin[number+1]] }
