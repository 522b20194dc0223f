package cluster

import (
	"iter"
	"slices"
)

// lists are the postings of shingles, or of bands. In memory they are one table.
// Where there is a storage, that table holds what has come since the last
// checkpoint, another, while a checkpoint is being written, what goes into it,
// and runs in the storage the rest.
type lists struct {
	layer
	frozen *layer // nil where no checkpoint is being written
	runs   *runs  // nil in memory
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
	if l.runs != nil && !l.complete[key] {
		dst = l.lower(dst, key, there)
	}
	return l.postings.get(dst, key, there)
}

// lower appends what is below the table.
func (l *lists) lower(dst []posting, key uint32, there bitset) []posting {
	if l.frozen == nil || !l.frozen.complete[key] {
		var err error
		if dst, err = l.runs.get(dst, key, there); err != nil {
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
	if l.runs == nil {
		return l.postings.add(key, e, there)
	}
	n := l.addStored(key, e, there)
	if n >= fewHolders && !l.runs.many.has(key) {
		l.runs.many.add(key)
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
func (l *lists) many(key uint32) bool { return l.runs == nil || l.runs.many.has(key) }

// mark sets whether the key is marked in the list of a document that holds it.
func (l *lists) mark(key, doc uint32, on bool, there bitset) {
	if l.runs != nil && !l.complete[key] {
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
	if l.runs != nil {
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

// thaw ends a checkpoint: what was frozen is in a run now. swept says that numbers
// of documents may come to mean others.
func (l *lists) thaw(w *written, swept bool) {
	if swept {
		l.runs.read.forget()
	} else {
		l.runs.read.follow(l.frozen)
	}
	l.runs.thaw(w, l.newMany)
	l.frozen = nil
}

// A keyed is a posting as a run has it.
type keyed struct {
	key uint32
	posting
	replaces bool
}

// values yields what is to be written of a layer: the postings of documents that
// are there, and 0 for keys of which nothing is left.
func (l *layer) values(there bitset) iter.Seq[keyed] {
	return func(yield func(keyed) bool) {
		none := make([]uint32, 0, len(l.complete)) // keys of which nothing is left
		for key := range l.complete {
			if len(l.get(nil, key, there)) == 0 {
				none = append(none, key)
			}
		}
		slices.Sort(none)
		empty := func(before uint64) bool { // those before a key
			for len(none) > 0 && uint64(none[0]) < before {
				if !yield(keyed{none[0], 0, true}) {
					return false
				}
				none = none[1:]
			}
			return true
		}
		last, some := uint32(0), false
		for key, e := range l.all() {
			if !there.has(e.doc()) {
				continue
			}
			first := !some || key != last
			if !empty(uint64(key)) || !yield(keyed{key, e, first && l.complete[key]}) {
				return
			}
			last, some = key, true
		}
		empty(1 << 32)
	}
}

// warm reads the lists of keys that are not in the table, side by side with other
// readers, so that they need not be read when they are wanted.
func (l *lists) warm(keys []uint32) {
	if l.runs == nil {
		return
	}
	var buf [longestList]posting
	for _, key := range keys {
		if _, err := l.runs.get(buf[:0], key, nil); err != nil {
			fail(err)
		}
	}
}

func (l *lists) closeRuns() error {
	if l.runs == nil {
		return nil
	}
	return l.runs.close()
}
