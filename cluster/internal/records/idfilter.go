package records

import (
	"hash/maphash"
	"sync/atomic"
)

// An idFilter tells which ids there may be, so that most of those that are new need no
// reading. It is a Bloom filter whose bits of one id are in one word, as those of runs in
// package postings are. No id is taken out of it: a checkpoint makes another filter once too
// many were put in. One at a time may add; others may ask meanwhile.
type idFilter struct {
	seed  maphash.Seed
	words []uint64
	room  int // for so many ids it was made
	added int
}

const (
	bitsPerID  = 10
	fewestRoom = 1 << 8
)

// newIDFilter makes a filter for so many ids, and as many again.
func newIDFilter(ids int) *idFilter {
	room := max(2*ids, fewestRoom)
	return &idFilter{seed: maphash.MakeSeed(), words: make([]uint64, room*bitsPerID/64+1), room: room}
}

// filterOf makes the filter of so many ids that a view has. It returns nil where they cannot
// be read: then each id is looked up, and who meets what is damaged tells of it.
func filterOf(view View, ids int) *idFilter {
	f := newIDFilter(ids)
	err := view.Scan([]byte{'i'}, []byte{'i' + 1}, func(key, _ []byte) error {
		f.addHash(maphash.Bytes(f.seed, key[1:]))
		return nil
	})
	if err != nil {
		return nil
	}
	return f
}

// place returns the word of an id with a hash, and its four bits there.
func (f *idFilter) place(h uint64) (word *uint64, bits uint64) {
	return &f.words[h>>32*uint64(len(f.words))>>32], 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
}

func (f *idFilter) add(id string) { f.addHash(maphash.String(f.seed, id)) }

func (f *idFilter) addHash(h uint64) {
	word, bits := f.place(h)
	atomic.OrUint64(word, bits)
	f.added++
}

func (f *idFilter) has(id string) bool {
	word, bits := f.place(maphash.String(f.seed, id))
	return atomic.LoadUint64(word)&bits == bits
}

// A knownIDs is the filter of the ids that an index in a storage may have: those of the view,
// and those that came since. It may be asked at any time, the rest is for who may change the
// index.
type knownIDs struct {
	filter atomic.Pointer[idFilter] // nil: any
	next   *idFilter                // made by the checkpoint under way
	wanted int                      // for so many ids it is to be made, 0 for none
}

func (k *knownIDs) has(id string) bool {
	f := k.filter.Load()
	return f == nil || f.has(id)
}

func (k *knownIDs) add(id string) {
	if f := k.filter.Load(); f != nil {
		f.add(id)
	}
}

// beginCheckpoint says whether the checkpoint is to make another filter, of so many ids.
func (k *knownIDs) beginCheckpoint(ids int) {
	k.next, k.wanted = nil, 0
	if f := k.filter.Load(); f != nil && f.added > f.room {
		k.wanted = max(ids, 1)
	}
}

// readView makes another filter of a view that is not in use yet, where that is wanted. It
// may run beside operations.
func (k *knownIDs) readView(view View) {
	if k.wanted > 0 {
		k.next = filterOf(view, k.wanted)
	}
}

// endCheckpoint puts the other filter, if there is one, in the place of the one that there
// is, with the ids that have changed since the checkpoint began.
func (k *knownIDs) endCheckpoint(changed map[string]uint32) {
	if k.next == nil || k.filter.Load() == nil {
		return
	}
	for id, n := range changed {
		if n != noDocument {
			k.next.add(id)
		}
	}
	k.filter.Store(k.next)
	k.next = nil
}
