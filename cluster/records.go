package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// A record is what a storage has of a document besides its entry:
//
//	site, known, weight  of the brief: 8, 4 and 4 bytes
//	position             of the entry, varint
//	arrival              varint
//	flags                a byte: 1 gone, 2 has ties, 4 leads, 8 follows, and the
//	                     two bits of its freshness from 16 on
//
// and if it has ties
//
//	group, formDone      varints, the second signed
//	form                 the number of words, varint, and the words
//	matches              their number, varint, and each: with, common, a, b
//	                     (varints), score and boilerplate (8 and 4 bytes), a byte
//	                     with 1 exact and 2 apart, and the verdict's byte
//
// and if it leads
//
//	kept                 varint
//	followers            their number and their numbers, varints
//
// and if it follows
//
//	follows, slot        varints
//	likeness             as a match
type record struct {
	brief    brief
	position uint64
	arrival  uint64
	gone     bool
	fresh    uint8
	ties     *ties
}

const (
	recordGone = 1 << iota
	recordTies
	recordLeads
	recordFollows
	recordFresh // and above
)

func (x *Index) appendDocument(b []byte, d *document) []byte {
	f := &x.briefs[d.number]
	b = binary.BigEndian.AppendUint64(b, f.site)
	b = binary.BigEndian.AppendUint32(b, f.known)
	b = binary.BigEndian.AppendUint32(b, f.weight)
	b = binary.AppendUvarint(b, x.stored.positions[d.number])
	b = binary.AppendUvarint(b, d.arrival)
	t := d.ties
	flags := d.fresh >> 1 * recordFresh
	if d.gone {
		flags |= recordGone
	}
	if t == nil {
		return append(b, flags)
	}
	flags |= recordTies
	if t.lead != nil {
		flags |= recordLeads
	}
	if t.following != nil {
		flags |= recordFollows
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(t.group))
	b = binary.AppendVarint(b, int64(t.formDone))
	b = binary.AppendUvarint(b, uint64(t.form.n))
	for _, w := range t.form.words() {
		b = binary.BigEndian.AppendUint64(b, w)
	}
	b = binary.AppendUvarint(b, uint64(len(t.matches)))
	for i := range t.matches {
		b = t.matches[i].append(b)
	}
	if t.lead != nil {
		b = binary.AppendUvarint(b, uint64(t.lead.kept))
		b = appendNumbers(b, t.lead.followers)
	}
	if t.following != nil {
		b = binary.AppendUvarint(b, uint64(t.follows))
		b = binary.AppendUvarint(b, uint64(t.slot))
		b = t.likeness.append(b)
	}
	return b
}

func (m *match) append(b []byte) []byte {
	for _, n := range [...]uint32{m.with, m.common, m.a, m.b} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(m.score))
	b = binary.BigEndian.AppendUint32(b, math.Float32bits(m.boilerplate))
	var flags byte
	if m.exact {
		flags |= 1
	}
	if m.apart {
		flags |= 2
	}
	return append(b, flags, byte(m.verdict))
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
		list[i] = d.below(mostDocuments)
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

func (d *decoder) match() match {
	var m match
	for _, n := range [...]*uint32{&m.with, &m.common, &m.a, &m.b} {
		*n = d.below(1 << 32)
	}
	m.score = math.Float64frombits(d.uint64())
	m.boilerplate = math.Float32frombits(d.uint32())
	flags := d.byte()
	m.exact, m.apart = flags&1 != 0, flags&2 != 0
	m.verdict = Verdict(d.byte())
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
	r.brief.site, r.brief.known, r.brief.weight = d.uint64(), d.uint32(), d.uint32()
	r.position, r.arrival = d.uvarint(), d.uvarint()
	flags = d.byte()
	r.gone, r.fresh = flags&recordGone != 0, flags/recordFresh<<1
	return flags
}

func decodeDocument(b []byte) (record, error) {
	d := decoder{b: b}
	var r record
	flags := r.head(&d)
	if flags&recordTies == 0 {
		return r, d.end()
	}
	t := &ties{group: d.below(1 << 32), formDone: int32(d.varint()), form: bitmapOf(d.words())}
	if n := d.count(matchBytes); n > 0 {
		t.matches = make([]match, n)
		for i := range t.matches {
			t.matches[i] = d.match()
		}
	}
	if flags&recordLeads != 0 {
		t.lead = &lead{kept: int32(d.below(1 << 31)), followers: d.numbers()}
	}
	if flags&recordFollows != 0 {
		t.following = &following{follows: d.below(mostDocuments), slot: int32(d.below(1 << 31)), likeness: d.match()}
	}
	r.ties = t
	return r, d.end()
}

// The record of a group is, in varints but for the core:
//
//	first, size, version, least
//	reps     their number and their numbers
//	links    their number, and each: a, b, and the match, as in a document
//	core     limit and known (8 bytes each), weight and of, and where of is 0
//	         a byte, 1 for whole, and the number of its words and these (4 bytes)
//	form     of the core: their number and the elements (8 bytes each)
func (x *Index) appendGroup(b []byte, g *group) []byte {
	for _, n := range [...]int{int(g.first), g.size, g.version, g.least} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = appendNumbers(b, g.reps)
	b = binary.AppendUvarint(b, uint64(len(g.links)))
	for i := range g.links {
		l := &g.links[i]
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(l.a)), uint64(l.b))
		b = l.match.append(b)
	}
	c := &g.core
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, c.limit), c.known)
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(c.weight)), uint64(c.of))
	if c.of == 0 {
		b = append(b, 0)
		if c.whole {
			b[len(b)-1] = 1
		}
		b = binary.AppendUvarint(b, uint64(c.kept.n))
		for _, w := range c.kept.all() {
			b = binary.BigEndian.AppendUint32(b, w)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(c.form)))
	for _, e := range c.form {
		b = binary.BigEndian.AppendUint64(b, e)
	}
	return b
}

func decodeGroup(b []byte) (*group, error) {
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
	g := &group{first: d.below(1 << 32), size: number(), version: number(), least: number(), reps: d.numbers()}
	g.links = make([]link, d.count(2+matchBytes))
	for i := range g.links {
		g.links[i] = link{d.below(mostDocuments), d.below(mostDocuments), d.match()}
	}
	c := &g.core
	c.limit, c.known, c.weight, c.of = d.uint64(), d.uint64(), number(), d.below(1<<32)
	if c.of == 0 {
		whole := d.byte() == 1
		words := make([]uint32, d.count(4))
		for i := range words {
			words[i] = d.uint32()
		}
		c.kept = keptOf(words, whole)
	}
	c.form = d.words()
	if err := d.end(); err != nil {
		return nil, err
	}
	if len(g.reps) == 0 || len(g.links) != len(g.reps)-1 {
		return nil, fmt.Errorf("%d documents with %d links", len(g.reps), len(g.links))
	}
	return g, nil
}

// bytes returns the memory of a document.
func (d *document) bytes() int {
	return documentBytes + len(d.id) + 4*int(d.set.n) + d.ties.bytes()
}

func (w *body) bytes() int { return int(unsafe.Sizeof(*w)) + 4*(int(w.n)+cap(w.sequence)) }

func (g *group) bytes() int {
	return int(unsafe.Sizeof(*g)) + 4*cap(g.reps) + int(unsafe.Sizeof(link{}))*cap(g.links) + 4*int(g.core.n) + 8*cap(g.core.form)
}
