package cluster

// known is what is known of the lists of a document's keys, those of bands before
// those of its sample, so that they need not be looked up, or not once more.
type known struct {
	unique bitset  // keys of a batch that nobody else has
	absent bitset  // keys that the runs of the storage do not have
	counts []uint8 // what the search has found: how many documents are listed
}

// known returns what is known before a document is searched for. Some of its keys
// may be unique in a batch. What the search finds is noted where the index is in a
// storage: a table in memory must find the place of a list once more in any case.
func (x *Index) known(d *document, e *entry, unique bitset) known {
	k := known{unique: unique}
	if s := x.stored; s != nil {
		if e.absentAt == s.written {
			k.absent = e.absent
		}
		n := len(e.bands) + int(d.sampled)
		x.change.counts = append(x.change.counts[:0], make([]uint8, n)...)
		k.counts = x.change.counts
	}
	return k
}

// look appends to dst the documents that hold the key with a number.
func (l *lists) look(dst []posting, key uint32, there bitset, k *known, number int) []posting {
	switch {
	case k.unique.has(uint32(number)):
		return dst
	case l.tiers == nil:
		return l.postings.get(dst, key, there)
	}
	dst = l.tiers.get(dst, key, there, k.absent.has(uint32(number)))
	if k.counts != nil {
		k.counts[number] = uint8(len(dst))
	}
	return dst
}

// enter adds the posting of a document to the lists of its key with a number, which
// was looked for before. entered are the keys that the document was entered for.
func (l *lists) enter(key uint32, e posting, there bitset, k *known, number int, entered *keySet) int {
	if k.counts == nil || entered.add(key) || k.counts[number] >= longestList-1 || l.top.complete[key] {
		return l.add(key, e, there)
	}
	return l.tiers.addTo(key, e, there, int(k.counts[number]))
}

// A keySet is a set of keys, not telling apart those that end in the same bits.
type keySet [16]uint64

// add adds a key, and reports whether it may have been there.
func (s *keySet) add(key uint32) (again bool) {
	word, bit := &s[key/64%16], uint64(1)<<(key%64)
	again = *word&bit != 0
	*word |= bit
	return again
}
