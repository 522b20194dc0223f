package postings

import (
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A memtable is the postings of a tree that stand above the runs. replaces has
// the keys whose lists it holds as a whole, as they were changed: what is below
// does not count for them.
type memtable struct {
	chains
	replaces rareKeys
}

func newMemtable(o *Options) memtable {
	return memtable{chains{o: o}, newRareKeys()}
}

// replace makes a list that of a key, whatever is below.
func (m *memtable) replace(key uint32, list []Posting) {
	m.remove(key)
	m.put(key, list)
	m.replaces.add(key)
}

// A keyed is a posting as a run has it: see run.
type keyed struct {
	key uint32
	Posting
	replaces bool
}

// live yields what a run gets of the memtable: the live postings, by keys, and 0
// for keys of which nothing is left.
func (m *memtable) live(live bitset.Set) iter.Seq[keyed] {
	return func(yield func(keyed) bool) {
		none := make([]uint32, 0, len(m.replaces.keys)) // keys of which nothing is left
		for key := range m.replaces.keys {
			if len(m.get(nil, key, live)) == 0 {
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
		for key, e := range m.all() {
			if !live.Has(e.Number()) {
				continue
			}
			first := !some || key != last
			if !empty(uint64(key)) || !yield(keyed{key, e, first && m.replaces.has(key)}) {
				return
			}
			last, some = key, true
		}
		empty(1 << 32)
	}
}
