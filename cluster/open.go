package cluster

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// inStorage is the backend of an index in a storage.
type inStorage struct {
	x       *Index
	storage Storage
	store   *records.Store
	lists   postings.Pair

	// Who reads ahead holds it for reading, and not the index's own lock, to read what was
	// written: runs and the view. It is held for writing while these become others.
	reading sync.RWMutex

	one     sync.Mutex // for checkpoints, of which there is one at a time
	broken  error      // why there can be no more of them
	sweep   postings.Sweep
	cleaned bool // nothing is left of checkpoints that did not come to their end
}

// Open opens the index in a storage, or makes one if there is none. Operations since
// the last checkpoint, those after Position, are not in it; repeat them. Opening takes
// time in proportion to the number of documents. The options must be those with which
// the index was made: callers store them beside the index.
func Open(o Options, s Storage) (*Index, error) {
	view, err := s.View()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStorage, err)
	}
	x, header, err := openView(o, s, view, s)
	if err != nil {
		return nil, err
	}
	b := x.backend.(*inStorage)
	if err := b.lists.Open(header.Lists); err != nil {
		return nil, openError(errors.Join(err, view.Close()))
	}
	b.store.KnowIDs()
	return x, nil
}

// FilesOf returns the files that the index of a view needs, with their sizes.
func FilesOf(view View) (map[string]int64, error) {
	files, err := records.FilesOf(view)
	if err != nil {
		err = openError(err)
	}
	return files, err
}

// openError returns the error of an index that could not be opened.
func openError(err error) error {
	if errors.Is(err, ErrVersion) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrStorage, err)
}

// openView opens the index of a view, without its postings. On an error it closes the
// view.
func openView(o Options, s Storage, view View, entries Entries) (*Index, records.Header, error) {
	x, err := withoutBackend(o)
	if err != nil {
		return nil, records.Header{}, errors.Join(err, view.Close())
	}
	b := &inStorage{x: x, storage: s}
	x.backend = b
	// A quarter of the cache is for lists, recent and old: most of what is looked up
	// again and again is boilerplate, in the shingles of sites.
	for i, l := range [...]struct {
		prefix byte
		cache  int
	}{{'s', 3 * (x.o.Cache / 32)}, {'b', x.o.Cache / 32}} {
		b.lists[i] = postings.NewTree(postings.TreeOptions{
			Options: x.listBounds(), Prefix: l.prefix, Files: s, Cache: l.cache, Fail: records.Fail,
		})
	}
	x.shingles, x.bands = b.lists[0], b.lists[1]
	var h records.Header
	b.store, x.docs, x.groups, h, err = records.OpenStore(view, entries, x.layout(), x.o.Cache/4)
	if err != nil {
		return nil, h, openError(errors.Join(err, view.Close()))
	}
	x.clock = h.Clock
	x.stats.Candidates, x.stats.Matches, x.stats.Skipped = h.Candidates, h.Matches, h.Skipped
	x.stats.Indexed = b.store.Representatives()
	return x, h, nil
}

func (b *inStorage) begin(position uint64) error {
	if position <= b.store.Position {
		return fmt.Errorf("%w: position %d, want one after %d", ErrPosition, position, b.store.Position)
	}
	b.store.Position = position
	return nil
}

func (b *inStorage) position() uint64 { return b.store.Position }
func (b *inStorage) written() uint64  { return b.store.Written }

// listed always returns the live documents: lists in a storage may name removed ones,
// or be damaged.
func (b *inStorage) listed() bitset.Set { return b.x.docs.Live }

func (b *inStorage) hints(d *records.Document, e *records.Entry) postings.Hints {
	c := &b.x.change
	c.hints = append(c.hints[:0], make(postings.Hints, len(e.Bands)+int(d.Sampled))...)
	absent := e.Absent
	if e.AbsentAt != b.store.Written || absent == nil {
		absent = b.lists.Absent(shingleKeys(d), e.Bands)
	}
	for i := range c.hints {
		c.hints[i].Absent = absent.Has(uint32(i))
	}
	return c.hints
}

func (b *inStorage) readAhead(p Prepared) {
	b.reading.RLock()
	defer b.reading.RUnlock()
	if b.x.Err() != nil {
		return // it may be closed
	}
	b.store.LookUpAhead(p.doc.ID)
	p.Absent = b.lists.ReadAhead(shingleKeys(p.doc), p.Bands)
	p.AbsentAt = b.store.Written
}

// shingleKeys returns the keys of a document's sample.
func shingleKeys(d *records.Document) []uint32 {
	keys := make([]uint32, 0, d.Sampled)
	for _, e := range d.Sample(nil) {
		keys = append(keys, shingleKey(e))
	}
	return keys
}

func (b *inStorage) readAheadRemoval(id string) {
	b.reading.RLock()
	defer b.reading.RUnlock()
	if b.x.Err() != nil {
		return // it may be closed
	}
	n, ok := b.store.LookUpAhead(id)
	if !ok {
		return
	}
	a := b.store.Ahead()
	defer a.Keep()
	r := a.Document(n)
	if r != nil && r.IsDuplicate() {
		if r = a.Document(r.Links.Of); r != nil && !r.Gone {
			return // it stays, and so does nearly all else
		}
	}
	if r == nil {
		return
	}
	docs := []*records.Document{r}
	if n := r.Duplicates(); len(n) <= fewDuplicates { // they may be added again
		for _, n := range n {
			if f := a.Document(n); f != nil {
				b.lists.ReadAhead(shingleKeys(f), f.Bands())
			}
		}
	}
	if r.Links != nil && r.Links.Group > 0 {
		if reps := a.Group(r.Links.Group - 1); len(reps) <= mostRegrouped { // it may be clustered again
			for _, n := range reps {
				if o := a.Other(n); o != nil {
					docs = append(docs, o)
				}
			}
		}
	}
	for _, o := range docs {
		for _, m := range o.Matches() {
			a.Other(m.With)
		}
	}
	rare := func(key uint32) bool { return !b.lists[0].Frequent(key) }
	b.lists[0].ReadAhead(slices.DeleteFunc(shingleKeys(r), rare), nil, 0) // leave looks these up
}

func (b *inStorage) retired()                 {} // checkpoints sweep
func (b *inStorage) mayHave(id string) bool   { return b.store.MayHave(id) }
func (b *inStorage) evict()                   { b.store.Evict() }
func (b *inStorage) full() bool               { return b.store.Full() }
func (b *inStorage) keepsBands() bool         { return false } // the entries have them
func (b *inStorage) entries() map[uint64]bool { return b.store.Entries(b.x.docs) }

func (b *inStorage) check(report func(error)) {
	b.store.Check(b.x.docs, report)
	b.lists.Check(b.x.docs.Len(), report)
}

func (b *inStorage) reads() (all, vain int) { return b.lists.Reads() }

// release closes the files and the view.
func (b *inStorage) release() error {
	return errors.Join(b.lists.Close(), b.store.Close())
}

// Close closes the files and the view that the index has opened, but not the storage.
// The index answers nothing any more. Closing an index in memory does nothing.
func (x *Index) Close() error { return x.backend.close() }

func (b *inStorage) close() error {
	b.one.Lock()
	defer b.one.Unlock()
	x := b.x
	x.mu.Lock()
	defer x.mu.Unlock()
	b.reading.Lock()
	defer b.reading.Unlock()
	err := fmt.Errorf("%w: the index was closed", ErrStorage)
	x.failed.CompareAndSwap(nil, &err)
	return b.release()
}
