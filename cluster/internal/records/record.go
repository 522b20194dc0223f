package records

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A record is what a storage has of a document besides its entry:
//
//	site, page, known, weight  of the brief: 8, 4, 4 and 4 bytes
//	position                   of the entry, varint
//	arrival                    varint
//	flags                      a byte: 1 gone, 2 has links, 4 is a representative,
//	                           8 is a duplicate, and the two bits of its freshness
//	                           from 16 on
//
// and if it has links
//
//	group, mask judged  varints, the second signed
//	boilerplate mask    the number of words, varint, and the words
//	matches             their number, varint, and each: with, common, a, b (varints),
//	                    score and boilerplate (8 and 4 bytes), a byte with 1 exact,
//	                    2 apart and 4 whole, and the verdict's byte
//
// and if it is a representative
//
//	at removal          varint
//	duplicates          their number and their numbers, varints
//
// and if it is a duplicate
//
//	of, slot            varints
//	likeness            as a match
type record struct {
	brief    Brief
	position uint64
	arrival  uint64
	gone     bool
	fresh    uint8
	links    *Links
}

const (
	recordGone = 1 << iota
	recordLinks
	recordRepresentative
	recordDuplicate
	recordFresh // and above
)

func appendDocument(b []byte, d *Document, f *Brief, position uint64) []byte {
	b = binary.BigEndian.AppendUint64(b, f.Site)
	b = binary.BigEndian.AppendUint32(b, f.Page)
	b = binary.BigEndian.AppendUint32(b, f.Known)
	b = binary.BigEndian.AppendUint32(b, f.Weight)
	b = binary.AppendUvarint(b, position)
	b = binary.AppendUvarint(b, d.Arrival)
	t := d.Links
	flags := d.Fresh >> 1 * recordFresh
	if d.Gone {
		flags |= recordGone
	}
	if t == nil {
		return append(b, flags)
	}
	flags |= recordLinks
	if t.Representative != nil {
		flags |= recordRepresentative
	}
	if t.Duplicate != nil {
		flags |= recordDuplicate
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(t.Group))
	b = binary.AppendVarint(b, int64(t.MaskJudged))
	b = binary.AppendUvarint(b, uint64(len(t.Mask.Words())))
	for _, w := range t.Mask.Words() {
		b = binary.BigEndian.AppendUint64(b, w)
	}
	b = binary.AppendUvarint(b, uint64(len(t.Matches)))
	for i := range t.Matches {
		b = appendMatch(b, &t.Matches[i])
	}
	if t.Representative != nil {
		b = binary.AppendUvarint(b, uint64(t.Representative.AtRemoval))
		b = appendNumbers(b, t.Representative.Duplicates)
	}
	if t.Duplicate != nil {
		b = binary.AppendUvarint(b, uint64(t.Of))
		b = binary.AppendUvarint(b, uint64(t.Slot))
		b = appendMatch(b, &t.Likeness)
	}
	return b
}

func appendMatch(b []byte, m *Match) []byte {
	for _, n := range [...]uint32{m.With, m.Common, m.A, m.B} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(m.Score))
	b = binary.BigEndian.AppendUint32(b, math.Float32bits(m.Boilerplate))
	var flags byte
	if m.Exact {
		flags |= 1
	}
	if m.Apart {
		flags |= 2
	}
	if m.Whole {
		flags |= 4
	}
	return append(b, flags, m.Verdict)
}

