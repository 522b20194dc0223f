package cluster

import "slices"

// lists are the postings of shingles, or of bands. In memory they are one table.
// Where there is a storage, that table holds what has come since the last
// checkpoint, another, while a checkpoint is being written, what goes into it,
// and pages in the storage the rest.
type lists struct {
	layer
	frozen *layer // nil where no checkpoint is being written
	pages  *pages // nil in memory
	view   View   // of the storage
	buf    []posting

	// Keys that have come to have fewHolders postings since the last checkpoint,
	// and before the one that is being written.
	newMany, frozenMany []uint32
}

// A layer is a table that may stand above others. complete has the keys whose
// lists it holds as a whole, as they were changed: what others have of these
// does not count.
type layer struct {
	*postings
	complete map[uint32]bool
}

func newLists() *lists { return &lists{layer: layer{postings: newPostings(longestList)}} }

// get appends to dst the documents that hold the key, the first to come first.
// there tells which are; nil says that all are.
func (l *lists) get(dst []posting, key uint32, there bitset) []posting {
	if l.pages != nil && !l.complete[key] {
		dst = l.lower(dst, key, there)
	}
	return l.postings.get(dst, key, there)
}

// lower appends what is below the table.
func (l *lists) lower(dst []posting, key uint32, there bitset) []posting {
	if l.frozen == nil || !l.frozen.complete[key] {
		var err error
		if dst, err = l.pages.get(l.view, dst, key, there); err != nil {
			fail(err)
		}
	}
	if l.frozen != nil {
		dst = l.frozen.get(dst, key, there)
	}
	return dst
}

// add adds a posting to those of a key: see postings.add.
func (l *lists) add(key uint32, e posting, there bitset) int {
	if l.pages == nil {
		return l.postings.add(key, e, there)
	}
	n := l.addStored(key, e, there)
	if n >= fewHolders && !l.pages.many.has(key) {
		l.pages.many.add(key)
		l.newMany = append(l.newMany, key)
	}
	return n
}

func (l *lists) addStored(key uint32, e posting, there bitset) int {
	if l.complete[key] {
		return l.postings.add(key, e, there)
	}
	list := l.get(l.buf[:0], key, there)
	l.buf = list
	if len(list) < l.max {
		l.postings.add(key, e, there)
		return len(list) + 1
	}
	l.replace(key, append(list[1:], e))
	return len(list)
}

// many reports whether a key may have fewHolders postings or more.
func (l *lists) many(key uint32) bool { return l.pages == nil || l.pages.many.has(key) }

// grow is given the filters as they are after a checkpoint.
func (l *lists) grow(to *pages) {
	p := l.pages
	p.filter, p.entries, p.keys = to.filter, to.entries, to.keys
	if p.many == to.many {
		return
	}
	p.many = to.many // which does not know what came while it was made
	for _, keys := range [...][]uint32{l.frozenMany, l.newMany} {
		for _, key := range keys {
			p.many.add(key)
		}
	}
}

// mark sets whether the key is marked in the list of a document that holds it.
func (l *lists) mark(key, doc uint32, on bool, there bitset) {
	if l.pages != nil && !l.complete[key] {
		l.replace(key, l.get(nil, key, there))
	}
	l.postings.mark(key, doc, on)
}

// replace makes a list that of a key, whatever is below.
func (l *lists) replace(key uint32, list []posting) {
	for _, e := range slices.Clone(l.postings.get(nil, key, nil)) {
		l.postings.remove(key, e.doc())
	}
	for _, e := range list {
		l.postings.add(key, e, nil)
	}
	l.complete[key] = true
}

// touch reads the places of keys in a table in memory: see postings.touch.
func (l *lists) touch(keys []uint32) byte {
	if l.pages != nil {
		return 0
	}
	return l.postings.touch(keys)
}

// freeze begins a checkpoint.
func (l *lists) freeze() {
	top := l.layer
	l.frozen, l.layer = &top, newLayer()
	l.frozenMany, l.newMany = l.newMany, nil
}

func newLayer() layer {
	return layer{postings: newPostings(longestList), complete: map[uint32]bool{}}
}

// values yields the pages of what is frozen, of documents that are there.
func (l *layer) values(there bitset, yield func(page uint32, value []byte)) {
	var value []byte
	none := make([]uint32, 0, len(l.complete)) // keys of which nothing is left
	for key := range l.complete {
		if len(l.get(nil, key, there)) == 0 {
			none = append(none, key)
		}
	}
	slices.Sort(none)
	page := uint32(0)
	flush := func(next uint32) {
		if len(value) > 0 && next != page {
			yield(page, value)
			value = value[:0]
		}
		page = next
	}
	empty := func(before uint64) { // the keys before one of which nothing is left
		for len(none) > 0 && uint64(none[0]) < before {
			flush(none[0] >> tagBits)
			value = appendPosting(value, none[0], 0, true)
			none = none[1:]
		}
	}
	last, some := uint32(0), false
	for key, e := range l.all() {
		if !there.has(e.doc()) {
			continue
		}
		empty(uint64(key))
		flush(key >> tagBits)
		first := !some || key != last
		value = appendPosting(value, key, e, first && l.complete[key])
		last, some = key, true
	}
	empty(1 << 32)
	flush(1 << 31)
}

// written returns how many postings are in the pages when those of the table are
// too, about.
func (l *lists) written() int { return l.pages.entries + l.entries }

// warm reads the lists of keys that are not in the table, side by side with other
// readers, so that they need not be read when they are wanted.
func (l *lists) warm(keys []uint32) {
	if l.pages == nil {
		return
	}
	var buf [longestList]posting
	for _, key := range keys {
		if _, err := l.pages.get(l.view, buf[:0], key, nil); err != nil {
			fail(err)
		}
	}
}
