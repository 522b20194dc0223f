package cluster

import (
	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
)

// hints are what is known of the lists of a document's keys, those of bands before
// those of its sample. They save looking lists up again. There are none where the lists
// have no use for them.
type hints []postings.Hint

// lookup appends to dst the documents that hold the key with a number.
func (h hints) lookup(l postings.Lists, dst []postings.Posting, key uint32, live bitset.Set, number int) []postings.Posting {
	if h == nil {
		return l.Get(dst, key, live, nil)
	}
	return l.Get(dst, key, live, &h[number])
}

// forAdd returns the hint for adding to the list of the key with a number, which was
// looked up before. It returns nil if the document has added to that list since:
// entered has the keys that it has added to.
func (h hints) forAdd(number int, key uint32, entered *postings.KeySet) *postings.Hint {
	if h == nil || entered.Add(key) {
		return nil
	}
	return &h[number]
}
