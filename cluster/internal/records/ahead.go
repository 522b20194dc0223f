package records

import (
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// readAhead is what was read of the view before it is its turn, beside operations. It is
// cleared with the view.
type readAhead struct {
	mu        sync.Mutex
	numbers   map[string]uint32    // of ids, or noDocument
	documents map[uint32]*Document // that nobody else has
	seen      bitset.Set           // the documents that were there, taken or not
}

// mostAhead is how many ids, and half as many documents, are kept, so that a large batch does
// not keep all of its own.
const mostAhead = 1 << 12

func (a *readAhead) number(id string) (n uint32, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n, ok = a.numbers[id]
	return n, ok
}

func (a *readAhead) setNumber(id string, n uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.numbers) == mostAhead || a.numbers == nil {
		a.numbers = make(map[string]uint32)
	}
	a.numbers[id] = n
}

// saw reports whether there was a document with a number, which is likely to be in memory if
// it was taken.
func (a *readAhead) saw(n uint32) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.seen.Has(n)
}

// take takes a document away, or returns nil.
func (a *readAhead) take(n uint32) *Document {
	a.mu.Lock()
	defer a.mu.Unlock()
	d := a.documents[n]
	delete(a.documents, n)
	return d
}

func (a *readAhead) put(docs map[uint32]*Document) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for n, d := range docs {
		if len(a.documents) == mostAhead/2 || a.documents == nil {
			a.documents = make(map[uint32]*Document)
		}
		a.documents[n] = d
		a.seen.Add(n)
	}
}

func (a *readAhead) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.numbers, a.documents, a.seen = nil, nil, nil
}

// LookUpAhead looks up which document has an id in the view, side by side with other readers
// and with operations, so that finding it then takes no reading.
func (s *Store) LookUpAhead(id string) (n uint32, ok bool) {
	if !s.docs.known.has(id) {
		return noDocument, false
	}
	n = s.docs.viewed(id)
	s.docs.ahead.setNumber(id, n)
	return n, n != noDocument
}

// An Ahead reads documents as the view has them, side by side with other readers and with
// operations, so that loading them then takes no reading. Those that have changed since are
// in memory, and so are not loaded. What cannot be read is met again when it is its turn.
type Ahead struct {
	s    *Store
	read map[uint32]*Document
}

// Ahead begins to read. Keep ends it, with the same view.
func (s *Store) Ahead() *Ahead { return &Ahead{s, map[uint32]*Document{}} }

// Document returns a document, for reading, or nil.
func (a *Ahead) Document(n uint32) *Document {
	if d := a.read[n]; d != nil {
		return d
	}
	d, err := a.s.docs.read(n)
	if err != nil {
		return nil
	}
	a.read[n] = d
	return d
}

// Other is Document for one that another may have read before: then it returns nil.
func (a *Ahead) Other(n uint32) *Document {
	if a.s.docs.ahead.saw(n) {
		return nil
	}
	return a.Document(n)
}

// Group returns the numbers of the representatives of a group.
func (a *Ahead) Group(n uint32) []uint32 {
	v, err := a.s.stored(numberKey('g', n))
	if err != nil {
		return nil
	}
	g, err := decodeGroup(v)
	if err != nil {
		return nil
	}
	return g.Reps
}

// Keep keeps what was read for whoever loads it. The documents are theirs from now on.
func (a *Ahead) Keep() { a.s.docs.ahead.put(a.read) }
