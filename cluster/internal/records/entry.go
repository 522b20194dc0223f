package records

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// An Entry is what is needed of a document besides itself until it was added.
type Entry struct {
	Bands    []uint32
	Wholes   []uint64         // the keys of the whole text that bands make, if that is all they are needed for
	Sequence sequences.Packed // for the judge, if there is one
	Brief    Brief
	Note     string // of the caller; only memory keeps it
	Position uint64 // of the entry in a storage

	// Keys, those of bands before those of the sample, that the runs of the storage
	// did not have when it was at a position.
	Absent   bitset.Set
	AbsentAt uint64
}

// Densely packs a document and its entry as an index in memory keeps them.
func Densely(d *Document, e *Entry) {
	d.Set, e.Sequence = d.Set.Densely(), e.Sequence.Densely()
}

// A Layout is what the options of an index say of the entries that it writes.
type Layout struct {
	SamplesOnly  bool // no more of a set is kept than what is in the index
	Sequences    bool // entries have a sequence for a judge
	Scale, Floor int  // of the sample: see cluster.Options

	// Weigh returns the weight of elements, of which so many are running text, and
	// is at least LeastWeight and at most MostWeight for each of them.
	Weigh                   func(elements, prose int) int
	LeastWeight, MostWeight int
}

const (
	entryMagic   = "RpEn"
	entryVersion = 2
	entryHeader  = 68

	wholeSet     = 1 << 0
	withSequence = 1 << 1
)

// AppendEntry appends the entry of a document that was not yet added, in the format
// that DecodeEntry describes.
func AppendEntry(b []byte, d *Document, e *Entry) []byte {
	var flags byte
	if d.Set.Whole() {
		flags |= wholeSet
	}
	if !e.Sequence.None() {
		flags |= withSequence
	}
	set, sequence := d.Set.Stored(), e.Sequence.Stored()
	le := binary.LittleEndian
	b = append(b, entryMagic...)
	b = append(b, entryVersion, flags, 0, 0)
	b = le.AppendUint64(b, uint64(d.Time))
	b = le.AppendUint64(b, e.Brief.Site)
	for _, n := range [...]uint32{
		e.Brief.Page, uint32(d.Words), uint32(d.Size), uint32(d.Sampled), uint32(d.Weight), e.Brief.Known, e.Brief.Weight,
		uint32(len(d.ID)), uint32(d.Set.Len()), uint32(len(e.Bands)), uint32(len(sequence) / 4),
	} {
		b = le.AppendUint32(b, n)
	}
	b = append(b, d.ID...)
	b = append(b, set...)
	for _, k := range e.Bands {
		b = le.AppendUint32(b, k)
	}
	return append(b, sequence...)
}

// DecodeEntry decodes an entry that an index with the same layout has written. The
// format, all numbers little-endian:
//
//	offset  bytes
//	 0      4     "RpEn"
//	 4      1     version, 2
//	 5      1     1 if the set is whole, and 2 if there is a sequence
//	 6      2     0
//	 8      8     time of publication, nanoseconds since 1970; 2⁶³−1 if unknown
//	16      8     hash of the site, 0 if unknown
//	24      4     hash of the URL, 0 if unknown
//	28      4     words
//	32      4     size of the set
//	36      4     elements in the index
//	40      4     weight of the elements kept
//	44      4     upper half of the hash up to which elements are in the index
//	48      4     weight of the elements in the index
//	52      4     i, bytes of the id
//	56      4     s, elements of the set
//	60      4     b, bands
//	64      4     q, numbers of the sequence
//	68      i     id
//	        4·s   set: the upper 31 bits of each element and whether it is running text
//	        s     if the set is whole: the next 8 bits of each, 0 of those above the
//	              lowest sixteenth of all hashes
//	        4·b   keys of the bands
//	        4·q   sequence
//
// 9 bytes a word for a text of which all is kept. Bytes that no index writes
// are rejected, and so are those of an index that keeps other parts of a document
// or another sample. The length is checked before anything is allocated; nothing
// of b is kept. The error wraps ErrFormat.
func DecodeEntry(b []byte, l *Layout) (*Document, *Entry, error) {
	if len(b) < entryHeader {
		return nil, nil, fmt.Errorf("%w: %d bytes, want at least %d", ErrFormat, len(b), entryHeader)
	}
	if string(b[:4]) != entryMagic {
		return nil, nil, fmt.Errorf("%w: it begins with %q, want %q", ErrFormat, b[:4], entryMagic)
	}
	if b[4] != entryVersion {
		return nil, nil, fmt.Errorf("%w: version %d, want %d", ErrFormat, b[4], entryVersion)
	}
	if b[6] != 0 || b[7] != 0 {
		return nil, nil, fmt.Errorf("%w: bytes 6 and 7 are %d and %d, want 0", ErrFormat, b[6], b[7])
	}
	var want byte
	if !l.SamplesOnly {
		want |= wholeSet
	}
	if l.Sequences {
		want |= withSequence
	}
	if b[5] != want {
		return nil, nil, fmt.Errorf("%w: flags %#x, want %#x: it was made by an index with another SamplesOnly or another judge", ErrFormat, b[5], want)
	}
	le := binary.LittleEndian
	var n [10]uint32 // after the page
	for i := range n {
		n[i] = le.Uint32(b[28+4*i:])
	}
	words, size, sampled, weight, known, sampleWeight := n[0], n[1], n[2], n[3], n[4], n[5]
	id, rest := uint64(n[6]), b[entryHeader:]
	set := sets.StoredBytes(uint64(n[7]), !l.SamplesOnly)
	if length := id + set + 4*(uint64(n[8])+uint64(n[9])); length != uint64(len(rest)) {
		return nil, nil, fmt.Errorf("%w: %d bytes after the header, want %d", ErrFormat, len(rest), length)
	}
	switch {
	case id == 0:
		return nil, nil, fmt.Errorf("%w: the id is empty", ErrFormat)
	case max(words, size, sampled, weight) > math.MaxInt32:
		return nil, nil, fmt.Errorf("%w: counts %d, %d, %d and %d, want less than 2³¹", ErrFormat, words, size, sampled, weight)
	case !l.Sequences && n[9] != 0:
		return nil, nil, fmt.Errorf("%w: a sequence of %d, want none", ErrFormat, n[9])
	}
	d := &Document{
		ID: string(rest[:id]), Time: int64(le.Uint64(b[8:])),
		Words: int32(words), Size: int32(size), Sampled: int32(sampled), Weight: int32(weight),
	}
	rest = rest[id:]
	d.Set = sets.FromBytes(slices.Clone(rest[:set]), !l.SamplesOnly)
	rest = rest[set:]
	bands := make([]uint32, n[8])
	for i := range bands {
		bands[i] = le.Uint32(rest[4*i:])
	}
	rest = rest[4*len(bands):]
	e := &Entry{Bands: bands, Brief: Brief{le.Uint64(b[16:]), le.Uint32(b[24:]), known, sampleWeight}}
	if l.Sequences {
		e.Sequence = sequences.FromBytes(slices.Clone(rest))
	}
	if err := l.check(d, e); err != nil {
		return nil, nil, err
	}
	return d, e, nil
}

