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
	used   int
}

func newPostings(bound int) *postings { return &postings{max: bound} }

// tableKey makes a key of the table of 64 bits.
func tableKey(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> 32) }

// shingleKey makes a key of the table of a set's element.
func shingleKey(element uint64) uint32 { return tableKey(element >> 1) }

// homes is the number of places that tags name; those after them are for what
// finds its own taken at the end.
func (s *segment) homes() int { return len(s.places)/3 - overflow }

// overflow is the number of places at the end of a segment that no tag names.
const overflow = 8

// find returns the first place that is free, or whose tag is not less.
func (s *segment) find(tag uint16) int {
	at := 3 * int(uint32(tag)*uint32(s.homes())>>16)
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

// rebuild gives a segment so many places named by tags, and keeps the entries
// that are wanted.
func (s *segment) rebuild(homes int, wanted func(doc uint32) bool) {
	old := s.places
	for {
		s.places, s.used = make([]uint16, 3*(homes+overflow)), 0
		fits := true
		last := 0 // entries come in order: each goes behind the one before
		for at := 0; at < len(old) && fits; at += 3 {
			doc := uint32(old[at+1]) | uint32(old[at+2])<<16
			if doc == 0 || !wanted(doc-1) {
				continue
			}
			to := max(last, 3*int(uint32(old[at])*uint32(homes)>>16))
			if fits = to < len(s.places); fits {
				s.set(to, old[at], doc)
				s.used++
				last = to + 3
			}
		}
		if fits {
			return
		}
		homes += homes/8 + 1
	}
}

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
	if len(s.places) == 0 {
		s.rebuild(4, all)
	} else if homes := s.homes(); 10*(s.used+1) > 9*homes {
		s.rebuild(homes+homes/8+1, all)
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
		s.rebuild(s.homes()+s.homes()/8+1, all)
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
		live := 0
		for at := 0; at < len(s.places); at += 3 {
			if d := s.doc(at); d != 0 && there(d-1) {
				live++
			}
		}
		switch {
		case live == 0:
			*s = segment{}
		case live < s.used:
			s.rebuild(live+live/5+4, there)
		}
		p.entries += live
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
