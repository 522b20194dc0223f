package records

import "hash/maphash"

// ids finds documents in memory by their ids. It holds no ids, which the documents
// have, but in each slot 32 bits of the hash of one above the number of its
// document plus one, or 0. Nobody can choose ids that collide, as the hash has a
// seed of its own. The slots are probed one after another (linear probing: Knuth,
// "The Art of Computer Programming" 3, 6.4, algorithms L and R).
type ids struct {
	seed  maphash.Seed
	slots []uint64
	count int
}

// fewestIDs is how many slots there are at least, where there are any.
const fewestIDs = 64

func newIDs() ids { return ids{seed: maphash.MakeSeed()} }

// slot returns what a document has in its slot.
func (t *ids) slot(d *Document) uint64 { return t.hash(d.ID) | uint64(d.Number+1) }

func (t *ids) hash(id string) uint64 { return maphash.String(t.seed, id) &^ (1<<32 - 1) }

// home is where a slot would be if there were no others.
func (t *ids) home(slot uint64) int { return int(slot >> 32 * uint64(len(t.slots)) >> 32) }

func (t *ids) next(at int) int {
	if at++; at < len(t.slots) {
		return at
	}
	return 0
}

// find returns the document with an id, or nil. get returns a document by number.
func (t *ids) find(id string, get func(uint32) *Document) *Document {
	if t.count == 0 {
		return nil
	}
	h := t.hash(id)
	for at := t.home(h); t.slots[at] != 0; at = t.next(at) {
		if v := t.slots[at]; v>>32 == h>>32 {
			if d := get(uint32(v) - 1); d != nil && d.ID == id && !d.Gone {
				return d
			}
		}
	}
	return nil
}

func (t *ids) add(d *Document) {
	if 8*t.count >= 7*len(t.slots) {
		t.resize(max(fewestIDs, len(t.slots)+len(t.slots)/8))
	}
	t.insert(t.slot(d))
	t.count++
}

func (t *ids) insert(slot uint64) {
	at := t.home(slot)
	for t.slots[at] != 0 {
		at = t.next(at)
	}
	t.slots[at] = slot
}

func (t *ids) resize(to int) {
	old := t.slots
	t.slots = make([]uint64, to)
	for _, slot := range old {
		if slot != 0 {
			t.insert(slot)
		}
	}
}

func (t *ids) remove(d *Document) {
	if t.count == 0 {
		return
	}
	slot := t.slot(d)
	at := t.home(slot)
	for t.slots[at] != slot {
		if t.slots[at] == 0 {
			return
		}
		at = t.next(at)
	}
	// Those behind it move up, unless that were before their home.
	for from := t.next(at); t.slots[from] != 0; from = t.next(from) {
		if t.distance(t.home(t.slots[from]), from) >= t.distance(at, from) {
			t.slots[at] = t.slots[from]
			at = from
		}
	}
	t.slots[at] = 0
	t.count--
	if len(t.slots) > fewestIDs && 4*t.count < len(t.slots) {
		t.resize(max(fewestIDs, 2*t.count))
	}
}

// distance is how many slots there are from one to another behind it.
func (t *ids) distance(from, to int) int { return (to - from + len(t.slots)) % len(t.slots) }
