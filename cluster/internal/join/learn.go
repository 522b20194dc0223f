package join

import (
	"context"
	"slices"
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
	Wholes    Wholes
	Texts     []uint32 // see Holder

	Rules     holders.Rules
	Longest   int // how many documents are listed for a key
	Weight    func(place uint32) int
	Freshness func(share float64) postings.Posting

	holders []documentHolder
	shared  []shared // by thread
	masks   masks
	pairs   *Pairs
	buffers [][]uint64 // by thread
}

// A documentHolder is what of a document each of its postings needs, close together.
type documentHolder struct {
	site       uint64
	page, text uint32
	fresh      postings.Posting // how new it was
}

// Learn notes in the documents and their briefs what is learned, and returns which
// documents have met, and by what weight. When ctx is done, it ends early.
func (l *Learner) Learn(ctx context.Context) *Pairs {
	n := len(l.Documents)
	fresh := make([]uint32, n) // weight of the sample that no document before had
	l.buffers, l.shared = make([][]uint64, l.Threads), make([]shared, l.Threads)
	c := Collection{Documents: n, Threads: l.Threads, Keys: l.keys, Done: l.done}
	for i, d := range l.Documents {
		c.Postings += int(d.Sampled) + l.Wholes.len(i)
	}
	c.ByKey(ctx, func(thread int, of []Posting) {
		l.countFresh(fresh, of)
		if len(of) > 1 {
			l.shared[thread].add(of)
		}
	})
	l.holders, l.masks, l.pairs = make([]documentHolder, n), newMasks(l.Documents), NewPairs(n, l.Threads)
	for i, d := range l.Documents {
		b := &l.Briefs[i]
		novelty := l.Freshness(float64(fresh[i]) / float64(max(1, b.Weight)))
		d.Fresh = uint8(novelty)
		l.holders[i] = documentHolder{b.Site, b.Page, l.Texts[i], novelty}
	}
	lists := make([]*List, l.Threads)
	for t := range lists {
		lists[t] = l.list()
	}
	var chunks []chunk
	for t := range l.shared {
		chunks = append(chunks, l.shared[t].chunks...)
	}
	l.shared = nil
	Each(ctx, l.Threads, len(chunks), func(thread, i int) {
		chunks[i].each(func(first bool, some []place) { l.replay(lists[thread], first, some) })
		lists[thread].End()
		chunks[i] = nil
	})
	Each(ctx, l.Threads, (n+markedAtOnce-1)/markedAtOnce, l.mark)
	return l.pairs
}

// done lets go of the keys of whole texts when they were looked at: they, or the bands, take
// more than all that is learned.
func (l *Learner) done(from uint64) {
	if from <= leastOfWhole {
		l.Wholes = Wholes{}
	}
}

// keys calls add with the keys of a document in a range.
func (l *Learner) keys(thread, n int, in Range, add func(key uint64, place uint32)) {
	if in.First < leastOfWhole {
		below := uint64(0)
		if in.Last < leastOfWhole {
			below = (in.Last + 1) << 1 // 0 if this is the least of a whole
		}
		d := l.Documents[n]
		elements, first := d.Set.Between(in.First<<1, below, int(d.Sampled), l.buffers[thread])
		l.buffers[thread] = elements
		for i, e := range elements {
			add(e>>1, placeOf(first+i, e))
		}
	}
	if in.Last >= leastOfWhole {
		l.Wholes.each(n, func(key uint64) {
			if in.Has(key) {
				add(key, OfWhole)
			}
		})
	}
}

func (l *Learner) sample(thread, n int) []uint64 {
	l.buffers[thread] = l.Documents[n].Sample(l.buffers[thread])
	return l.buffers[thread]
}

// countFresh counts a key for the document that had it first.
func (l *Learner) countFresh(fresh []uint32, of []Posting) {
	if p := of[0]; p.Place != OfWhole {
		atomic.AddUint32(&fresh[p.Document], uint32(l.Weight(p.Place)))
	}
}

// list returns a list that notes what is boilerplate, and who meets.
func (l *Learner) list() *List {
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
			l.pairs.Add(uint32(h.Document), listed, uint32(weight), whole)
		},
	}
}

// replay takes the next documents that have a key, or the first ones that have another key.
func (l *Learner) replay(list *List, first bool, some []place) {
	if first {
		list.End()
	}
	var holders [placesAtOnce]documentHolder // read one right after another, as each is far from the others in memory
	for i, p := range some {
		holders[i] = l.holders[p.document]
	}
	for i, p := range some {
		d := &holders[i]
		h := Holder{Document: uint64(p.document), Text: d.text, Site: d.site, Page: d.page, Place: p.place}
		if p.place != OfWhole {
			h.Fresh = d.fresh
		}
		list.Add(h)
	}
}

const markedAtOnce = 64 // documents

// mark notes in some documents what of them is boilerplate. Few objects hold what they get,
// which costs the garbage collector less.
func (l *Learner) mark(thread, block int) {
	first, end := block*markedAtOnce, min((block+1)*markedAtOnce, len(l.Documents))
	marked := make([]int, 0, markedAtOnce)
	for n := first; n < end; n++ {
		if slices.ContainsFunc(l.masks.of(n), func(word uint64) bool { return word != 0 }) {
			marked = append(marked, n)
		}
	}
	links := make([]records.Links, len(marked))
	for at, n := range marked {
		d, mask := l.Documents[n], l.masks.of(n)
		d.Links = &links[at]
		d.Links.Mask = records.MaskOf(mask)
		for i, e := range l.sample(thread, n) {
			if mask[i/64]>>(i%64)&1 != 0 {
				place := placeOf(i, e)
				Mark(d, &l.Briefs[n], place, l.Weight(place))
			}
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
