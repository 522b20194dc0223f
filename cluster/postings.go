package cluster

import (
	"encoding/binary"
	"math"
)

// postings maps keys, shingles or bands, to the latest documents that hold
// them, up to a bound.
//
// It is a hash table without keys. 32 bits of a key's hash are used: the upper
// 16 choose one of 65,536 segments, the lower 16 are kept, as a tag, with the
// posting: five bytes an entry in segments whose documents have numbers below
// two million, six in others. So among n entries a key is taken for another one
// with probability n/2³², 2 % in an index of a million documents: then a
// document is seen to share a shingle that it does not, which by itself makes
// no candidate, and is corrected when candidates are verified.
//
// The entries of a segment stand in the order of their tags, each at the place
// that its tag names in proportion to the segment's size, or where that is
// taken, after it (ordered linear probing: Amble and Knuth, "Ordered hash
// tables", 1974). So a search ends at the first greater tag, and a segment can
// be nearly full. Those with one tag, the list of a key, stand in the order in
// which they came.
//
// Entries of documents that are gone are passed over, and swept out when there
// are many of them, so that removing a document is quick.
type postings struct {
	segments []segment // none before the first entry
	arena    arena
	max      int
	entries  int
	tended   uint16  // the segment that was looked after last
	due      float64 // segments that are to be looked after
}

// A posting is a document in the list of a key: its number plus one, above
// three bits with what must be known of it there.
type posting uint32

const (
	// The shingle is boilerplate in this document.
	marked posting = 1 << iota

	// The document was a new page, or even a new article, when it came: see
	// boilerplate.go.
	isPage
	isArticle

	postingBits = iota
)

// mostDocuments is how many numbers of documents a posting can tell.
const mostDocuments = 1<<(32-postingBits) - 1

func postingOf(doc uint32) posting { return posting(doc+1) << postingBits }

func (p posting) doc() uint32 { return uint32(p>>postingBits) - 1 }

// A segment holds, for each place, the two bytes of the tag and three or four
// of the posting, low ones first; the posting is 0 where the place is free. A
// place is read and written as eight bytes, so there are some more at the end.
type segment struct {
	places []byte
	chunk  uint32  // of the arena, in which they are
	homes  uint32  // the places that tags name; those after are for overflow
	used   uint32  // places that are not free
	mask   posting // as many bits as a posting has
}

const (
	narrow     = 5
	wide       = 6
	pad        = 8 - narrow // bytes at the end
	maskNarrow = 1<<24 - 1
	maskWide   = math.MaxUint32
)

// maskOf returns the mask of the segments that can hold a posting.
func maskOf(e posting) posting {
	if e > maskNarrow {
		return maskWide
	}
	return maskNarrow
}

// width returns the bytes of a place.
func (m posting) width() int { return narrow + int(m>>31) }

func newPostings(bound int) *postings { return &postings{max: bound} }

// tableKey makes a key of the table of 64 bits.
func tableKey(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> 32) }

// shingleKey makes a key of the table of a set's element.
func shingleKey(element uint64) uint32 { return tableKey(element >> 1) }

// overflow is the number of places at the end of a segment that no tag names,
// at first; where they do not suffice, as many are added.
const overflow = 8

// home returns where the place is that a tag names. This and the like are
// offsets in places.
func (s *segment) home(tag uint16) int {
	return int(uint64(tag)*uint64(s.homes)>>16) * s.mask.width()
}

// end returns where the places end.
func (s *segment) end() int { return len(s.places) - pad }

// at returns the tag and the posting at a place.
func (s *segment) at(at int) (tag uint16, e posting) {
	v := binary.LittleEndian.Uint64(s.places[at:])
	return uint16(v), posting(v>>16) & s.mask
}

func (s *segment) set(at int, tag uint16, e posting) {
	p := s.places[at:]
	others := uint64(s.mask)<<16 | math.MaxUint16
	v := binary.LittleEndian.Uint64(p) &^ others
	binary.LittleEndian.PutUint64(p, v|uint64(e)<<16|uint64(tag))
}

