package cluster

// postings maps keys, shingles or bands, to the latest documents that hold
// them, up to a bound.
//
// It is a hash table without keys. 32 bits of a key's hash are used: the upper
// 16 choose one of 65,536 segments, the lower 16 are kept, as a tag, with the
// number of the document, six bytes an entry. So among n entries a key is taken
// for another one with probability n/2³², 2 % in an index of a million
// documents: then a document is seen to share a shingle that it does not, which
// by itself makes no candidate, and is corrected when candidates are verified.
//
// The entries of a segment stand in the order of their tags, each at the place
// that its tag names in proportion to the segment's size, or where that is
// taken, after it (ordered linear probing: Amble and Knuth, "Ordered hash
// tables", 1974). So a search ends at the first greater tag, and a segment can
// be nine tenths full. It grows by an eighth.
//
// Entries of documents that are gone are passed over, and swept out when there
// are many of them, so that removing a document is quick.
type postings struct {
	segments []segment // none before the first entry
	max      int
	entries  int
}

// A segment holds three words for each place: the tag, and the number of the
// document plus one, low half first; 0 where the place is free.
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

// find returns the first place that is free, or whose tag is not less.
func (s *segment) find(tag uint16) int {
	at := 3 * int(uint64(tag)*uint64(s.homes)>>16)
	for at < len(s.places) && s.places[at] < tag && s.places[at+1]|s.places[at+2] != 0 {
		at += 3
	}
	return at
}

// doc returns the number of the document at a place, plus one.
func (s *segment) doc(at int) uint32 {
	return uint32(s.places[at+1]) | uint32(s.places[at+2])<<16
}

func (s *segment) set(at int, tag uint16, doc uint32) {
	s.places[at], s.places[at+1], s.places[at+2] = tag, uint16(doc), uint16(doc>>16)
}

// insert puts an entry at a place, moving those there on. It reports whether
// there was room.
func (s *segment) insert(at int, tag uint16, doc uint32) bool {
	end := at
	for ; ; end += 3 {
		if end >= len(s.places) {
			return false
		}
		if s.doc(end) == 0 {
			break
		}
	}
	copy(s.places[at+3:end+3], s.places[at:end])
	s.set(at, tag, doc)
	return true
}

// rebuild gives a segment so many places that tags name, and so many others,
// and keeps the entries that are wanted.
func (s *segment) rebuild(homes uint32, others int, wanted func(doc uint32) bool) {
	old := s.places
	s.homes = homes
	for fits := false; !fits; others += overflow {
		fits = true
		s.places, s.used = make([]uint16, 3*(int(homes)+others)), 0
		next := 0 // entries come in order: each goes behind the one before
		for at := 0; at < len(old) && fits; at += 3 {
			doc := uint32(old[at+1]) | uint32(old[at+2])<<16
			if doc == 0 || !wanted(doc-1) {
				continue
			}
			to := max(next, 3*int(uint64(old[at])*uint64(homes)>>16))
			if fits = to < len(s.places); fits {
				s.set(to, old[at], doc)
				s.used++
				next = to + 3
			}
		}
	}
}

// grow makes a segment larger by an eighth.
func (s *segment) grow() { s.rebuild(s.homes+s.homes/8+2, overflow, all) }

func all(uint32) bool { return true }

// get appends to dst the documents that hold the key and are there.
func (p *postings) get(dst []uint32, key uint32, docs []*document) []uint32 {
	if p.segments == nil {
		return dst
	}
	s, tag := &p.segments[key>>16], uint16(key)
	if s.used == 0 {
		return dst
	}
	for at := s.find(tag); at < len(s.places) && s.places[at] == tag; at += 3 {
		d := s.doc(at)
		if d == 0 {
			break
		}
		if docs[d-1] != nil {
			dst = append(dst, d-1)
		}
	}
	return dst
}

// add adds a document to those that hold the key. Where these are as many as
// there may be, it takes the place of the one that came first.
func (p *postings) add(key uint32, doc uint32, docs []*document) {
	if p.segments == nil {
		p.segments = make([]segment, 1<<16)
	}
	s, tag := &p.segments[key>>16], uint16(key)
	if 10*(s.used+1) > 9*s.homes {
		s.grow()
	}
	held, first := 0, 0
	at := s.find(tag)
	for ; at < len(s.places) && s.places[at] == tag && s.doc(at) != 0; at += 3 {
		o := docs[s.doc(at)-1]
		if o == nil {
			s.set(at, tag, doc+1)
			return
		}
		if held == 0 || o.arrival < docs[s.doc(first)-1].arrival {
			first = at
		}
		held++
	}
	if held >= p.max {
		s.set(first, tag, doc+1)
		return
	}
	for !s.insert(at, tag, doc+1) {
		s.rebuild(s.homes, len(s.places)/3-int(s.homes)+overflow, all)
		for at = s.find(tag); at < len(s.places) && s.places[at] == tag && s.doc(at) != 0; at += 3 {
		}
	}
	s.used++
	p.entries++
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
			if d := s.doc(at); d != 0 && there(d-1) {
				live++
			}
		}
		switch {
		case live == 0:
			*s = segment{}
		case live < s.used:
			s.rebuild(live+live/5+4, overflow, there)
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
