package cluster

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// AddBatch adds entries that were prepared by the same index, which must be in
// memory, in order of publication, those without a time last, then by id, and
// else as they come. The result is that of AddPrepared one by one in this order;
// but most keys of a large batch occur in one of its documents only (unique.go),
// and these are entered into the lists later, many together (pending.go). So many
// threads look for those keys; 0 means one.
//
// It puts the entries into that order, and takes each out of the slice when it
// is added, so that its memory can be given back; then it calls visit, if that
// is not nil; if it is, nothing is found out that only the answer needs. It stops when ctx is done, and at the first error, and returns
// it.
func (x *Index) AddBatch(ctx context.Context, entries []Prepared, threads int, visit func(id string, a Added)) error {
	for i := range entries {
		if entries[i].doc == nil {
			return fmt.Errorf("%w: entry %d was not prepared", ErrID, i)
		}
	}
	arrange(entries)
	b := x.beginBatch(entries, max(threads, 1))
	defer x.endBatch(b)
	for i := range entries {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p := entries[i]
		a, err := x.addOf(b, p, 0, b.next(i, p), visit != nil)
		if err != nil {
			return err
		}
		entries[i] = Prepared{} // its bands are not needed any more
		if visit != nil {
			visit(p.ID(), a)
		}
	}
	return nil
}

// arrange puts entries into the order in which a batch is added. It moves what
// is needed of them only until they are added to new memory, in that order, so
// that it can be given back as they are added.
func arrange(entries []Prepared) {
	slices.SortStableFunc(entries, func(a, b Prepared) int { return a.doc.Before(b.doc) })
	var rest []records.Entry
	var bands []uint32
	for i := range entries {
		e := &entries[i]
		if e.Entry == nil {
			continue
		}
		if len(rest) == cap(rest) {
			rest = make([]records.Entry, 0, 256)
		}
		if len(bands)+len(e.Bands) > cap(bands) {
			bands = make([]uint32, 0, max(1<<13, len(e.Bands)))
		}
		at := len(bands)
		bands = append(bands, e.Bands...)
		moved := *e.Entry
		moved.Bands = bands[at:len(bands):len(bands)]
		rest = append(rest, moved)
		e.Entry = &rest[len(rest)-1]
	}
}

// A batch is one under way: what is known of the keys of its entries, and what
// of them is still to be entered into the lists. What is known holds as long as
// nothing else is added, and nothing removed; then the batch is broken off, and
// what is left of it is added as documents by themselves are.
type batch struct {
	unique  [][]uint64 // which keys are: a bit each, by groups of entries
	rest    []uint64   // of the group under way
	threads int

	lists           [2]*postings.Table // of shingles and of bands
	bands, shingles postings.Pending
}

// batching is the state of an index that batches need.
type batching struct {
	current *batch       // the one under way, or nil
	waiting atomic.Int32 // readers who wait for nothing to be pending
}

// fewKeys is the number of keys, of those in the lists and those of a batch, below
// which counting takes as long as what it saves.
const fewKeys = 1 << 25

// Of the postings of a batch, one part in partPending is pending at most, but
// fewPending may be.
const (
	fewPending  = 1 << 16
	partPending = 16
)

// newPending makes room for what is pending of so many postings.
func newPending(n, few int) postings.Pending {
	return postings.NewPending(min(max(n/partPending, few), n))
}

// beginBatch looks for the unique keys of a batch. Where there is nothing to be
// gained, for few keys or in a storage, it returns nil.
func (x *Index) beginBatch(entries []Prepared, threads int) *batch {
	m, ok := x.backend.(*inMemory)
	if !ok {
		return nil
	}
	keys := 0
	for _, p := range entries {
		keys += len(p.Bands) + int(p.doc.Sampled)
	}
	b := &batch{threads: threads, lists: m.lists}
	x.mu.Lock()
	if keys+x.bands.Len()+x.shingles.Len() < x.limits.keys {
		x.mu.Unlock()
		return nil
	}
	x.breakBatch() // another one
	x.batching.current = b
	x.mu.Unlock()

	x.mu.RLock() // what is added from here on breaks the batch off
	unique, bands, shingles := findUnique(m.lists, entries, threads)
	x.mu.RUnlock()

	x.mu.Lock()
	defer x.mu.Unlock()
	b.unique = unique
	b.bands, b.shingles = newPending(bands, x.limits.pending), newPending(shingles, x.limits.pending)
	return b
}

// endBatch leaves nothing pending.
func (x *Index) endBatch(b *batch) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if b != nil && x.batching.current == b {
		x.breakBatch()
	}
}

// breakBatch breaks off the batch under way, if there is one.
func (x *Index) breakBatch() {
	x.flushPending()
	x.batching.current = nil
}

// next returns which keys are unique of the entry with a number, the next one.
func (b *batch) next(i int, p Prepared) (unique bitset.Set) {
	if b == nil {
		return nil
	}
	if i%uniqueGroup == 0 {
		b.rest, b.unique[i/uniqueGroup] = b.unique[i/uniqueGroup], nil
	}
	n := p.uniqueWords()
	unique, b.rest = b.rest[:n], b.rest[n:]
	return unique
}

// flushPending enters what is pending into the lists.
func (x *Index) flushPending() {
	b := x.batching.current
	if b.empty() {
		return
	}
	var side sync.WaitGroup
	if b.threads > 1 {
		side.Go(func() { b.bands.Flush(b.lists[1]) })
	} else {
		b.bands.Flush(b.lists[1])
	}
	b.shingles.Flush(b.lists[0])
	side.Wait()
}

// makeRoom enters what is pending where there is no room for what a document
// may bring.
func (x *Index) makeRoom(bands, shingles int) {
	if b := x.batching.current; b.bands.Room() < bands || b.shingles.Room() < shingles {
		x.flushPending()
	}
}

// empty reports whether nothing is pending.
func (b *batch) empty() bool { return b == nil || b.bands.Len()+b.shingles.Len() == 0 }

// rlock takes the lock for reading what lists hold, when nothing of them is
// pending.
func (x *Index) rlock() {
	if x.mu.RLock(); x.batching.current.empty() {
		return
	}
	x.batching.waiting.Add(1) // until it goes down again, nothing is left pending
	defer x.batching.waiting.Add(-1)
	x.mu.RUnlock()
	x.mu.Lock()
	x.flushPending()
	x.mu.Unlock()
	x.mu.RLock()
}