// find returns the first place that is free, or whose tag is not less.
func (s *segment) find(tag uint16) int {
	at, end, width := s.home(tag), s.end(), s.mask.width()
	for at < end {
		if t, e := s.at(at); t >= tag || e == 0 {
			break
		}
		at += width
	}
	return at
}

// list returns where the entries with a tag begin and end.
func (s *segment) list(tag uint16) (from, to int) {
	from = s.find(tag)
	to = from
	for end, width := s.end(), s.mask.width(); to < end; to += width {
		if t, e := s.at(to); t != tag || e == 0 {
			break
		}
	}
	return from, to
}

// insert puts an entry at a place, moving those there on. It reports whether
// there was room.
func (s *segment) insert(at int, tag uint16, e posting) bool {
	width := s.mask.width()
	free := at
	for end := s.end(); ; free += width {
		if free >= end {
			return false
		}
		if _, e := s.at(free); e == 0 {
			break
		}
	}
	copy(s.places[at+width:free+width], s.places[at:free])
	s.set(at, tag, e)
	s.used++
	return true
}

// remove takes the entry at a place out, and moves those after it back as far
// as they may go.
func (s *segment) remove(at int) {
	width := s.mask.width()
	last := at
	for next, end := at+width, s.end(); next < end; next += width {
		if t, e := s.at(next); e == 0 || s.home(t) == next {
			break
		}
		last = next
	}
	copy(s.places[at:last], s.places[at+width:last+width])
	s.set(last, 0, 0)
	s.used--
}

// rebuild gives a segment so many places that tags name, and so many others, of
// a width, and keeps the entries that are wanted. nil stands for all.
func (p *postings) rebuild(number uint32, homes uint32, others int, mask posting, wanted func(doc uint32) bool) {
	s := &p.segments[number]
	old := *s
	s.mask, s.homes = mask, homes
	width := mask.width()
	for fits := false; !fits; others += overflow {
		fits = true
		s.places, s.chunk = p.arena.alloc(number, (int(homes)+others)*width+pad)
		s.used = 0
		next, end := 0, s.end() // entries come in order: each goes behind the one before
		for at, step := 0, old.mask.width(); at < old.end(); at += step {
			tag, e := old.at(at)
			if e == 0 || wanted != nil && !wanted(e.doc()) {
				continue
			}
			to := max(next, s.home(tag))
			if fits = to < end; !fits {
				p.arena.free(s.chunk, len(s.places))
				break
			}
			// What follows is free yet.
			binary.LittleEndian.PutUint64(s.places[to:], uint64(e)<<16|uint64(tag))
			s.used++
			next = to + width
		}
	}
	if old.places != nil {
		p.arena.free(old.chunk, len(old.places))
	}
}

// tend looks after the segments in turn, all of them while the table grows by
// a sixteenth, and gives each the room that it is going to need until its next
// turn: so those that lie together in memory leave it together.
func (p *postings) tend() {
	for p.due += 16 * float64(len(p.segments)) / float64(p.entries+1<<20); p.due >= 1; p.due-- {
		p.tended++
		s := &p.segments[p.tended]
		if need := s.used + s.used/16 + s.used/32; full(need, s.homes) {
			p.rebuild(uint32(p.tended), need+need/31, overflow, s.mask, nil)
		}
		if sparse, ok := p.arena.sparsest(); ok {
			p.arena.runs(sparse, p.move)
		}
	}
}

// move moves the places of a segment to the last chunk, if these are they.
func (p *postings) move(number uint32, places []byte) {
	s := &p.segments[number]
	if len(s.places) == 0 || &s.places[0] != &places[0] {
		return
	}
	old := *s
	s.places, s.chunk = p.arena.alloc(number, len(old.places))
	copy(s.places, old.places)
	p.arena.free(old.chunk, len(old.places))
}

// full reports whether so many entries are too many for so many places.
func full(entries, homes uint32) bool { return 32*entries > 31*homes }

