package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sort"
)

// ErrFormat is what errors wrap about bytes that no index with the same options
// has written.
var ErrFormat = errors.New("cluster: malformed entry")

const (
	entryMagic   = "RpEn"
	entryVersion = 1
	entryHeader  = 64

	wholeSet     = 1 << 0
	withSequence = 1 << 1
)

// AppendBinary appends the entry to b, in the format that Decode describes. It
// is for entries that were prepared and not yet added. The error wraps ErrID if
// p is a zero value; b is then returned as it was.
func (p Prepared) AppendBinary(b []byte) ([]byte, error) {
	if p.doc == nil || p.entry == nil {
		return b, fmt.Errorf("%w: the entry was not prepared", ErrID)
	}
	d := p.doc
	var flags byte
	if d.set.whole {
		flags |= wholeSet
	}
	if p.sequence != nil {
		flags |= withSequence
	}
	le := binary.LittleEndian
	b = append(b, entryMagic...)
	b = append(b, entryVersion, flags, 0, 0)
	b = le.AppendUint64(b, uint64(d.time))
	b = le.AppendUint64(b, p.brief.site)
	for _, n := range [...]uint32{
		uint32(d.words), uint32(d.size), uint32(d.sampled), uint32(d.weight), p.brief.known, p.brief.weight,
		uint32(len(d.id)), d.set.n, uint32(len(p.bands)), uint32(len(p.sequence)),
	} {
		b = le.AppendUint32(b, n)
	}
	b = append(b, d.id...)
	for _, words := range [...][]uint32{d.set.all(), p.bands, p.sequence} {
		for _, w := range words {
			b = le.AppendUint32(b, w)
		}
	}
	return b, nil
}

// Decode decodes an entry that an index with the same options has prepared. The
// format, all numbers little-endian:
//
//	offset  bytes
//	 0      4     "RpEn"
//	 4      1     version, 1
//	 5      1     1 if the set is whole, and 2 if there is a sequence
//	 6      2     0
//	 8      8     time of publication, nanoseconds since 1970; 2⁶³−1 if unknown
//	16      8     hash of the site, 0 if unknown
//	24      4     words
//	28      4     size of the set
//	32      4     elements in the index
//	36      4     weight of the elements kept
//	40      4     upper half of the hash up to which elements are in the index
//	44      4     weight of the elements in the index
//	48      4     i, bytes of the id
//	52      4     s, numbers of the set
//	56      4     b, bands
//	60      4     q, numbers of the sequence
//	64      i     id
//	        4·s   set: if whole, the upper halves of the elements and then the
//	              lower ones; else the upper 31 bits of each and whether it is
//	              running text
//	        4·b   keys of the bands
//	        4·q   sequence
//
// 12 bytes a word for a text of which all is kept. Bytes that no index writes
// are rejected, and so are those of an index that keeps other parts of a document
// or another sample. The length is checked before anything is allocated; nothing
// of b is kept. The error wraps ErrFormat.
func (x *Index) Decode(b []byte) (Prepared, error) {
	if len(b) < entryHeader {
		return Prepared{}, fmt.Errorf("%w: %d bytes, want at least %d", ErrFormat, len(b), entryHeader)
	}
	if string(b[:4]) != entryMagic {
		return Prepared{}, fmt.Errorf("%w: it begins with %q, want %q", ErrFormat, b[:4], entryMagic)
	}
	if b[4] != entryVersion {
		return Prepared{}, fmt.Errorf("%w: version %d, want %d", ErrFormat, b[4], entryVersion)
	}
	if b[6] != 0 || b[7] != 0 {
		return Prepared{}, fmt.Errorf("%w: bytes 6 and 7 are %d and %d, want 0", ErrFormat, b[6], b[7])
	}
	var want byte
	if !x.o.SamplesOnly {
		want |= wholeSet
	}
	if x.o.NewJudge != nil {
		want |= withSequence
	}
	if b[5] != want {
		return Prepared{}, fmt.Errorf("%w: flags %#x, want %#x: it was made by an index with another SamplesOnly or another judge", ErrFormat, b[5], want)
	}
	le := binary.LittleEndian
	var n [10]uint32
	for i := range n {
		n[i] = le.Uint32(b[24+4*i:])
	}
	words, size, sampled, weight, known, sampleWeight := n[0], n[1], n[2], n[3], n[4], n[5]
	id, rest := uint64(n[6]), b[entryHeader:]
	if length := id + 4*(uint64(n[7])+uint64(n[8])+uint64(n[9])); length != uint64(len(rest)) {
		return Prepared{}, fmt.Errorf("%w: %d bytes after the header, want %d", ErrFormat, len(rest), length)
	}
	switch {
	case id == 0:
		return Prepared{}, fmt.Errorf("%w: the id is empty", ErrFormat)
	case max(words, size, sampled, weight) > math.MaxInt32:
		return Prepared{}, fmt.Errorf("%w: counts %d, %d, %d and %d, want less than 2³¹", ErrFormat, words, size, sampled, weight)
	case x.o.NewJudge == nil && n[9] != 0:
		return Prepared{}, fmt.Errorf("%w: a sequence of %d, want none", ErrFormat, n[9])
	}
	d := &document{
		id: string(rest[:id]), time: int64(le.Uint64(b[8:])),
		words: int32(words), size: int32(size), sampled: int32(sampled), weight: int32(weight),
	}
	rest = rest[id:]
	take := func(count uint32) []uint32 {
		out := make([]uint32, count)
		for i := range out {
			out[i] = le.Uint32(rest[4*i:])
		}
		rest = rest[4*len(out):]
		return out
	}
	d.set = keptOf(take(n[7]), !x.o.SamplesOnly)
	p := Prepared{d, &entry{bands: take(n[8]), brief: brief{le.Uint64(b[16:]), known, sampleWeight}}}
	if x.o.NewJudge != nil {
		p.sequence = take(n[9])
	}
	if err := p.check(&x.o); err != nil {
		return Prepared{}, err
	}
	return p, nil
}

