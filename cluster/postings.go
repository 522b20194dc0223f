package cluster

import (
	"encoding/binary"
	"math"
	"slices"
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
	max      int
	entries  int
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
	homes  uint32  // the places that tags name; those after are for overflow
	used   uint32  // places that are not free
	mask   posting // as many bits as a posting has
	width  int32   // bytes of a place
}

const (
	narrow     = 5
	wide       = 6
	pad        = 8 - narrow // bytes at the end
	mostNarrow = 1<<24 - 1  // the largest posting in a narrow place
)

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
	return int(uint64(tag)*uint64(s.homes)>>16) * int(s.width)
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
	at, end := s.home(tag), s.end()
	for at < end {
		if t, e := s.at(at); t >= tag || e == 0 {
			break
		}
		at += int(s.width)
	}
	return at
}

// list returns where the entries with a tag begin and end.
func (s *segment) list(tag uint16) (from, to int) {
	from = s.find(tag)
	to = from
	for end := s.end(); to < end; to += int(s.width) {
		if t, e := s.at(to); t != tag || e == 0 {
			break
		}
	}
	return from, to
}

// insert puts an entry at a place, moving those there on. It reports whether
// there was room.
func (s *segment) insert(at int, tag uint16, e posting) bool {
	width := int(s.width)
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
	width := int(s.width)
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

// rebuild gives a segment so many places that tags name, or more where they
// cost no memory, and so many others, and keeps the entries that are wanted.
// nil stands for all.
func (s *segment) rebuild(homes uint32, others int, width int32, wanted func(doc uint32) bool) {
	old := *s
	s.width, s.mask = width, 1<<(8*(width-2))-1
	if width == wide {
		s.mask = math.MaxUint32
	}
	for fits := false; !fits; others += overflow {
		fits = true
		room := slices.Grow([]byte(nil), (int(homes)+others)*int(width)+pad)
		n := (cap(room) - pad) / int(width)
		s.places, s.homes, s.used = room[:n*int(width)+pad], uint32(n-others), 0
		next, end := 0, s.end() // entries come in order: each goes behind the one before
		for at := 0; at < len(old.places)-pad; at += int(old.width) {
			tag, e := old.at(at)
			if e == 0 || wanted != nil && !wanted(e.doc()) {
				continue
			}
			to := max(next, s.home(tag))
			if fits = to < end; !fits {
				break
			}
			// What follows is free yet.
			binary.LittleEndian.PutUint64(s.places[to:], uint64(e)<<16|uint64(tag))
			s.used++
			next = to + int(width)
		}
	}
}

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
	for at, end := s.find(tag), s.end(); at < end; at += int(s.width) {
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
	for at := from; at < to; at += int(s.width) {
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
	if width := widthOf(e); width > s.width || 32*(s.used+1) > 31*s.homes {
		s.rebuild(s.homes+s.homes/16+2, overflow, max(width, s.width), nil)
	}
	width := int(s.width)
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
		s.rebuild(s.homes, s.end()/width-int(s.homes)+overflow, s.width, nil)
		_, to = s.list(tag)
	}
	p.entries++
}

func widthOf(e posting) int32 {
	if e > mostNarrow {
		return wide
	}
	return narrow
}

// remove takes a document out of the list of a key.
func (p *postings) remove(key, doc uint32) {
	s := &p.segments[key>>16]
	from, to := s.list(uint16(key))
	for at := from; at < to; at += int(s.width) {
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
		for at := 0; at < s.end(); at += int(s.width) {
			if _, e := s.at(at); e != 0 && there(e.doc()) {
				live++
			}
		}
		switch {
		case live == 0:
			*s = segment{}
		case live < s.used:
			s.rebuild(live+live/16+4, overflow, s.width, there)
		}
		p.entries += int(live)
	}
	if p.entries == 0 {
		p.segments = nil
	}
}

// bytes returns the memory of the table.
func (p *postings) bytes() int {
	n := len(p.segments) * segmentBytes
	for i := range p.segments {
		n += cap(p.segments[i].places)
	}
	return n
}
