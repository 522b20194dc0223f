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
	starts   []uint32 // memory to sort by: where each part begins, now and at first
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
	p.sort()
	to.addAll(p.postings)
	p.postings = p.postings[:0]
}

// sort sorts by keys.
func (p *pending) sort() { p.starts = sortByKey(p.postings, p.starts) }

// sortByKey sorts in place what has a key in its upper half; starts is memory for
// that, and returned. Keys are hashes, so that their highest bits nearly sort them:
// the parts that have them in common are small (American flag sort: McIlroy, Bostic
// and McIlroy, "Engineering radix sort", 1993).
func sortByKey(list []uint64, starts []uint32) []uint32 {
	width := min(max(bits.Len(uint(len(list))), 4)-4, 18)
	shift := 64 - width
	starts = append(starts[:0], make([]uint32, 2<<width+1)...)
	now, ends := starts[:1<<width], starts[1<<width:]
	for _, v := range list {
		ends[v>>shift+1]++
	}
	for i := range now {
		now[i] = ends[i]
		ends[i+1] += ends[i]
	}
	ends = ends[1:]
	for i := range now {
		for now[i] < ends[i] {
			v := list[now[i]]
			for to := v >> shift; to != uint64(i); to = v >> shift {
				v, list[now[to]] = list[now[to]], v
				now[to]++
			}
			list[now[i]] = v
			now[i]++
		}
	}
	start := uint32(0)
	for _, end := range ends {
		slices.Sort(list[start:end])
		start = end
	}
	return starts
}
