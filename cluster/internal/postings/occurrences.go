package postings

import (
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// occurrences counts how often the keys of a batch occur, to find those that
// occur once and that a table does not have: their lists need not be looked up.
// Of a million generated documents, 76 % of the keys of bands and 48 % of those
// of shingles are such keys.
//
// A key is counted in two bits of a slot, and keys of one slot are not told
// apart. So some keys that occur once are taken for others, which costs time
// only. One part of all keys is counted after the other, so that the table of
// slots is small.
type occurrences struct {
	words []uint64
	shift int    // of a key to its slot
	first uint32 // slot of the part
}

const (
	// slotsPerKey is the least number of slots to count a key in: with so many,
	// at most one in eight keys that occur once is taken for another.
	slotsPerKey = 8

	// occurrenceParts is the number of parts of all keys.
	occurrenceParts = 2
)

// newOccurrences makes slots for so many keys.
func newOccurrences(keys int) *occurrences {
	width := min(max(bits.Len(uint(slotsPerKey*keys)), 8), 32)
	return &occurrences{words: make([]uint64, 1<<width/32/occurrenceParts), shift: 32 - width}
}

// begin begins to count a part.
func (o *occurrences) begin(part int) {
	clear(o.words)
	o.first = uint32(part) * uint32(len(o.words)) * 32
}

// A KeyBuffer is memory for one caller. Elements and Keys are the caller's own.
type KeyBuffer struct {
	Elements []uint64
	Keys     []uint32

	once  []uint32 // keys that were counted once
	slots []uint32
	sum   byte // of what was prefetched
}

// count counts the keys that fall into one share of the slots, of so many shares.
// Shares are counted side by side, each by one caller, who counts all keys.
func (o *occurrences) count(keys []uint32, share, shares int, buf *KeyBuffer) {
	from, to := uint32(len(o.words)*share/shares*32), uint32(len(o.words)*(share+1)/shares*32)
	buf.slots = slices.Grow(buf.slots[:0], len(keys))[:len(keys)]
	n := 0
	for _, k := range keys { // without a branch that nothing could foresee
		slot := k>>o.shift - o.first
		buf.slots[n] = slot
		_, in := bits.Sub32(slot-from, to-from, 0)
		n += int(in)
	}
	for _, slot := range buf.slots[:n] {
		w, at := &o.words[slot/32], slot%32*2
		*w |= (1 + *w>>at&1) << at // 0 becomes 1, and 1 becomes 3
	}
}

// once sets the bits, from the bit first on, of the keys that were counted once
// in this part and that the table does not have. It returns how many these are.
func (o *occurrences) once(set bitset.Set, keys []uint32, first int, table *Table, buf *KeyBuffer) (n int) {
	buf.once, buf.slots = buf.once[:0], buf.slots[:0]
	for i, k := range keys {
		slot := k>>o.shift - o.first
		if w := int(slot / 32); w < len(o.words) && o.words[w]>>(slot%32*2)&3 == 1 {
			buf.once, buf.slots = append(buf.once, k), append(buf.slots, uint32(first+i))
		}
	}
	buf.sum += table.Prefetch(buf.once, nil, 0)
	for i, k := range buf.once {
		if !table.has(k) {
			set.Add(buf.slots[i])
			n++
		}
	}
	return n
}

// A Batch is documents in groups whose keys are looked at side by side.
type Batch struct {
	Groups  int
	Keys    int // of all documents
	Threads int

	// Visit calls each with the keys of the documents of a group, and the bits that
	// are to tell of them, from the bit first on. It may use buf.
	Visit func(group int, buf *KeyBuffer, each func(keys []uint32, bits bitset.Set, first int))
}

// FindUnique sets the bits of the keys that occur once in a batch and that the
// table does not have, but for a few. It returns how many there are.
func (t *Table) FindUnique(b Batch) int {
	var found atomic.Int64
	o := newOccurrences(b.Keys)
	for part := range occurrenceParts {
		o.begin(part)
		var workers sync.WaitGroup
		for share := range b.Threads {
			workers.Go(func() {
				var buf KeyBuffer
				for g := range b.Groups {
					b.Visit(g, &buf, func(keys []uint32, _ bitset.Set, _ int) { o.count(keys, share, b.Threads, &buf) })
				}
			})
		}
		workers.Wait()
		var next atomic.Int64
		for range b.Threads {
			workers.Go(func() {
				var buf KeyBuffer
				for g := int(next.Add(1)) - 1; g < b.Groups; g = int(next.Add(1)) - 1 {
					b.Visit(g, &buf, func(keys []uint32, bits bitset.Set, first int) {
						found.Add(int64(o.once(bits, keys, first, t, &buf)))
					})
				}
			})
		}
		workers.Wait()
	}
	return int(found.Load())
}