func appendNumbers(b []byte, numbers []uint32) []byte {
	b = binary.AppendUvarint(b, uint64(len(numbers)))
	for _, n := range numbers {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

// A decoder reads a record. After an error it reads zeros.
type decoder struct {
	b   []byte
	err error
}

var errShort = errors.New("the record ends early or has more than it should")

func (d *decoder) bytes(n int) []byte {
	if n < 0 || len(d.b) < n {
		d.b, d.err = nil, errShort
		return make([]byte, min(max(n, 0), 8))
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) uint64() uint64 { return binary.BigEndian.Uint64(d.bytes(8)) }
func (d *decoder) uint32() uint32 { return binary.BigEndian.Uint32(d.bytes(4)) }
func (d *decoder) byte() byte     { return d.bytes(1)[0] }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.b, d.err = nil, errShort
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.b, d.err = nil, errShort
		return 0
	}
	d.b = d.b[n:]
	return v
}

// below reads a varint that is below a bound.
func (d *decoder) below(bound uint64) uint32 {
	v := d.uvarint()
	if v >= bound {
		d.b, d.err = nil, fmt.Errorf("%d is no number below %d", v, bound)
		return 0
	}
	return uint32(v)
}

// count reads the number of things of at least so many bytes each.
func (d *decoder) count(size int) int {
	return int(d.below(uint64(len(d.b)/size) + 1))
}

func (d *decoder) numbers() []uint32 {
	list := make([]uint32, d.count(1))
	for i := range list {
		list[i] = d.below(postings.MostNumbers)
	}
	return list
}

func (d *decoder) words() []uint64 {
	n := d.count(8)
	if n == 0 {
		return nil
	}
	list := make([]uint64, n)
	for i := range list {
		list[i] = d.uint64()
	}
	return list
}

// matchBytes is the least that a match takes.
const matchBytes = 4 + 8 + 4 + 2

func (d *decoder) match() Match {
	var m Match
	for _, n := range [...]*uint32{&m.With, &m.Common, &m.A, &m.B} {
		*n = d.below(1 << 32)
	}
	m.Score = math.Float64frombits(d.uint64())
	m.Boilerplate = math.Float32frombits(d.uint32())
	flags := d.byte()
	m.Exact, m.Apart, m.Whole = flags&1 != 0, flags&2 != 0, flags&4 != 0
	m.Verdict = d.byte()
	return m
}

// end returns the error of the record.
func (d *decoder) end() error {
	if d.err == nil && len(d.b) > 0 {
		return errShort
	}
	return d.err
}

// head reads what is read of all documents when an index is opened.
func (r *record) head(d *decoder) (flags byte) {
	r.brief.Site, r.brief.Page, r.brief.Known, r.brief.Weight = d.uint64(), d.uint32(), d.uint32(), d.uint32()
	r.position, r.arrival = d.uvarint(), d.uvarint()
	flags = d.byte()
	r.gone, r.fresh = flags&recordGone != 0, flags/recordFresh<<1
	return flags
}

func decodeDocument(b []byte) (record, error) {
	d := decoder{b: b}
	var r record
	flags := r.head(&d)
	if flags&recordLinks == 0 {
		return r, d.end()
	}
	t := &Links{Group: d.below(1 << 32), MaskJudged: int32(d.varint()), Mask: MaskOf(d.words())}
	if n := d.count(matchBytes); n > 0 {
		t.Matches = make([]Match, n)
		for i := range t.Matches {
			t.Matches[i] = d.match()
		}
	}
	if flags&recordRepresentative != 0 {
		t.Representative = &Representative{AtRemoval: int32(d.below(1 << 31)), Duplicates: d.numbers()}
	}
	if flags&recordDuplicate != 0 {
		t.Duplicate = &Duplicate{Of: d.below(postings.MostNumbers), Slot: int32(d.below(1 << 31)), Likeness: d.match()}
	}
	r.links = t
	return r, d.end()
}

// The record of a group is, in varints but for the core:
//
//	first, size, version, least
//	reps     their number and their numbers
//	links    their number, and each: a, b, and the match, as in a document
//	core     limit and known (8 bytes each), weight and of, and where of is 0
//	         a byte, 1 for whole, and the number of elements and these, as in an entry
//	form     of the core: their number and the elements (8 bytes each)
func appendGroup(b []byte, g *Group) []byte {
	for _, n := range [...]int{int(g.First), g.Size, g.CoreVersion, g.Least} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = appendNumbers(b, g.Reps)
	b = binary.AppendUvarint(b, uint64(len(g.Links)))
	for i := range g.Links {
		l := &g.Links[i]
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(l.From)), uint64(l.To))
		b = appendMatch(b, &l.Match)
	}
	c := &g.Core
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, c.Limit), c.Known)
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(c.Weight)), uint64(c.Of))
	if c.Of == 0 {
		b = append(b, 0)
		if c.Whole() {
			b[len(b)-1] = 1
		}
		b = binary.AppendUvarint(b, uint64(c.Len()))
		b = append(b, c.Stored()...)
	}
	b = binary.AppendUvarint(b, uint64(len(c.Boilerplate)))
	for _, e := range c.Boilerplate {
		b = binary.BigEndian.AppendUint64(b, e)
	}
	return b
}

func decodeGroup(b []byte) (*Group, error) {
	d := decoder{b: b}
	const most = 1 << 40
	number := func() int {
		v := d.uvarint()
		if v > most {
			d.b, d.err = nil, fmt.Errorf("%d is too large", v)
			return 0
		}
		return int(v)
	}
	g := &Group{First: d.below(1 << 32), Size: number(), CoreVersion: number(), Least: number(), Reps: d.numbers()}
	g.Links = make([]Link, d.count(2+matchBytes))
	for i := range g.Links {
		g.Links[i] = Link{d.below(postings.MostNumbers), d.below(postings.MostNumbers), d.match()}
	}
	c := &g.Core
	c.Limit, c.Known, c.Weight, c.Of = d.uint64(), d.uint64(), number(), d.below(1<<32)
	if c.Of == 0 {
		whole := d.byte() == 1
		n := uint64(d.count(int(sets.StoredBytes(1, whole))))
		c.Packed = sets.FromBytes(slices.Clone(d.bytes(int(sets.StoredBytes(n, whole)))), whole)
	}
	c.Boilerplate = d.words()
	if err := d.end(); err != nil {
		return nil, err
	}
	if len(g.Reps) == 0 || len(g.Links) != len(g.Reps)-1 {
		return nil, fmt.Errorf("%d documents with %d links", len(g.Reps), len(g.Links))
	}
	return g, nil
}
