package postings

import "github.com/cbb30ed1/reprint/cluster/internal/bitset"

// Hints are what is known of the lists of a document's keys, by the numbers of the keys. They
// save looking lists up again. There are none where the lists have no use for them.
type Hints []Hint

// Get appends to dst the live postings of the key with a number.
func (h Hints) Get(l Lists, dst []Posting, key uint32, live bitset.Set, number int) []Posting {
	if h == nil {
		return l.Get(dst, key, live, nil)
	}
	return l.Get(dst, key, live, &h[number])
}

// ForAdd returns the hint for adding to the list of the key with a number, which was
// looked up before. It returns nil if the document has added to that list since:
// entered has the keys that it has added to.
func (h Hints) ForAdd(number int, key uint32, entered *KeySet) *Hint {
	if h == nil || entered.Add(key) {
		return nil
	}
	return &h[number]
}