// touch reads the places of keys, all without waiting for one another, so that
// looking them up one by one finds them in the processor's cache.
func (p *postings) touch(keys []uint32) (sum byte) {
	if p.segments == nil {
		return 0
	}
	for _, k := range keys {
		if s := &p.segments[k>>16]; s.used > 0 {
			sum += s.places[s.home(uint16(k))]
		}
	}
	return sum
}

// get appends to dst the documents that hold the key, the first to come first.
// docs tells which are there; nil says that all are.
func (p *postings) get(dst []posting, key uint32, docs []*document) []posting {
	if p.segments == nil {
		return dst
	}
	s, tag := &p.segments[key>>16], uint16(key)
	if s.used == 0 {
		return dst
	}
	for at, end, width := s.find(tag), s.end(), s.mask.width(); at < end; at += width {
		t, e := s.at(at)
		if t != tag || e == 0 {
			break
		}
		if docs == nil || docs[e.doc()] != nil {
			dst = append(dst, e)
		}
	}
	return dst
}

// mark sets whether the key is marked in the list of a document that holds it.
func (p *postings) mark(key, doc uint32, on bool) {
	s := &p.segments[key>>16]
	from, to := s.list(uint16(key))
	for at := from; at < to; at += s.mask.width() {
		if tag, e := s.at(at); e.doc() == doc {
			e &^= marked
			if on {
				e |= marked
			}
			s.set(at, tag, e)
		}
	}
}

// add adds a posting to those of a key. Where these are as many as there may
// be, the one that came first goes. docs tells which documents are there; nil
// says that all are.
func (p *postings) add(key uint32, e posting, docs []*document) {
	if p.segments == nil {
		p.segments = make([]segment, 1<<16)
	}
	s, tag := &p.segments[key>>16], uint16(key)
	if mask := maskOf(e); mask > s.mask || full(s.used+1, s.homes) {
		p.rebuild(key>>16, s.homes+s.homes/16+2, overflow, max(mask, s.mask), nil)
	}
	width := s.mask.width()
	from, to := s.list(tag)
	out := -1 // the entry that gives way
	if (to-from)/width >= p.max {
		out = from
	}
	if docs != nil {
		for at := from; at < to; at += width {
			if _, e := s.at(at); docs[e.doc()] == nil {
				out = at
				break
			}
		}
	}
	if out >= 0 {
		copy(s.places[out:to-width], s.places[out+width:to])
		s.set(to-width, tag, e)
		return
	}
	for !s.insert(to, tag, e) {
		p.rebuild(key>>16, s.homes, s.end()/width-int(s.homes)+overflow, s.mask, nil)
		_, to = s.list(tag)
	}
	p.entries++
	p.tend()
}

// remove takes a document out of the list of a key.
func (p *postings) remove(key, doc uint32) {
	s := &p.segments[key>>16]
	from, to := s.list(uint16(key))
	for at := from; at < to; at += s.mask.width() {
		if _, e := s.at(at); e.doc() == doc {
			s.remove(at)
			p.entries--
			return
		}
	}
}

// sweep removes the entries of documents that are gone, and gives back the
// space.
func (p *postings) sweep(docs []*document) {
	there := func(doc uint32) bool { return docs[doc] != nil }
	p.entries = 0
	for i := range p.segments {
		s := &p.segments[i]
		live := uint32(0)
		for at := 0; at < s.end(); at += s.mask.width() {
			if _, e := s.at(at); e != 0 && there(e.doc()) {
				live++
			}
		}
		switch {
		case live == 0 && s.places != nil:
			p.arena.free(s.chunk, len(s.places))
			*s = segment{}
		case live < s.used:
			p.rebuild(uint32(i), live+live/16+4, overflow, s.mask, there)
		}
		p.entries += int(live)
	}
	if p.entries == 0 {
		*p = postings{max: p.max}
		return
	}
	for sparse, ok := p.arena.sparsest(); ok; sparse, ok = p.arena.sparsest() {
		p.arena.runs(sparse, p.move)
	}
}

// bytes returns the memory of the table.
func (p *postings) bytes() int { return len(p.segments)*segmentBytes + p.arena.size }
