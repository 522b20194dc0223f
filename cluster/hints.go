package cluster

import (
	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// hints are what is known of the lists of a document's keys, those of bands before
// those of its sample. They save looking lists up, or looking them up again.
type hints struct {
	unique bitset.Set      // keys of a batch that nobody else has
	lists  []postings.Hint // nil where the lists have no use for hints
}

// hints returns what is known before a document is searched for. Some of its keys
// may be unique in a batch.
func (x *Index) hints(d *records.Document, e *records.Entry, unique bitset.Set) hints {
	return hints{unique, x.backend.hints(e, len(e.Bands)+int(d.Sampled))}
}

// lookup appends to dst the documents that hold the key with a number.
func (h *hints) lookup(l postings.Lists, dst []postings.Posting, key uint32, live bitset.Set, number int) []postings.Posting {
	if h.unique.Has(uint32(number)) {
		return dst
	}
	if h.lists == nil {
		return l.Get(dst, key, live, nil)
	}
	return l.Get(dst, key, live, &h.lists[number])
}

// forAdd returns the hint for adding to the list of the key with a number, which was
// looked up before. It returns nil if the document has added to that list since:
// entered has the keys that it has added to.
func (h *hints) forAdd(number int, key uint32, entered *postings.KeySet) *postings.Hint {
	if h.lists == nil || entered.Add(key) {
		return nil
	}
	return &h.lists[number]
}
