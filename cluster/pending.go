package cluster

import (
	"math/bits"
	"slices"
)

// pending are postings of keys that a table does not have, to be entered
// together. One by one, each waits for memory, and moves a few dozen others on;
// many at a time, each segment of the table is read and written once.
type pending struct {
	postings []uint64 // the key above the posting
}

// Of the postings of a batch, one part in partPending is pending at most, but
// fewPending may be.
const (
	fewPending  = 1 << 16
	partPending = 16
)

// newPending makes room for what is pending of so many postings.
func newPending(postings, few int) pending {
	return pending{postings: make([]uint64, 0, min(max(postings/partPending, few), postings))}
}

// room returns how many postings may be added before what is there must be
// entered.
func (p *pending) room() int { return cap(p.postings) - len(p.postings) }

// add leaves a posting to be entered.
func (p *pending) add(key uint32, e posting) {
	p.postings = append(p.postings, uint64(key)<<32|uint64(e))
}

// settle enters all into the table.
func (p *pending) settle(to *postings) {
	sortHashes(p.postings, 0)
	to.addAll(p.postings)
	p.postings = p.postings[:0]
}

// sortHashes sorts numbers in place, which are alike in so many of their highest
// bits. The next ones nearly sort them (American flag sort: McIlroy, Bostic and
// McIlroy, "Engineering radix sort", 1993); eight at a time keep all that is
// written to in the processor's cache.
func sortHashes(v []uint64, alike int) {
	if len(v) <= 12 || alike > 64-8 {
		slices.Sort(v)
		return
	}
	width := min(bits.Len(uint(len(v)))-2, 8)
	mask := uint64(1)<<width - 1
	part := func(e uint64) uint64 { return e >> (64 - alike - width) & mask }
	var starts [1<<8 + 1]int
	for _, e := range v {
		starts[part(e)+1]++
	}
	for i := range mask + 1 {
		starts[i+1] += starts[i]
	}
	next := starts
	for i := range mask + 1 {
		for next[i] < starts[i+1] {
			e := v[next[i]]
			for to := part(e); to != i; to = part(e) {
				e, v[next[to]] = v[next[to]], e
				next[to]++
			}
			v[next[i]] = e
			next[i]++
		}
	}
	for i := range mask + 1 {
		sortHashes(v[starts[i]:starts[i+1]], alike+width)
	}
}
