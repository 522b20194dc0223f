package cluster

// lists are the postings of shingles, or of bands: one table in memory, or, where
// the index is in a storage, in tiers, of which most are there.
type lists struct {
	*postings
	*tiers // nil in memory
}

func newLists() *lists { return &lists{postings: newPostings(longestList)} }

// get appends to dst the documents that hold the key, the first to come first.
// there tells which are; nil says that all are.
func (l *lists) get(dst []posting, key uint32, there bitset) []posting {
	if l.tiers != nil {
		return l.tiers.get(dst, key, there, false)
	}
	return l.postings.get(dst, key, there)
}

// add adds a posting to those of a key: see postings.add.
func (l *lists) add(key uint32, e posting, there bitset) int {
	if l.tiers != nil {
		return l.tiers.add(key, e, there)
	}
	return l.postings.add(key, e, there)
}

// many reports whether a key may have fewHolders postings or more.
func (l *lists) many(key uint32) bool { return l.tiers == nil || l.runs.many.has(key) }

// mark sets whether the key is marked in the list of a document that holds it.
func (l *lists) mark(key, doc uint32, on bool, there bitset) {
	if l.tiers != nil {
		l.tiers.mark(key, doc, on, there)
		return
	}
	l.postings.mark(key, doc, on)
}

// touch reads the places of keys in tables in memory: see postings.touch.
func (l *lists) touch(keys []uint32, unique bitset, from int) byte {
	if l.tiers != nil {
		return l.tiers.touch(keys)
	}
	return l.postings.touch(keys, unique, from)
}

// entryCount returns the number of postings, about where they are in a storage.
func (l *lists) entryCount() int {
	if l.tiers != nil {
		return l.tiers.entryCount()
	}
	return l.postings.entries
}

// bytes returns the memory of the lists.
func (l *lists) bytes() int {
	if l.tiers != nil {
		return l.tiers.bytes()
	}
	return l.postings.bytes()
}
