package postings

import (
	"encoding/binary"
	"math"
)

// A segment holds its places in blocks. A place has the bits of the tag and above them
// those of the posting, low ones first; the posting is 0 where the place is free. It is
// read and written as eight bytes.
type segment struct {
	blocks []uint32
	homes  uint32  // the places that tags name; those after are for overflow
	used   uint32  // places that are not free
	mask   Posting // as many bits as a posting has
}

const (
	narrow   = 5 // bytes of a place
	wide     = 6
	maskWide = math.MaxUint32

	mostTagBits  = 20
	fewerTagBits = 2  // by which tags are shortened
	leastTagBits = 16 // those of segments that may be wide
)

// overflow is the number of places at the end of a segment that no tag names,
// at first; where they do not suffice, there will be more.
const overflow = 4

func littleEndian(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// find returns the segment of a key, and its tag there.
func (t *Table) find(key uint32) (s *segment, tag uint32) {
	return &t.segments[key>>(t.tagBits&31)], key & t.tagMask()
}

func (t *Table) tagMask() uint32 { return 1<<(t.tagBits&31) - 1 }

// narrowMask returns as many bits as a posting has in a segment that is not wide.
func (t *Table) narrowMask() Posting { return 1<<(8*narrow-t.tagBits&31) - 1 }

// maskOf returns the mask of the segments that can hold a posting.
func (t *Table) maskOf(e Posting) Posting {
	if e > t.narrowMask() {
		return maskWide
	}
	return t.narrowMask()
}

// crowded reports whether so many entries are too many for the places that tags name. A
// small table is little of what an index takes, and so has free places nearer by.
func (t *Table) crowded(entries uint32, homes uint) bool {
	if t.tagBits == leastTagBits {
		return 16*uint(entries) > 15*homes
	}
	return 4*uint(entries) > 3*homes
}

// more returns the next number of places that tags name.
func (t *Table) more(homes uint) uint {
	if t.tagBits == leastTagBits {
		return homes + homes/16 + 1
	}
	return homes + homes/4 + 1
}

// enough returns how many places that tags name a segment of so many entries has, that
// had some before.
func (t *Table) enough(homes uint, entries int) uint {
	for t.crowded(uint32(entries), homes) {
		homes = t.more(homes)
	}
	return homes
}

// makeRoom sees to it that there is room for a posting beside a tag: where there is not,
// tags are shortened, and there are more segments.
func (t *Table) makeRoom(e Posting) {
	if e <= t.most && t.segments != nil {
		return
	}
	old, was := t.segments, t.tagBits
	if old == nil {
		was = mostTagBits
	}
	t.tagBits = was
	for t.tagBits > leastTagBits && e > t.narrowMask() {
		t.tagBits -= fewerTagBits
	}
	bits, mask := t.tagBits, t.tagMask()
	t.most = t.narrowMask()
	if bits == leastTagBits {
		t.most = maskWide
	}
	t.segments = make([]segment, 1<<(32-bits))
	for i := range old {
		s := &old[i]
		t.tagBits = was
		t.collect(s, nil)
		t.tagBits = bits
		for _, b := range s.blocks {
			t.blocks.free(b)
		}
		for rest := t.moving; len(rest) > 0; {
			part := 0
			number := rest[0] & (1<<was - 1) >> bits
			for part < len(rest) && rest[part]&(1<<was-1)>>bits == number {
				rest[part] = rest[part]>>was<<bits | rest[part]&uint64(mask)
				part++
			}
			t.layOut(&t.segments[i<<(was-bits)|int(number)], t.enough(0, part), overflow, t.narrowMask(), rest[:part])
			rest = rest[part:]
		}
	}
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

// home returns the place that a tag names.
func (t *Table) home(s *segment, tag uint32) uint {
	return uint(uint64(tag) * uint64(s.homes) >> (t.tagBits & 31))
}

// bytesAt returns the bytes of a place.
func (t *Table) bytesAt(s *segment, at uint) []byte {
	if s.mask == maskWide {
		const per = (blockSize-8)/wide + 1
		return t.blocks.get(s.blocks[at/per])[at%per*wide:]
	}
	const per = (blockSize-8)/narrow + 1
	return t.blocks.get(s.blocks[at/per])[at%per*narrow:]
}

// at returns the tag and the posting at a place.
func (t *Table) at(s *segment, at uint) (tag uint32, e Posting) {
	v := littleEndian(t.bytesAt(s, at))
	return uint32(v) & t.tagMask(), Posting(v>>(t.tagBits&31)) & s.mask
}

func (t *Table) set(s *segment, at uint, tag uint32, e Posting) {
	b := t.bytesAt(s, at)
	others := littleEndian(b) &^ (uint64(s.mask)<<(t.tagBits&31) | uint64(t.tagMask()))
	binary.LittleEndian.PutUint64(b, others|uint64(e)<<(t.tagBits&31)|uint64(tag))
}

// first returns the first place that is free, or whose tag is not less.
func (t *Table) first(s *segment, tag uint32) uint {
	at := t.home(s, tag)
	width, per := s.shape()
	bits, mask := t.tagBits&31, t.tagMask()
	for i := at / per; i < uint(len(s.blocks)); i++ {
		b := t.blocks.get(s.blocks[i])
		for j := at - i*per; j < per; j++ {
			v := littleEndian(b[j*width:])
			if uint32(v)&mask >= tag || Posting(v>>bits)&s.mask == 0 {
				return i*per + j
			}
		}
		at = (i + 1) * per
	}
	return at
}

// findFree returns the first place from one on that is free.
func (t *Table) findFree(s *segment, at uint) (free uint, ok bool) {
	width, per := s.shape()
	for i := at / per; i < uint(len(s.blocks)); i++ {
		b := t.blocks.get(s.blocks[i])
		for j := at - i*per; j < per; j++ {
			if Posting(littleEndian(b[j*width:])>>(t.tagBits&31))&s.mask == 0 {
				return i*per + j, true
			}
		}
		at = (i + 1) * per
	}
	return 0, false
}

// list returns where the entries with a tag begin and end.
func (t *Table) list(s *segment, tag uint32) (from, to uint) {
	from = t.first(s, tag)
	for to = from; to < s.places(); to++ {
		if other, e := t.at(s, to); other != tag || e == 0 {
			break
		}
	}
	return from, to
}

// insert puts an entry at a place, moving those there on. It reports whether
// there was room.
func (t *Table) insert(s *segment, at uint, tag uint32, e Posting) bool {
	free, ok := t.findFree(s, at)
	if !ok {
		return false
	}
	width, per := s.shape()
	for free > at { // block by block
		start := free / per * per
		from := max(start, at)
		b := t.blocks.get(s.blocks[free/per])
		copy(b[(from-start+1)*width:], b[(from-start)*width:(free-start)*width])
		if free = from; from > at {
			tag, e := t.at(s, from-1)
			t.set(s, from, tag, e)
			free--
		}
	}
	t.set(s, at, tag, e)
	s.used++
	return true
}

// shift moves the entries after a place back by one, up to the place end.
func (t *Table) shift(s *segment, at, end uint) {
	for ; at+1 < end; at++ {
		tag, e := t.at(s, at+1)
		t.set(s, at, tag, e)
	}
}

// rebuild gives a segment so many places that tags name, or somewhat more, and
// at least so many others, of a mask, and keeps the entries that are wanted; nil
// stands for all.
func (t *Table) rebuild(s *segment, homes, others uint, mask Posting, wanted func(number uint32) bool) {
	t.collect(s, wanted)
	t.layOut(s, homes, others, mask, t.moving)
}

// collect takes the entries of a segment that are wanted to be moved.
func (t *Table) collect(s *segment, wanted func(number uint32) bool) {
	t.moving = t.moving[:0]
	for _, number := range s.blocks { // all without waiting for one another
		b := t.blocks.get(number)
		t.sum += b[0] + b[blockSize/4] + b[blockSize/2] + b[blockSize/4*3]
	}
	for _, number := range s.blocks {
		width, per := s.shape()
		b := t.blocks.get(number)
		for j := range per {
			v := littleEndian(b[j*width:])
			if e := Posting(v>>(t.tagBits&31)) & s.mask; e != 0 && (wanted == nil || wanted(e.Number())) {
				t.moving = append(t.moving, uint64(e)<<(t.tagBits&31)|v&uint64(t.tagMask()))
			}
		}
	}
}

// layOut writes entries into a segment: see rebuild.
func (t *Table) layOut(s *segment, homes, others uint, mask Posting, entries []uint64) {
	s.mask, s.used = mask, uint32(len(entries))
	width, per := s.shape()
	for ; ; others += per {
		n := int((homes + others + per - 1) / per)
		for len(s.blocks) > n {
			t.blocks.free(s.blocks[len(s.blocks)-1])
			s.blocks = s.blocks[:len(s.blocks)-1]
		}
		for len(s.blocks) < n {
			s.blocks = append(s.blocks, t.blocks.alloc())
		}
		s.homes = uint32(s.places() - others)
		if t.fill(s, width, per, entries) {
			return
		}
	}
}

// fill writes entries into the blocks of a segment. It reports whether there was room.
func (t *Table) fill(s *segment, width, per uint, entries []uint64) bool {
	for _, b := range s.blocks {
		clear(t.blocks.get(b)[:])
	}
	next, places := uint(0), s.places() // entries come in order: each goes behind the one before
	for _, v := range entries {
		next = max(next, t.home(s, uint32(v)&t.tagMask()))
		if next >= places {
			return false
		}
		b := t.blocks.get(s.blocks[next/per])
		binary.LittleEndian.PutUint64(b[next%per*width:], v) // what follows is free yet
		next++
	}
	return true
}
