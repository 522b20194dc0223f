package join

import (
	"math/bits"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Pairs are pairs of documents that have keys in common, and the weight of these keys.
// Threads add to them side by side.
type Pairs struct {
	bits    int // of a later document's number that a pair has
	blocks  []pairsBlock
	spare   spare // of all runs
	sorters sorters
}

// A pairsBlock is the pairs of which the later documents have all but the lowest bits of
// their numbers alike.
type pairsBlock struct {
	mu    sync.Mutex
	run   run
	added []uint64 // pairs
}

// A pair has the lowest bits of the later document's number, the number of the earlier
// one, the weight, and whether they met by a key of the whole.
type pair uint64

const (
	laterBits   = 12
	weightBits  = 19
	mostWeight  = 1<<weightBits - 1
	fewPairs    = 1 << 10 // that are added before they are brought into the run
	addedShare  = 2       // such a part of the run may be added before
	blocksOfOne = 64      // for each thread, where documents are few
)

func pairOf(later, earlier, weight uint32, whole bool) pair {
	p := pair(later)<<(64-laterBits) | pair(earlier)<<(weightBits+1) | pair(min(weight, mostWeight))<<1
	if whole {
		p |= 1
	}
	return p
}

func (p pair) documents() uint64 { return uint64(p >> (weightBits + 1)) }
func (p pair) later() uint32     { return uint32(p >> (64 - laterBits)) }
func (p pair) earlier() uint32   { return uint32(p >> (weightBits + 1)) }
func (p pair) weight() uint32    { return uint32(p>>1) & mostWeight }
func (p pair) whole() bool       { return p&1 != 0 }

// with adds up the weights of two pairs of the same documents.
func (p pair) with(q pair) pair {
	return pairOf(p.later(), p.earlier(), p.weight()+q.weight(), p.whole() || q.whole())
}

// NewPairs returns no pairs of so many documents.
func NewPairs(documents, threads int) *Pairs {
	p := &Pairs{bits: min(laterBits, bits.Len(uint(documents/(blocksOfOne*threads))))}
	p.blocks = make([]pairsBlock, documents>>p.bits+1)
	return p
}

// Blocks returns into how many blocks the later documents are divided.
func (p *Pairs) Blocks() int { return len(p.blocks) }

// Add notes that a document has a key in common with earlier ones, and its weight. whole
// says that it is a key of the whole text.
func (p *Pairs) Add(later uint32, earlier []uint64, weight uint32, whole bool) {
	b := &p.blocks[later>>p.bits]
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range earlier {
		b.added = append(b.added, uint64(pairOf(later&(1<<p.bits-1), uint32(o), weight, whole)))
	}
	if most := max(fewPairs, b.run.n/addedShare); len(b.added) >= most {
		if p.sum(b); len(b.added) > most/2 {
			b.merge(&p.spare)
		}
	}
}

// sum brings those that were added into order, and adds up the weights of each pair.
func (p *Pairs) sum(b *pairsBlock) {
	s := p.sorters.take()
	defer p.sorters.giveBack(s)
	sorted := s.Sort(b.added) // the later documents, by which pairs begin, are about uniform
	out := sorted[:0]
	for _, q := range sorted {
		if n := len(out); n > 0 && pair(out[n-1]).documents() == pair(q).documents() {
			out[n-1] = uint64(pair(out[n-1]).with(pair(q)))
		} else {
			out = append(out, q)
		}
	}
	b.added = out
}

// The sorters are those that are idle. A sync.Pool would lose them at each garbage collection.
type sorters struct {
	mu   sync.Mutex
	free []*sets.Sorter
}

func (s *sorters) take() *sets.Sorter {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.free)
	if n == 0 {
		return new(sets.Sorter)
	}
	last := s.free[n-1]
	s.free = s.free[:n-1]
	return last
}

func (s *sorters) giveBack(one *sets.Sorter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, one)
}

// merge brings those that were added, in order, into the run.
func (b *pairsBlock) merge(spare *spare) {
	from := reader{run: b.run, spare: spare}
	to := writer{spare: spare}
	next, ok := from.next()
	for _, q := range b.added {
		p := pair(q)
		for ok && next.documents() < p.documents() {
			to.add(next)
			next, ok = from.next()
		}
		if ok && next.documents() == p.documents() {
			p = p.with(next)
			next, ok = from.next()
		}
		to.add(p)
	}
	for ok {
		to.add(next)
		next, ok = from.next()
	}
	b.run, b.added = to.run, b.added[:0]
}

// A Met is a document with which another one has keys in common.
type Met struct {
	Document uint32 // the earlier one
	Weight   uint32 // of all of these keys
	Whole    bool   // some are keys of the whole text
}

// Take calls visit with each document of a block that has met earlier ones, in order, and
// with these, in order. It forgets them.
func (p *Pairs) Take(n int, visit func(later uint32, met []Met)) {
	b := &p.blocks[n]
	p.sum(b)
	b.merge(&p.spare)
	from := reader{run: b.run}
	b.run, b.added = run{}, nil
	var met []Met
	later := uint32(0)
	for q, ok := from.next(); ok; q, ok = from.next() {
		if len(met) > 0 && q.later() != later {
			visit(uint32(n)<<p.bits|later, met)
			met = met[:0]
		}
		later = q.later()
		met = append(met, Met{q.earlier(), q.weight(), q.whole()})
	}
	if len(met) > 0 {
		visit(uint32(n)<<p.bits|later, met)
	}
}