var elementBuffers = sync.Pool{New: func() any { return new([]uint64) }}

// check says what of a decoded entry no index with this layout would write.
func (l *Layout) check(d *Document, e *Entry) error {
	n := d.Set.Len()
	buf := elementBuffers.Get().(*[]uint64)
	defer elementBuffers.Put(buf)
	*buf = d.Set.First(n, *buf)
	elements := *buf
	prose, sampleProse := 0, 0 // of the elements kept, and of those in the index
	for i, element := range elements {
		if d.Set.Whole() && sets.Round(element) != element {
			return fmt.Errorf("%w: element %d is not rounded", ErrFormat, i)
		}
		if i > 0 && elements[i-1]>>1 >= element>>1 {
			return fmt.Errorf("%w: element %d is not above the one before it", ErrFormat, i)
		}
		if prose += int(element & sets.Prose); i < int(d.Sampled) {
			sampleProse = prose
		}
	}
	if !d.Set.Whole() {
		// Elements were packed after they were weighed and counted.
		switch w, s := int(d.Weight), int(e.Brief.Weight); {
		case int(d.Sampled) != n || int(d.Size) < n:
			return fmt.Errorf("%w: %d elements kept, %d in the index, of %d, want a sample", ErrFormat, n, d.Sampled, d.Size)
		case w < l.LeastWeight*n || w > l.MostWeight*n || s != w:
			return fmt.Errorf("%w: weights %d and %d of %d elements, want one from %d to %d", ErrFormat, w, s, n, l.LeastWeight*n, l.MostWeight*n)
		}
		return nil
	}
	known := uint32(math.MaxUint32)
	if 0 < d.Sampled && int(d.Sampled) < n {
		known = uint32(elements[d.Sampled-1] >> 32)
	}
	sampled := sort.Search(n, func(i int) bool { return elements[i] >= math.MaxUint64/uint64(l.Scale) })
	sampled = min(max(sampled, l.Floor), n)
	weight, sampleWeight := l.Weigh(n, prose), l.Weigh(min(int(d.Sampled), n), sampleProse)
	switch {
	case int(d.Size) != n || int(d.Sampled) != sampled:
		return fmt.Errorf("%w: %d elements of %d, %d of them in the index, want all and %d", ErrFormat, n, d.Size, d.Sampled, sampled)
	case int(d.Weight) != weight || int(e.Brief.Weight) != sampleWeight:
		return fmt.Errorf("%w: weights %d and %d, want %d and %d", ErrFormat, d.Weight, e.Brief.Weight, weight, sampleWeight)
	case e.Brief.Known != known:
		return fmt.Errorf("%w: elements known up to %#x, want %#x", ErrFormat, e.Brief.Known, known)
	}
	return nil
}
