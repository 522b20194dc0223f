package join

import "slices"

// Pairs are pairs of documents that have keys in common, and the weight of these keys.
// Each thread adds to its own, and is told by its number.
type Pairs struct {
	threads [][]bucket
}

// A bucket is the pairs of which the later documents have all but the lowest bits of
// their numbers alike.
type bucket struct {
	pairs    []pair
	combined int // so many were left when weights were last added up
}

// A pair has the lowest bits of the later document's number, the number of the earlier
// one, the weight, and whether they met by a key of the whole.
type pair uint64

const (
	laterBits  = 12
	weightBits = 19
	mostWeight = 1<<weightBits - 1
	fewPairs   = 1 << 10 // of a bucket, which are not combined before the end
)

func pairOf(later, earlier, weight uint32, whole bool) pair {
	p := pair(later)<<(64-laterBits) | pair(earlier)<<(weightBits+1) | pair(min(weight, mostWeight))<<1
	if whole {
		p |= 1
	}
	return p
}

func (p pair) documents() uint64 { return uint64(p >> (weightBits + 1)) }
func (p pair) later() uint64     { return uint64(p >> (64 - laterBits)) }
func (p pair) earlier() uint32   { return uint32(p >> (weightBits + 1)) }
func (p pair) weight() uint32    { return uint32(p>>1) & mostWeight }
func (p pair) whole() bool       { return p&1 != 0 }

// NewPairs returns no pairs of so many documents.
func NewPairs(documents, threads int) *Pairs {
	p := &Pairs{threads: make([][]bucket, threads)}
	for t := range p.threads {
		p.threads[t] = make([]bucket, p.Blocks(documents))
	}
	return p
}

// Blocks returns into how many blocks the later documents are divided.
func (p *Pairs) Blocks(documents int) int { return documents>>laterBits + 1 }

// Add notes that two documents have a key in common, and its weight. whole says that it
// is a key of the whole text.
func (p *Pairs) Add(thread int, later, earlier, weight uint32, whole bool) {
	b := &p.threads[thread][later>>laterBits]
	b.pairs = append(b.pairs, pairOf(later, earlier, weight, whole))
	if len(b.pairs) >= max(fewPairs, 2*b.combined) {
		b.combine()
	}
}

// combine adds up the weights of each pair.
func (b *bucket) combine() {
	slices.Sort(b.pairs)
	out := b.pairs[:0]
	for _, p := range b.pairs {
		if n := len(out); n > 0 && out[n-1].documents() == p.documents() {
			out[n-1] = pairOf(uint32(p.later()), p.earlier(), p.weight()+out[n-1].weight(), p.whole() || out[n-1].whole())
		} else {
			out = append(out, p)
		}
	}
	b.pairs, b.combined = out, len(out)
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
	var b bucket
	for t := range p.threads {
		b.pairs = append(b.pairs, p.threads[t][n].pairs...)
		p.threads[t][n] = bucket{}
	}
	b.combine()
	var met []Met
	for i, q := range b.pairs {
		met = append(met, Met{q.earlier(), q.weight(), q.whole()})
		if i+1 == len(b.pairs) || b.pairs[i+1].later() != q.later() {
			visit(uint32(n)<<laterBits|uint32(q.later()), met)
			met = met[:0]
		}
	}
}
