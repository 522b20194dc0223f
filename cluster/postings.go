package cluster

import (
	"encoding/binary"
	"iter"
	"math"
	"slices"
	"unsafe"
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
	blocks   blocks
	max      int
	entries  int
	moving   []uint64 // memory for the entries of a segment
	sum      byte     // of what was read so that it is in the processor's cache
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

// A segment holds its places in blocks. A place has the two bytes of the tag and
// three or four of the posting, low ones first; the posting is 0 where the place
// is free. It is read and written as eight bytes.
type segment struct {
	blocks []uint32
	homes  uint32  // the places that tags name; those after are for overflow
	used   uint32  // places that are not free
	mask   posting // as many bits as a posting has
}

const (
	narrow     = 5 // bytes of a place
	wide       = 6
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

// shape returns the bytes of a place, and the places in a block: the last one
// too must have eight bytes.
func (s *segment) shape() (width, perBlock uint) {
	if s.mask == maskWide {
		return wide, (blockSize-8)/wide + 1
	}
	return narrow, (blockSize-8)/narrow + 1
}

// places returns the number of places.
func (s *segment) places() uint {
	_, per := s.shape()
	return uint(len(s.blocks)) * per
}

func newPostings(bound int) *postings { return &postings{max: bound} }

// tableKey makes a key of the table of 64 bits.
func tableKey(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> 32) }

// shingleKey makes a key of the table of a set's element.
func shingleKey(element uint64) uint32 { return tableKey(element >> 1) }

// overflow is the number of places at the end of a segment that no tag names,
// at first; where they do not suffice, there will be more.
const overflow = 4

// home returns the place that a tag names.
func (s *segment) home(tag uint16) uint { return uint(uint64(tag) * uint64(s.homes) >> 16) }

// bytesAt returns the bytes of a place.
func (p *postings) bytesAt(s *segment, at uint) []byte {
	if s.mask == maskWide {
		const per = (blockSize-8)/wide + 1
		return p.blocks.get(s.blocks[at/per])[at%per*wide:]
	}
	const per = (blockSize-8)/narrow + 1
	return p.blocks.get(s.blocks[at/per])[at%per*narrow:]
}

// at returns the tag and the posting at a place.
func (p *postings) at(s *segment, at uint) (tag uint16, e posting) {
	v := binary.LittleEndian.Uint64(p.bytesAt(s, at))
	return uint16(v), posting(v>>16) & s.mask
}

func (p *postings) set(s *segment, at uint, tag uint16, e posting) {
	b := p.bytesAt(s, at)
	others := binary.LittleEndian.Uint64(b) &^ (uint64(s.mask)<<16 | math.MaxUint16)
	binary.LittleEndian.PutUint64(b, others|uint64(e)<<16|uint64(tag))
}

// find returns the first place that is free, or whose tag is not less.
func (p *postings) find(s *segment, tag uint16) uint {
	at := s.home(tag)
	width, per := s.shape()
	for i := at / per; i < uint(len(s.blocks)); i++ {
		b := p.blocks.get(s.blocks[i])
		for j := at - i*per; j < per; j++ {
			v := binary.LittleEndian.Uint64(b[j*width:])
			if uint16(v) >= tag || posting(v>>16)&s.mask == 0 {
				return i*per + j
			}
		}
		at = (i + 1) * per
	}
	return at
}

// findFree returns the first place from one on that is free.
func (p *postings) findFree(s *segment, at uint) (free uint, ok bool) {
	width, per := s.shape()
	for i := at / per; i < uint(len(s.blocks)); i++ {
		b := p.blocks.get(s.blocks[i])
		for j := at - i*per; j < per; j++ {
			if posting(binary.LittleEndian.Uint64(b[j*width:])>>16)&s.mask == 0 {
				return i*per + j, true
			}
		}
		at = (i + 1) * per
	}
	return 0, false
}

// list returns where the entries with a tag begin and end.
func (p *postings) list(s *segment, tag uint16) (from, to uint) {
	from = p.find(s, tag)
	for to = from; to < s.places(); to++ {
		if t, e := p.at(s, to); t != tag || e == 0 {
			break
		}
	}
	return from, to
}

// insert puts an entry at a place, moving those there on. It reports whether
// there was room.
func (p *postings) insert(s *segment, at uint, tag uint16, e posting) bool {
	free, ok := p.findFree(s, at)
	if !ok {
		return false
	}
	width, per := s.shape()
	for free > at { // block by block
		start := free / per * per
		from := max(start, at)
		b := p.blocks.get(s.blocks[free/per])
		copy(b[(from-start+1)*width:], b[(from-start)*width:(free-start)*width])
		if free = from; from > at {
			tag, e := p.at(s, from-1)
			p.set(s, from, tag, e)
			free--
		}
	}
	p.set(s, at, tag, e)
	s.used++
	return true
}

// shift moves the entries after a place back by one, up to the place end.
func (p *postings) shift(s *segment, at, end uint) {
	for ; at+1 < end; at++ {
		tag, e := p.at(s, at+1)
		p.set(s, at, tag, e)
	}
}

// rebuild gives a segment so many places that tags name, or somewhat more, and
// at least so many others, of a mask, and keeps the entries that are wanted; nil
// stands for all.
func (p *postings) rebuild(s *segment, homes, others uint, mask posting, wanted func(doc uint32) bool) {
	p.collect(s, wanted)
	p.layOut(s, homes, others, mask)
}

// collect takes the entries of a segment that are wanted to be moved.
func (p *postings) collect(s *segment, wanted func(doc uint32) bool) {
	p.moving = p.moving[:0]
	for _, number := range s.blocks { // all without waiting for one another
		b := p.blocks.get(number)
		p.sum += b[0] + b[blockSize/4] + b[blockSize/2] + b[blockSize/4*3]
	}
	for _, number := range s.blocks {
		width, per := s.shape()
		b := p.blocks.get(number)
		for j := range per {
			v := binary.LittleEndian.Uint64(b[j*width:])
			if e := posting(v>>16) & s.mask; e != 0 && (wanted == nil || wanted(e.doc())) {
				p.moving = append(p.moving, uint64(e)<<16|v&math.MaxUint16)
			}
		}
	}
}

// layOut writes the entries to be moved into a segment: see rebuild.
func (p *postings) layOut(s *segment, homes, others uint, mask posting) {
	s.mask, s.used = mask, uint32(len(p.moving))
	width, per := s.shape()
	for ; ; others += per {
		n := int((homes + others + per - 1) / per)
		for len(s.blocks) > n {
			p.blocks.free(s.blocks[len(s.blocks)-1])
			s.blocks = s.blocks[:len(s.blocks)-1]
		}
		for len(s.blocks) < n {
			s.blocks = append(s.blocks, p.blocks.alloc())
		}
		s.homes = uint32(s.places() - others)
		if p.fill(s, width, per) {
			return
		}
	}
}

// fill writes the entries to be moved into the blocks of a segment. It reports
// whether there was room.
func (p *postings) fill(s *segment, width, per uint) bool {
	for _, b := range s.blocks {
		clear(p.blocks.get(b)[:])
	}
	next, places := uint(0), s.places() // entries come in order: each goes behind the one before
	for _, v := range p.moving {
		next = max(next, s.home(uint16(v)))
		if next >= places {
			return false
		}
		b := p.blocks.get(s.blocks[next/per])
		binary.LittleEndian.PutUint64(b[next%per*width:], v) // what follows is free yet
		next++
	}
	return true
}

// touch reads the places of keys, all without waiting for one another, so that
// looking them up one by one finds them in the processor's cache. It passes over
// unique ones, the first key being the one from.
func (p *postings) touch(keys []uint32, unique bitset, from int) (sum byte) {
	if p.segments == nil {
		return 0
	}
	for i, k := range keys {
		if s := &p.segments[k>>16]; s.used > 0 && !unique.has(uint32(from+i)) {
			sum += p.bytesAt(s, s.home(uint16(k)))[0]
		}
	}
	return sum
}

// get appends to dst the documents that hold the key, the first to come first.
// there tells which documents are; nil says that all are.
func (p *postings) get(dst []posting, key uint32, there bitset) []posting {
	if p.segments == nil {
		return dst
	}
	s, tag := &p.segments[key>>16], uint16(key)
	if s.used == 0 {
		return dst
	}
	at := s.home(tag)
	width, per := s.shape()
	for i := at / per; i < uint(len(s.blocks)); i++ {
		b := p.blocks.get(s.blocks[i])
		for j := at - i*per; j < per; j++ {
			v := binary.LittleEndian.Uint64(b[j*width:])
			e := posting(v>>16) & s.mask
			if uint16(v) > tag || e == 0 {
				return dst
			}
			if uint16(v) == tag && (there == nil || there.has(e.doc())) {
				dst = append(dst, e)
			}
		}
		at = (i + 1) * per
	}
	return dst
}

// mark sets whether the key is marked in the list of a document that holds it.
func (p *postings) mark(key, doc uint32, on bool) {
	s := &p.segments[key>>16]
	from, to := p.list(s, uint16(key))
	for at := from; at < to; at++ {
		if tag, e := p.at(s, at); e.doc() == doc {
			e &^= marked
			if on {
				e |= marked
			}
			p.set(s, at, tag, e)
		}
	}
}

// all yields all postings, by keys, those of one in the order in which they came.
func (p *postings) all() iter.Seq2[uint32, posting] {
	return func(yield func(uint32, posting) bool) {
		for i := range p.segments {
			s := &p.segments[i]
			for at := range s.places() {
				if tag, e := p.at(s, at); e != 0 && !yield(uint32(i)<<16|uint32(tag), e) {
					return
				}
			}
		}
	}
}

// add adds a posting to those of a key. Where these are as many as there may
// be, the one that came first goes. there tells which documents are; nil
// says that all are. It returns how many entries the key has then.
func (p *postings) add(key uint32, e posting, there bitset) int {
	if p.segments == nil {
		p.segments = make([]segment, 1<<16)
	}
	s, tag := &p.segments[key>>16], uint16(key)
	if mask := maskOf(e); mask > s.mask || 16*(s.used+1) > 15*s.homes {
		homes := uint(s.homes)
		p.rebuild(s, homes+homes/16+1, max(s.places()-homes, overflow), max(mask, s.mask), nil)
	}
	from, to := p.list(s, tag)
	out := to // the entry that gives way
	if int(to-from) >= p.max {
		out = from
	}
	if there != nil {
		for at := from; at < to; at++ {
			if _, e := p.at(s, at); !there.has(e.doc()) {
				out = at
				break
			}
		}
	}
	if out < to {
		p.shift(s, out, to)
		p.set(s, to-1, tag, e)
		return int(to - from)
	}
	for !p.insert(s, to, tag, e) {
		_, per := s.shape()
		p.rebuild(s, uint(s.homes), s.places()-uint(s.homes)+per, s.mask, nil)
		from, to = p.list(s, tag)
	}
	p.entries++
	return int(to-from) + 1
}

// addAll adds postings of keys that the table does not have, each above its
// posting, in order of keys.
func (p *postings) addAll(sorted []uint64) {
	if p.segments == nil {
		p.segments = make([]segment, 1<<16)
	}
	for len(sorted) > 0 {
		number := sorted[0] >> 48
		n := 1
		for n < len(sorted) && sorted[n]>>48 == number {
			n++
		}
		if s := &p.segments[number]; fewAdded*n < int(s.used) {
			for _, v := range sorted[:n] {
				p.add(uint32(v>>32), posting(v), nil)
			}
		} else {
			p.merge(s, sorted[:n])
		}
		sorted = sorted[n:]
	}
}

// Where a segment has more entries than so many times those to be added to it,
// these are added one by one.
const fewAdded = 64

// merge adds postings as addAll does, all to one segment.
func (p *postings) merge(s *segment, sorted []uint64) {
	p.collect(s, nil)
	mask := s.mask
	old, at := len(p.moving), len(p.moving)+len(sorted)
	p.moving = slices.Grow(p.moving, len(sorted))[:at]
	for i := len(sorted) - 1; i >= 0; i-- { // from behind, so that there is always room
		tag, e := uint16(sorted[i]>>32), posting(sorted[i])
		mask = max(mask, maskOf(e))
		for at--; old > 0 && uint16(p.moving[old-1]) > tag; at-- {
			old--
			p.moving[at] = p.moving[old]
		}
		p.moving[at] = uint64(e)<<16 | uint64(tag)
	}
	homes := uint(s.homes)
	for 16*uint(len(p.moving)) > 15*homes {
		homes += homes/16 + 1
	}
	p.layOut(s, homes, max(s.places()-uint(s.homes), overflow), mask)
	p.entries += len(sorted)
}

// has reports whether a key has any postings, be it of documents that are gone.
func (p *postings) has(key uint32) bool {
	if p.segments == nil {
		return false
	}
	s := &p.segments[key>>16]
	from, to := p.list(s, uint16(key))
	return from < to
}

// remove takes a document out of the list of a key, and moves the entries after
// it back as far as they may go.
func (p *postings) remove(key, doc uint32) {
	s := &p.segments[key>>16]
	from, to := p.list(s, uint16(key))
	for at := from; at < to; at++ {
		if _, e := p.at(s, at); e.doc() != doc {
			continue
		}
		end := at + 1
		for ; end < s.places(); end++ {
			if t, e := p.at(s, end); e == 0 || s.home(t) == end {
				break
			}
		}
		p.shift(s, at, end)
		p.set(s, end-1, 0, 0)
		s.used--
		p.entries--
		return
	}
}

// sweep removes the entries of documents that are gone, and gives back the
// space.
func (p *postings) sweep(there bitset) {
	wanted := there.has
	p.entries = 0
	for i := range p.segments {
		s := &p.segments[i]
		live := uint32(0)
		for at := range s.places() {
			if _, e := p.at(s, at); e != 0 && there.has(e.doc()) {
				live++
			}
		}
		switch {
		case live == 0:
			for _, b := range s.blocks {
				p.blocks.free(b)
			}
			*s = segment{}
		case live < s.used:
			p.rebuild(s, uint(live+live/16+1), overflow, s.mask, wanted)
		}
		p.entries += int(live)
	}
	if p.entries == 0 {
		*p = postings{max: p.max}
		return
	}
	// The blocks in use become the first ones, which leaves the last chunks free.
	used := p.blocks.used()
	for i := range p.segments {
		for j, b := range p.segments[i].blocks {
			if int(b) >= used {
				p.segments[i].blocks[j] = p.blocks.moveBelow(b, used)
			}
		}
	}
	p.blocks.truncate(used)
}

// bytes returns the memory of the table.
func (p *postings) bytes() int {
	n := len(p.segments)*int(unsafe.Sizeof(segment{})) + p.blocks.bytes()
	for i := range p.segments {
		n += 4 * cap(p.segments[i].blocks)
	}
	return n
}
