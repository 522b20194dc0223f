// Package join joins the documents of a collection with one another by the keys that they
// have in common.
package join

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

type meter struct{}

// WithMeter returns a context with which Each adds up the nanoseconds that it takes. What
// is left of the time is that of one thread.
func WithMeter(ctx context.Context, spent *atomic.Int64) context.Context {
	return context.WithValue(ctx, meter{}, spent)
}

// Each calls f with the numbers below n, on some threads that are told by numbers, too.
// It stops early when ctx is done.
func Each(ctx context.Context, threads, n int, f func(thread, i int)) {
	if spent, ok := ctx.Value(meter{}).(*atomic.Int64); ok {
		begin := time.Now()
		defer func() { spent.Add(int64(time.Since(begin))) }()
	}
	var next atomic.Int64
	var side sync.WaitGroup
	for thread := range min(threads, n) {
		side.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				f(thread, i)
			}
		})
	}
	side.Wait()
}

// A Posting is a document that has a key, and the place that the key has there.
type Posting struct {
	Key             uint64
	Document, Place uint32
}

// A Collection is documents that have keys.
type Collection struct {
	Documents int
	Postings  int // of all documents
	Threads   int
	AtOnce    int // postings to be sorted at a time, about; 0 means a number that suits

	// Keys calls add with the keys of a document that are in a range. Threads call it side
	// by side.
	Keys func(thread, document int, in Range, add func(key uint64, place uint32))

	// Done, if not nil, is called when no key from this one on will be asked for any more.
	Done func(from uint64)
}

// A Range is the keys from the first to the last of it.
type Range struct{ First, Last uint64 }

var allKeys = Range{0, math.MaxUint64}

// Has reports whether a key is in the range.
func (r Range) Has(key uint64) bool { return r.First <= key && key <= r.Last }

const (
	fewPostings    = 1 << 18 // that are sorted at a time at least: 4 MB
	mostRounds     = 24      // however many there are, since each goes through all documents
	lookedAt       = 256     // keys for each round, from which its range is chosen
	documentsBlock = 512     // whose postings are gathered by one thread
	partBits       = 6       // postings are sorted in so many parts, side by side
	bucketBits     = 12      // and each of these after it was scattered into buckets
	fewOfBucket    = 32      // postings, which insertion sorts
	parts          = 1 << partBits
	buckets        = 1 << bucketBits
)

// ByKey calls visit with the postings of each key, in the order of the documents. Threads
// call it side by side, with keys in no order that means anything, but for ranges of which
// the greatest comes first.
func (c *Collection) ByKey(ctx context.Context, visit func(thread int, of []Posting)) {
	blocks := (c.Documents + documentsBlock - 1) / documentsBlock
	gathered := make([]block, blocks)
	scratch := make([]sorter, c.Threads)
	for _, round := range slices.Backward(c.rounds()) {
		Each(ctx, c.Threads, blocks, func(thread, b int) {
			s := &scratch[thread]
			s.from = s.from[:0]
			d := b * documentsBlock
			add := func(key uint64, place uint32) { s.from = append(s.from, Posting{key, uint32(d), place}) }
			for end := min(d+documentsBlock, c.Documents); d < end; d++ {
				c.Keys(thread, d, round, add)
			}
			gathered[b].scatter(s.from)
		})
		Each(ctx, c.Threads, parts, func(thread, part int) {
			s := &scratch[thread]
			s.from = s.from[:0]
			for b := range gathered {
				s.from = append(s.from, gathered[b].part(part)...)
			}
			s.byKey(func(of []Posting) { visit(thread, of) })
		})
		if c.Done != nil {
			c.Done(round.First)
		}
	}
}

// rounds divides the keys into ranges that have about as many postings each.
func (c *Collection) rounds() []Range {
	atOnce := c.AtOnce
	if atOnce == 0 {
		atOnce = max((c.Postings+mostRounds-1)/mostRounds, fewPostings)
	}
	rounds := (c.Postings + atOnce - 1) / atOnce
	if rounds <= 1 {
		return []Range{allKeys}
	}
	var some []uint64 // of documents all over the collection
	step := max(1, c.Postings/(lookedAt*rounds))
	for d := 0; d < c.Documents; d += step {
		c.Keys(0, d, allKeys, func(key uint64, _ uint32) { some = append(some, key) })
	}
	if len(some) == 0 {
		return []Range{allKeys}
	}
	slices.Sort(some)
	ranges := make([]Range, 0, rounds)
	first := uint64(0)
	for i := 1; i < rounds; i++ {
		if last := some[i*len(some)/rounds]; last >= first && last < math.MaxUint64 {
			ranges = append(ranges, Range{first, last})
			first = last + 1
		}
	}
	return append(ranges, Range{first, math.MaxUint64})
}

// spread spreads keys evenly.
func spread(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 }

// A block is postings of some documents, part after part.
type block struct {
	postings []Posting
	ends     [parts]uint32
}

func (b *block) part(n int) []Posting {
	begin := uint32(0)
	if n > 0 {
		begin = b.ends[n-1]
	}
	return b.postings[begin:b.ends[n]]
}

// scatter puts postings into the block. It keeps the order of those of one part.
func (b *block) scatter(from []Posting) {
	if cap(b.postings) < len(from) { // of the next range there are about as many, some more maybe
		b.postings = make([]Posting, len(from)+len(from)/8)
	}
	b.postings = b.postings[:len(from)]
	b.ends = [parts]uint32{}
	scatter(b.postings, from, b.ends[:], func(p Posting) uint64 { return spread(p.Key) >> (64 - partBits) })
}

// scatter moves postings to where their numbers say, those with equal ones in their
// order. In the end it has of each number where its postings end.
func scatter(to, from []Posting, ends []uint32, number func(Posting) uint64) {
	for _, p := range from {
		ends[number(p)]++
	}
	sum := uint32(0)
	for i, n := range ends {
		ends[i] = sum
		sum += n
	}
	for _, p := range from {
		at := &ends[number(p)]
		to[*at] = p
		*at++
	}
}

// inOrder sorts postings, of which those of one key are in the order of the documents, by key.
func inOrder(of []Posting) {
	if len(of) > fewOfBucket {
		slices.SortFunc(of, func(a, b Posting) int {
			return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Document, b.Document))
		})
		return
	}
	for i := 1; i < len(of); i++ {
		p, j := of[i], i
		for ; j > 0 && of[j-1].Key > p.Key; j-- {
			of[j] = of[j-1]
		}
		of[j] = p
	}
}

// A sorter is memory to sort the postings of one part.
type sorter struct {
	from, to []Posting
	ends     [buckets]uint32
}

// byKey calls visit with the postings of each key.
func (s *sorter) byKey(visit func(of []Posting)) {
	s.to = slices.Grow(s.to[:0], len(s.from))[:len(s.from)]
	clear(s.ends[:])
	scatter(s.to, s.from, s.ends[:], func(p Posting) uint64 {
		return spread(p.Key) >> (64 - partBits - bucketBits) % buckets
	})
	begin := uint32(0)
	for _, end := range s.ends {
		rest := s.to[begin:end]
		begin = end
		inOrder(rest)
		for len(rest) > 0 {
			n := 1
			for n < len(rest) && rest[n].Key == rest[0].Key {
				n++
			}
			visit(rest[:n])
			rest = rest[n:]
		}
	}
}
