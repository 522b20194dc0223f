package cluster

import (
	"context"
	"fmt"
	"slices"
	"sync"
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
// is not nil. It stops when ctx is done, and at the first error, and returns
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
		a, err := x.addOf(b, p, 0, b.next(i, p))
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
	slices.SortStableFunc(entries, func(a, b Prepared) int { return a.doc.before(b.doc) })
	var rest []entry
	var bands []uint32
	for i := range entries {
		e := &entries[i]
		if e.entry == nil {
			continue
		}
		if len(rest) == cap(rest) {
			rest = make([]entry, 0, 256)
		}
		if len(bands)+len(e.bands) > cap(bands) {
			bands = make([]uint32, 0, max(1<<13, len(e.bands)))
		}
		at := len(bands)
		bands = append(bands, e.bands...)
		moved := *e.entry
		moved.bands = bands[at:len(bands):len(bands)]
		rest = append(rest, moved)
		e.entry = &rest[len(rest)-1]
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

	bands, shingles pending
}

// fewKeys is the number of keys, of those in the lists and those of a batch, below
// which counting takes as long as what it saves.
const fewKeys = 1 << 25

// beginBatch looks for the unique keys of a batch. Where there is nothing to be
// gained, for few keys or in a storage, it returns nil.
func (x *Index) beginBatch(entries []Prepared, threads int) *batch {
	if x.stored != nil {
		return nil
	}
	keys := 0
	for _, p := range entries {
		keys += len(p.bands) + int(p.doc.sampled)
	}
	b := &batch{threads: threads}
	x.mu.Lock()
	if keys+x.bands.entries+x.shingles.entries < x.fewKeys {
		x.mu.Unlock()
		return nil
	}
	x.breakBatch() // another one
	x.batch = b
	x.mu.Unlock()

	x.mu.RLock() // what is added from here on breaks the batch off
	unique, bands, shingles := x.findUnique(entries, threads)
	x.mu.RUnlock()

	x.mu.Lock()
	defer x.mu.Unlock()
	b.unique = unique
	b.bands, b.shingles = newPending(bands, x.fewPending), newPending(shingles, x.fewPending)
	return b
}

// endBatch leaves nothing pending.
func (x *Index) endBatch(b *batch) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if b != nil && x.batch == b {
		x.breakBatch()
	}
}

// breakBatch breaks off the batch under way, if there is one.
func (x *Index) breakBatch() {
	x.settle()
	x.batch = nil
}

// next returns which keys are unique of the entry with a number, the next one.
func (b *batch) next(i int, p Prepared) (unique bitset) {
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

// settle enters what is pending into the lists.
func (x *Index) settle() {
	b := x.batch
	if b.empty() {
		return
	}
	var side sync.WaitGroup
	if b.threads > 1 {
		side.Go(func() { b.bands.settle(x.bands.postings) })
	} else {
		b.bands.settle(x.bands.postings)
	}
	b.shingles.settle(x.shingles.postings)
	side.Wait()
}

// makeRoom enters what is pending where there is no room for what a document
// may bring.
func (x *Index) makeRoom(bands, shingles int) {
	if b := x.batch; b.bands.room() < bands || b.shingles.room() < shingles {
		x.settle()
	}
}

// empty reports whether nothing is pending.
func (b *batch) empty() bool { return b == nil || len(b.bands.postings)+len(b.shingles.postings) == 0 }

// rlock takes the lock for reading what lists hold, when nothing of them is
// pending.
func (x *Index) rlock() {
	if x.mu.RLock(); x.batch.empty() {
		return
	}
	x.waiting.Add(1) // until it goes down again, nothing is left pending
	defer x.waiting.Add(-1)
	x.mu.RUnlock()
	x.mu.Lock()
	x.settle()
	x.mu.Unlock()
	x.mu.RLock()
}
