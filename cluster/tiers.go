package cluster

import (
	"iter"
	"slices"
)

// tiers are the postings of an index in a storage: in memory those that have come
// since the last checkpoint, and, while one is being written, those that go into
// it; in runs the rest.
type tiers struct {
	top    layer
	frozen *layer // nil where no checkpoint is being written
	runs   *runs
	buf    []posting

	// Keys that have come to have fewHolders postings since the last checkpoint,
	// and before the one that is being written.
	newMany, frozenMany []uint32
}

// A layer is postings in memory that stand above others. complete has the keys
// whose lists it holds as a whole, as they were changed: what others have of these
// does not count.
type layer struct {
	memtable
	complete map[uint32]bool
}

func newLayer() layer { return layer{complete: map[uint32]bool{}} }

// get appends to dst the documents that hold the key: see lists.get. absent says
// that the runs are known to have nothing of it.
func (t *tiers) get(dst []posting, key uint32, there bitset, absent bool) []posting {
	if !t.top.complete[key] {
		if t.frozen == nil || !t.frozen.complete[key] {
			if !absent {
				var err error
				if dst, err = t.runs.get(dst, key, there); err != nil {
					fail(err)
				}
			}
		}
		if t.frozen != nil {
			dst = t.frozen.get(dst, key, there)
		}
	}
	return t.top.get(dst, key, there)
}

func (t *tiers) touch(keys []uint32) byte {
	sum := t.top.touch(keys)
	if t.frozen != nil {
		sum += t.frozen.touch(keys)
	}
	return sum
}

func (t *tiers) add(key uint32, e posting, there bitset) int {
	if t.top.complete[key] {
		return t.noteMany(key, t.top.add(key, e, there))
	}
	t.buf = t.get(t.buf[:0], key, there, false)
	return t.addTo(key, e, there, len(t.buf))
}

// addTo adds a posting to a list of which it is known how many there are. Where
// these are as many as there may be, it is in buf.
func (t *tiers) addTo(key uint32, e posting, there bitset, n int) int {
	if n < longestList {
		t.top.add(key, e, there)
		n++
	} else {
		t.replace(key, append(t.buf[1:], e))
	}
	return t.noteMany(key, n)
}

func (t *tiers) noteMany(key uint32, n int) int {
	if n >= fewHolders && !t.runs.many.has(key) {
		t.runs.many.add(key)
		t.newMany = append(t.newMany, key)
	}
	return n
}

func (t *tiers) mark(key, doc uint32, on bool, there bitset) {
	if !t.top.complete[key] {
		t.replace(key, t.get(nil, key, there, false))
	}
	t.top.mark(key, doc, on)
}

// replace makes a list that of a key, whatever is below.
func (t *tiers) replace(key uint32, list []posting) {
	t.top.remove(key)
	for _, e := range list {
		t.top.add(key, e, nil)
	}
	t.top.complete[key] = true
}

func (t *tiers) entryCount() int {
	n := t.top.entries + t.runs.entries()
	if t.frozen != nil {
		n += t.frozen.entries
	}
	return n
}

func (t *tiers) bytes() int {
	n := t.top.bytes() + t.runs.bytes()
	if t.frozen != nil {
		n += t.frozen.bytes()
	}
	return n
}

// freeze begins a checkpoint.
func (t *tiers) freeze() {
	top := t.top
	t.frozen, t.top = &top, newLayer()
	t.frozenMany, t.newMany = t.newMany, nil
}

// thaw ends a checkpoint: what was frozen is in a run now. swept says that numbers
// of documents may come to mean others.
func (t *tiers) thaw(w *written, swept bool) {
	if swept {
		t.runs.read.forget()
	} else {
		t.runs.read.follow(t.frozen)
	}
	t.runs.thaw(w, t.newMany)
	t.frozen = nil
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

// warm reads the lists of keys from the runs, side by side with other readers, so
// that they need not be read when they are wanted, and sets the bits, the first of
// which is the one from, of those that the runs do not have.
func (t *tiers) warm(keys []uint32, absent bitset, from int) {
	var buf [longestList]posting
	for i, key := range keys {
		list, err := t.runs.get(buf[:0], key, nil)
		if err != nil {
			fail(err)
		}
		if len(list) == 0 {
			absent.add(uint32(from + i))
		}
	}
}

func (t *tiers) close() error {
	if t == nil {
		return nil
	}
	return t.runs.close()
}
