package cluster

import "slices"

// postings maps keys, shingles or bands, to the latest documents that hold
// them, up to a bound.
//
// It is a hash table without keys. 32 bits of a key's hash are used: the upper
// 16 choose one of 65,536 segments, the lower 16 are kept, as a tag, with the
// posting, six bytes an entry. So among n entries a key is taken for another
// one with probability n/2³², 2 % in an index of a million documents: then a
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

// A segment holds three words for each place: the tag, and the posting, low
// half first; these are 0 where the place is free.
type segment struct {
	places []uint16
	homes  uint32 // the places that tags name; those after are for overflow
	used   uint32
}

func newPostings(bound int) *postings { return &postings{max: bound} }

// tableKey makes a key of the table of 64 bits.
func tableKey(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> 32) }

// shingleKey makes a key of the table of a set's element.
func shingleKey(element uint64) uint32 { return tableKey(element >> 1) }

// overflow is the number of places at the end of a segment that no tag names,
// at first; where they do not suffice, as many are added.
const overflow = 8

// home returns the place that a tag names.
func (s *segment) home(tag uint16) int { return 3 * int(uint64(tag)*uint64(s.homes)>>16) }

// find returns the first place that is free, or whose tag is not less.
func (s *segment) find(tag uint16) int {
	at := s.home(tag)
	for at+2 < len(s.places) && s.places[at] < tag && s.places[at+1]|s.places[at+2] != 0 {
		at += 3
	}
	return at
}

// list returns where the entries with a tag begin and end.
func (s *segment) list(tag uint16) (from, to int) {
	from = s.find(tag)
	for to = from; to < len(s.places) && s.places[to] == tag && s.at(to) != 0; {
		to += 3
	}
	return from, to
}

// at returns the posting at a place.
func (s *segment) at(at int) posting {
	return posting(s.places[at+1]) | posting(s.places[at+2])<<16
}

func (s *segment) set(at int, tag uint16, p posting) {
	s.places[at], s.places[at+1], s.places[at+2] = tag, uint16(p), uint16(p>>16)
}

// insert puts an entry at a place, moving those there on. It reports whether
// there was room.
func (s *segment) insert(at int, tag uint16, p posting) bool {
	end := at
	for ; ; end += 3 {
		if end >= len(s.places) {
			return false
		}
		if s.at(end) == 0 {
			break
		}
	}
	copy(s.places[at+3:end+3], s.places[at:end])
	s.set(at, tag, p)
	s.used++
	return true
}

// remove takes the entry at a place out, and moves those after it back as far
// as they may go.
func (s *segment) remove(at int) {
	end := at + 3
	for end < len(s.places) && s.at(end) != 0 && s.home(s.places[end]) < end {
		end += 3
	}
	copy(s.places[at:], s.places[at+3:end])
	s.set(end-3, 0, 0)
	s.used--
}

// rebuild gives a segment so many places that tags name, or more where they
// cost no memory, and so many others, and keeps the entries that are wanted.
func (s *segment) rebuild(homes uint32, others int, wanted func(doc uint32) bool) {
	old := s.places
	for fits := false; !fits; others += overflow {
		fits = true
		places := slices.Grow([]uint16(nil), 3*(int(homes)+others))
		s.places, s.used = places[:cap(places)/3*3], 0
		s.homes = uint32(len(s.places)/3 - others)
		next := 0 // entries come in order: each goes behind the one before
		for at := 0; at < len(old) && fits; at += 3 {
			p := posting(old[at+1]) | posting(old[at+2])<<16
			if p == 0 || !wanted(p.doc()) {
				continue
			}
			to := max(next, s.home(old[at]))
			if fits = to < len(s.places); fits {
				s.set(to, old[at], p)
				s.used++
				next = to + 3
			}
		}
	}
}

func all(uint32) bool { return true }

// touch reads the places of keys, all without waiting for one another, so that
// looking them up one by one finds them in the processor's cache.
func (p *postings) touch(keys []uint32) (sum uint16) {
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
	for at := s.find(tag); at+2 < len(s.places) && s.places[at] == tag; at += 3 {
		e := s.at(at)
		if e == 0 {
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
	for at := from; at < to; at += 3 {
		if s.at(at).doc() != doc {
			continue
		}
		s.places[at+1] &^= uint16(marked)
		if on {
			s.places[at+1] |= uint16(marked)
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
	if 16*(s.used+1) > 15*s.homes {
		s.rebuild(s.homes+s.homes/16+2, overflow, all)
	}
	from, to := s.list(tag)
	out := -1 // the entry that gives way
	if (to-from)/3 >= p.max {
		out = from
	}
	if docs != nil {
		for at := from; at < to; at += 3 {
			if docs[s.at(at).doc()] == nil {
				out = at
				break
			}
		}
	}
	if out >= 0 {
		copy(s.places[out:], s.places[out+3:to])
		s.set(to-3, tag, e)
		return
	}
	for !s.insert(to, tag, e) {
		s.rebuild(s.homes, len(s.places)/3-int(s.homes)+overflow, all)
		_, to = s.list(tag)
	}
	p.entries++
}

// remove takes a document out of the list of a key.
func (p *postings) remove(key, doc uint32) {
	s := &p.segments[key>>16]
	from, to := s.list(uint16(key))
	for at := from; at < to; at += 3 {
		if s.at(at).doc() == doc {
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
		for at := 0; at < len(s.places); at += 3 {
			if e := s.at(at); e != 0 && there(e.doc()) {
				live++
			}
		}
		switch {
		case live == 0:
			*s = segment{}
		case live < s.used:
			s.rebuild(live+live/8+4, overflow, there)
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
		n += 2 * cap(p.segments[i].places)
	}
	return n
}
