package batch

import (
	"bytes"
	"cmp"
	"math/bits"
	"sort"
	"sync"
)

// Facts are what all processes of a stage know of the whole collection: what was learned for
// origins, and for clean, which reads texts where they are, which documents are not kept.
type Facts struct {
	latest  table[uint64]   // version that stays, where several came
	gone    table[struct{}] // are not kept
	learned [][]byte        // of names
	mu      sync.Mutex      // of sort
}

// Add adds a row of facts, which a stage has written. It is fastest if rows come in the
// order of their keys.
func (f *Facts) Add(r Row) error {
	kind, v := kindOf(r)
	switch kind {
	case isLatest:
		f.latest.add(r.Key, v.uint64())
	case isGone:
		f.gone.add(r.Key, struct{}{})
	case isLearned:
		f.learned = append(f.learned, bytes.Clone(v.bytes(uint64(len(v.rest)))))
	default:
		return unexpected(r)
	}
	return v.end(r)
}

// sort prepares for reading what was added.
func (f *Facts) sort() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latest.sort()
	f.gone.sort()
}

// A table has a value for each of some documents. Keys are hashes, so that as many of them
// begin with the same bits as with any others, and few keys are between two places of its
// directory.
type table[V any] struct {
	keys      []uint64 // of which the highest bit is the other way round, as numbers with a sign are ordered
	values    []V
	directory []uint32 // by the first bits: where their keys begin, and in the end where the last ones end
	shift     int
	unsorted  bool
}

const perPlace = 8 // keys, about, of a place of the directory

func (t *table[V]) add(key int64, v V) {
	k := uint64(key) ^ 1<<63
	t.unsorted = t.unsorted || len(t.keys) > 0 && k <= t.keys[len(t.keys)-1]
	t.keys, t.values, t.directory = append(t.keys, k), append(t.values, v), nil
}

// Len, Less and Swap are for package sort.
func (t *table[V]) Len() int           { return len(t.keys) }
func (t *table[V]) Less(i, j int) bool { return cmp.Less(t.keys[i], t.keys[j]) }
func (t *table[V]) Swap(i, j int) {
	t.keys[i], t.keys[j] = t.keys[j], t.keys[i]
	t.values[i], t.values[j] = t.values[j], t.values[i]
}

func (t *table[V]) sort() {
	if t.directory != nil || len(t.keys) == 0 {
		return
	}
	if t.unsorted {
		sort.Sort(t)
		t.unsorted = false
	}
	places := bits.Len(uint(len(t.keys) / perPlace))
	t.shift = 64 - places
	t.directory = make([]uint32, 1<<places+1)
	place := uint64(0)
	for i, k := range t.keys {
		for ; place <= k>>t.shift; place++ {
			t.directory[place] = uint32(i)
		}
	}
	for ; place < uint64(len(t.directory)); place++ {
		t.directory[place] = uint32(len(t.keys))
	}
}

// get returns the value of a document, and whether there is one.
func (t *table[V]) get(document uint64) (v V, ok bool) {
	if len(t.keys) == 0 {
		return v, false
	}
	k := document ^ 1<<63
	place := k >> t.shift
	for i := t.directory[place]; i < t.directory[place+1]; i++ {
		if t.keys[i] == k {
			return t.values[i], true
		}
	}
	return v, false
}
