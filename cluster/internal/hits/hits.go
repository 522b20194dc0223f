// Package hits counts what documents share with the one that is looked up.
package hits

import "iter"

// A Hit is what a document shares with the one that is looked up.
type Hit struct {
	doc    uint32 // its number plus one, 0 where none is
	Weight uint32 // of the common shingles of the samples
	Bands  uint32
}

// A Table is the hits of one search: a hash table by the number of the document,
// small enough to stay in the processor's cache.
type Table struct {
	slots []Hit
	used  int
	shift uint8
}

// Reset empties the table.
func (t *Table) Reset() {
	if len(t.slots) == 0 || len(t.slots) > 1<<14 && t.used < len(t.slots)/16 {
		t.slots, t.shift = make([]Hit, 1<<9), 32-9
	}
	clear(t.slots)
	t.used = 0
}

// At returns the hit of a document, which is empty at first.
func (t *Table) At(doc uint32) *Hit {
	mask := uint32(len(t.slots) - 1)
	for i := (doc * 0x9E3779B1) >> t.shift; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.doc == doc+1 {
			return s
		}
		if s.doc == 0 {
			if 2*t.used >= len(t.slots) {
				t.grow()
				return t.At(doc)
			}
			t.used++
			s.doc = doc + 1
			return s
		}
	}
}

func (t *Table) grow() {
	old := t.slots
	t.slots, t.used, t.shift = make([]Hit, 2*len(old)), 0, t.shift-1
	for _, o := range old {
		if o.doc != 0 {
			*t.At(o.doc - 1) = o
		}
	}
}

// All yields the documents that were hit, in no order that means anything.
func (t *Table) All() iter.Seq2[uint32, Hit] {
	return func(yield func(uint32, Hit) bool) {
		for _, h := range t.slots {
			if h.doc != 0 && !yield(h.doc-1, h) {
				return
			}
		}
	}
}
