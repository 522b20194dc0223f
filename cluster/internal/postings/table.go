package postings

import (
	"slices"
	"unsafe"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A Table is lists in memory: a hash table without keys. The upper 16 bits of a
// key choose one of 65,536 segments, the lower 16 are kept, as a tag, with the
// posting: five bytes an entry in segments whose numbers are below two million,
// six in others. The key of 32 bits stands for a longer hash, so among n entries
// a hash is taken for another one with probability n/2³², 2 % in an index of a
// million documents.
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
		if s := &t.segments[k>>16]; s.used > 0 {
			sum += t.bytesAt(s, s.home(uint16(k)))[0]
		}
	}
	return sum
}

// Get implements Lists.
func (t *Table) Get(dst []Posting, key uint32, live bitset.Set, _ *Hint) []Posting {
	if t.segments == nil {
		return dst
	}
	s, tag := &t.segments[key>>16], uint16(key)
	if s.used == 0 {
		return dst
	}
	at := s.home(tag)
	width, per := s.shape()
	for i := at / per; i < uint(len(s.blocks)); i++ {
		b := t.blocks.get(s.blocks[i])
		for j := at - i*per; j < per; j++ {
			v := littleEndian(b[j*width:])
			e := Posting(v>>16) & s.mask
			if uint16(v) > tag || e == 0 {
				return dst
			}
			if uint16(v) == tag && (live == nil || live.Has(e.Number())) {
				dst = append(dst, e)
			}
		}
		at = (i + 1) * per
	}
	return dst
}

// Mark implements Lists.
func (t *Table) Mark(key, number uint32, on bool, _ bitset.Set) {
	s := &t.segments[key>>16]
	from, to := t.list(s, uint16(key))
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
	if t.segments == nil {
		t.segments = make([]segment, 1<<16)
	}
	s, tag := &t.segments[key>>16], uint16(key)
	if mask := maskOf(e); mask > s.mask || 16*(s.used+1) > 15*s.homes {
		homes := uint(s.homes)
		t.rebuild(s, homes+homes/16+1, max(s.places()-homes, overflow), max(mask, s.mask), nil)
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

// addAll adds postings of keys that the table does not have, each above its
// posting, in order of keys.
func (t *Table) addAll(sorted []uint64) {
	if t.segments == nil {
		t.segments = make([]segment, 1<<16)
	}
	for len(sorted) > 0 {
		number := sorted[0] >> 48
		n := 1
		for n < len(sorted) && sorted[n]>>48 == number {
			n++
		}
		if s := &t.segments[number]; fewAdded*n < int(s.used) {
			for _, v := range sorted[:n] {
				t.Add(uint32(v>>32), Posting(v), nil, nil)
			}
		} else {
			t.merge(s, sorted[:n])
		}
		sorted = sorted[n:]
	}
}

// Where a segment has more entries than so many times those to be added to it,
// these are added one by one.
const fewAdded = 64

// merge adds postings as addAll does, all to one segment.
func (t *Table) merge(s *segment, sorted []uint64) {
	t.collect(s, nil)
	mask := s.mask
	old, at := len(t.moving), len(t.moving)+len(sorted)
	t.moving = slices.Grow(t.moving, len(sorted))[:at]
	for i := len(sorted) - 1; i >= 0; i-- { // from behind, so that there is always room
		tag, e := uint16(sorted[i]>>32), Posting(sorted[i])
		mask = max(mask, maskOf(e))
		for at--; old > 0 && uint16(t.moving[old-1]) > tag; at-- {
			old--
			t.moving[at] = t.moving[old]
		}
		t.moving[at] = uint64(e)<<16 | uint64(tag)
	}
	homes := uint(s.homes)
	for 16*uint(len(t.moving)) > 15*homes {
		homes += homes/16 + 1
	}
	t.layOut(s, homes, max(s.places()-uint(s.homes), overflow), mask)
	t.entries += len(sorted)
}

// has reports whether a key has any postings, be they dead.
func (t *Table) has(key uint32) bool {
	if t.segments == nil {
		return false
	}
	from, to := t.list(&t.segments[key>>16], uint16(key))
	return from < to
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
			t.rebuild(s, uint(n+n/16+1), overflow, s.mask, wanted)
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