// check says what of a decoded entry no index with these options would make.
func (p Prepared) check(o *Options) error {
	d, n := p.doc, p.doc.set.len()
	if d.set.whole && d.set.n%2 != 0 {
		return fmt.Errorf("%w: half an element, want whole ones", ErrFormat)
	}
	total, sampleWeight := 0, 0 // of the elements kept, and of those in the index
	for i := range n {
		e := d.set.element(i)
		if i > 0 && d.set.element(i-1)>>1 >= e>>1 {
			return fmt.Errorf("%w: element %d is not above the one before it", ErrFormat, i)
		}
		total += weight(e)
		if i < int(d.sampled) {
			sampleWeight = total
		}
	}
	if !d.set.whole {
		// Elements were packed after they were weighed and counted.
		switch w, s := int(d.weight), int(p.brief.weight); {
		case int(d.sampled) != n || int(d.size) < n:
			return fmt.Errorf("%w: %d elements kept, %d in the index, of %d, want a sample", ErrFormat, n, d.sampled, d.size)
		case w < n || w > weightProse*n || s != w:
			return fmt.Errorf("%w: weights %d and %d of %d elements, want one from %d to %d", ErrFormat, w, s, n, n, 10*n)
		}
		return nil
	}
	known := uint32(math.MaxUint32)
	if 0 < d.sampled && int(d.sampled) < n {
		known = uint32(d.set.element(int(d.sampled)-1) >> 32)
	}
	sampled := sort.Search(n, func(i int) bool { return d.set.element(i) >= math.MaxUint64/uint64(o.Scale) })
	switch sampled = min(max(sampled, o.Floor), n); {
	case int(d.size) != n || int(d.sampled) != sampled:
		return fmt.Errorf("%w: %d elements of %d, %d of them in the index, want all and %d", ErrFormat, n, d.size, d.sampled, sampled)
	case int(d.weight) != total || int(p.brief.weight) != sampleWeight:
		return fmt.Errorf("%w: weights %d and %d, want %d and %d", ErrFormat, d.weight, p.brief.weight, total, sampleWeight)
	case p.brief.known != known:
		return fmt.Errorf("%w: elements known up to %#x, want %#x", ErrFormat, p.brief.known, known)
	}
	return nil
}
