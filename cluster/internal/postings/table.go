package postings

import (
	"unsafe"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A Table is lists in memory: a hash table without keys. The upper bits of a key
// choose one of its segments, the lower ones are kept, as a tag, with the posting:
// five bytes an entry. While numbers are small, tags have 20 bits and there are
// 4,096 segments; when five bytes do not have room for both any longer, which is at
// 131,071 documents and at 524,287, there are four times as many, and tags have 18
// bits, and then 16. From two million documents on an entry takes six bytes. The key of
// 32 bits stands for a longer hash, so among n entries a hash is taken for another one
// with probability n/2³², 2 % in an index of a million documents.
//
// The entries of a segment stand in the order of their tags, each at the place
// that its tag names in proportion to the segment's size, or where that is
// taken, after it (ordered linear probing: Amble and Knuth, "Ordered hash
// tables", 1974). So a search ends at the first greater tag, and a segment can
// be nearly full. Those with one tag, the list of a key, stand in the order in
// which they came.
type Table struct {
	o        Options
	full     []Posting // memory for a list
	segments []segment // none before the first entry
	tagBits  uint8     // of a key
	most     Posting   // the largest for which there is room beside a tag
	blocks   blocks
	entries  int
	moving   []uint64 // memory for the entries of a segment
	sum      byte     // of what was read so that it is in the processor's cache
}

var _ Lists = (*Table)(nil)

// NewTable returns an empty table.
func NewTable(o Options) *Table { return &Table{o: o} }

// Len returns the number of postings, dead ones included.
func (t *Table) Len() int { return t.entries }

// Frequent is true of all keys, since finding out takes as long as Get.
func (t *Table) Frequent(uint32) bool { return true }

// Prefetch implements Lists.
func (t *Table) Prefetch(keys []uint32) (sum byte) {
	if t.segments == nil {
		return 0
	}
	for _, k := range keys {
		if s, tag := t.find(k); s.used > 0 {
			sum += t.bytesAt(s, t.home(s, tag))[0]
		}
	}
	return sum
}

// Get implements Lists.
func (t *Table) Get(dst []Posting, key uint32, live bitset.Set, _ *Hint) []Posting {
	if t.segments == nil {
		return dst
	}
	s, tag := t.find(key)
	if s.used == 0 {
		return dst
	}
	at := t.home(s, tag)
	width, per := s.shape()
	bits, mask := t.tagBits&31, t.tagMask()
	for i := at / per; i < uint(len(s.blocks)); i++ {
		b := t.blocks.get(s.blocks[i])
		for j := at - i*per; j < per; j++ {
			v := littleEndian(b[j*width:])
			e := Posting(v>>bits) & s.mask
			its := uint32(v) & mask
			if its > tag || e == 0 {
				return dst
			}
			if its == tag && (live == nil || live.Has(e.Number())) {
				dst = append(dst, e)
			}
		}
		at = (i + 1) * per
	}
	return dst
}

// Mark implements Lists.
func (t *Table) Mark(key, number uint32, on bool, _ bitset.Set) {
	s, tag := t.find(key)
	from, to := t.list(s, tag)
	for at := from; at < to; at++ {
		if tag, e := t.at(s, at); e.Number() == number {
			e &^= Marked
			if on {
				e |= Marked
			}
			t.set(s, at, tag, e)
		}
	}
}

// Add implements Lists.
func (t *Table) Add(key uint32, e Posting, live bitset.Set, _ *Hint) int {
	t.makeRoom(e)
	s, tag := t.find(key)
	if mask := t.maskOf(e); mask > s.mask || t.crowded(s.used+1, uint(s.homes)) {
		t.rebuild(s, t.more(uint(s.homes)), max(s.places()-uint(s.homes), overflow), max(mask, s.mask), nil)
	}
	from, to := t.list(s, tag)
	out := to // the entry that gives way
	if live != nil {
		for at := from; at < to; at++ {
			if _, e := t.at(s, at); !live.Has(e.Number()) {
				out = at
				break
			}
		}
	}
	if out == to && int(to-from) >= t.o.Longest {
		out = from
		if t.o.GivesWay != nil {
			t.full = t.full[:0]
			for at := from; at < to; at++ {
				_, e := t.at(s, at)
				t.full = append(t.full, e)
			}
			out += uint(t.o.GivesWay(t.full, e))
		}
	}
	if out < to {
		t.shift(s, out, to)
		t.set(s, to-1, tag, e)
		return int(to - from)
	}
	for !t.insert(s, to, tag, e) {
		_, per := s.shape()
		t.rebuild(s, uint(s.homes), s.places()-uint(s.homes)+per, s.mask, nil)
		from, to = t.list(s, tag)
	}
	t.entries++
	return int(to-from) + 1
}

// Sweep takes out the dead postings, and gives back their memory. Then their
// numbers can be used again.
func (t *Table) Sweep(live bitset.Set) {
	wanted := live.Has
	t.entries = 0
	for i := range t.segments {
		s := &t.segments[i]
		n := uint32(0)
		for at := range s.places() {
			if _, e := t.at(s, at); e != 0 && live.Has(e.Number()) {
				n++
			}
		}
		switch {
		case n == 0:
			for _, b := range s.blocks {
				t.blocks.free(b)
			}
			*s = segment{}
		case n < s.used:
			t.rebuild(s, t.enough(0, int(n)), overflow, s.mask, wanted)
		}
		t.entries += int(n)
	}
	if t.entries == 0 {
		*t = Table{o: t.o}
		return
	}
	// The blocks in use become the first ones, which leaves the last chunks free.
	used := t.blocks.used()
	for i := range t.segments {
		for j, b := range t.segments[i].blocks {
			if int(b) >= used {
				t.segments[i].blocks[j] = t.blocks.moveBelow(b, used)
			}
		}
	}
	t.blocks.truncate(used)
}

// Bytes implements Lists.
func (t *Table) Bytes() int {
	n := len(t.segments)*int(unsafe.Sizeof(segment{})) + t.blocks.bytes()
	for i := range t.segments {
		n += 4 * cap(t.segments[i].blocks)
	}
	return n
}
