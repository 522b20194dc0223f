package cluster

// postings maps keys, shingles or bands, to the latest documents that hold
// them, up to a bound.
//
// It is a hash table without keys. 32 bits of a key's hash are used: the upper
// 16 choose one of 65,536 segments, the lower 16 are kept with the number of
// the document, six bytes an entry. So among n entries a key is taken for
// another one with probability n/2³², 2 % in an index of a million documents:
// then a document is seen to share a shingle that it does not, which by itself
// makes no candidate, and is corrected when candidates are verified.
//
// Within a segment, entries stand in order of their probing from the place
// that their 16 bits name, in proportion to the segment's size (linear
// probing). A segment grows by an eighth when it is nine tenths full.
//
// Entries of documents that are gone are passed over, and swept out when there
// are many of them, so that removing a document is quick.
type postings struct {
	segments []segment // none before the first entry
	max      int
	entries  int
}

// A segment holds three words for each place: the key's 16 bits, and the
// number of the document plus one, low half first; 0 where the place is free.
type segment struct {
	places []uint16
	used   int
}

func newPostings(bound int) *postings { return &postings{max: bound} }

// tableKey makes a key of the table of 64 bits.
func tableKey(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> 32) }

// shingleKey makes a key of the table of a set's element.
func shingleKey(element uint64) uint32 { return tableKey(element >> 1) }

// home is the place from which an entry is probed.
func (s *segment) home(tag uint16) int {
	return int(uint32(tag) * uint32(len(s.places)/3) >> 16)
}

func (s *segment) doc(place int) uint32 {
	return uint32(s.places[3*place+1]) | uint32(s.places[3*place+2])<<16
}

func (s *segment) set(place int, tag uint16, doc uint32) {
	s.places[3*place] = tag
	s.places[3*place+1] = uint16(doc)
	s.places[3*place+2] = uint16(doc >> 16)
}

// get appends to dst the documents that hold the key and are there.
func (p *postings) get(dst []uint32, key uint32, docs []*document) []uint32 {
	if p.segments == nil {
		return dst
	}
	s, tag := &p.segments[key>>16], uint16(key)
	n := len(s.places) / 3
	if n == 0 {
		return dst
	}
	for at := s.home(tag); ; {
		d := s.doc(at)
		if d == 0 {
			return dst
		}
		if s.places[3*at] == tag && docs[d-1] != nil {
			dst = append(dst, d-1)
		}
		if at++; at == n {
			at = 0
		}
	}
}

// add adds a document to those that hold the key. Where these are as many as
// there may be, it takes the place of the one that came first.
func (p *postings) add(key uint32, doc uint32, docs []*document) {
	if p.segments == nil {
		p.segments = make([]segment, 1<<16)
	}
	s, tag := &p.segments[key>>16], uint16(key)
	if n := len(s.places) / 3; 10*(s.used+1) > 9*n {
		s.grow(max(4, n+n/8+1))
	}
	held, first := 0, -1
	n := len(s.places) / 3
	at := s.home(tag)
	for s.doc(at) != 0 {
		if s.places[3*at] == tag {
			o := docs[s.doc(at)-1]
			if o == nil {
				s.set(at, tag, doc+1)
				return
			}
			held++
			if first < 0 || o.arrival < docs[s.doc(first)-1].arrival {
				first = at
			}
		}
		if at++; at == n {
			at = 0
		}
	}
	if held >= p.max {
		s.set(first, tag, doc+1)
		return
	}
	s.set(at, tag, doc+1)
	s.used++
	p.entries++
}

// grow gives a segment so many places.
func (s *segment) grow(n int) {
	old := s.places
	s.places = make([]uint16, 3*n)
	for i := 0; i < len(old); i += 3 {
		if d := uint32(old[i+1]) | uint32(old[i+2])<<16; d != 0 {
			s.put(old[i], d)
		}
	}
}

func (s *segment) put(tag uint16, doc uint32) {
	n := len(s.places) / 3
	at := s.home(tag)
	for s.doc(at) != 0 {
		if at++; at == n {
			at = 0
		}
	}
	s.set(at, tag, doc)
}

// sweep removes the entries of documents that are gone, and gives back the
// space.
func (p *postings) sweep(docs []*document) {
	p.entries = 0
	for i := range p.segments {
		s := &p.segments[i]
		old := s.places
		live := 0
		for j := 0; j < len(old); j += 3 {
			if d := uint32(old[j+1]) | uint32(old[j+2])<<16; d != 0 && docs[d-1] != nil {
				live++
			}
		}
		p.entries += live
		if live == s.used {
			continue
		}
		s.places, s.used = nil, live
		if live == 0 {
			continue
		}
		s.places = make([]uint16, 3*(live+live/8+2))
		for j := 0; j < len(old); j += 3 {
			if d := uint32(old[j+1]) | uint32(old[j+2])<<16; d != 0 && docs[d-1] != nil {
				s.put(old[j], d)
			}
		}
	}
	if p.entries == 0 {
		p.segments = nil
	}
}

// bytes returns the memory of the table.
func (p *postings) bytes() int {
	n := len(p.segments) * 32
	for i := range p.segments {
		n += 2 * cap(p.segments[i].places)
	}
	return n
}
