package batch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/engine"
)

// The kinds of rows, the first byte of their values. What a document is told by is a hash
// of its id, the key of most rows; numbers in values are big-endian, or uvarint where no
// size is given. Those of the stage read may be saved: a change of their bytes is a new
// savedRowsVersion.
const (
	ofDocument = 'd' // key: document. 4 version, document
	ofBrief    = 'b' // key: document; order: its time. 4 version, 4 reach, weight
	ofPosting  = 'p' // key: shingle; order: time. 8 document, 4 hash of the sample, 4 reach, 8 site, 4 page, weight of the sample, place
	ofKnown    = 'f' // key: document. weight that documents before it had, weight of all its keys
	ofMark     = 'm' // key: document. place that is boilerplate
	ofMarks    = 'M' // key: document. all such places
	ofMet      = 'c' // key: later document. 8 its time, 8 earlier document, 4 its reach, its weight, weight in common, 1 if by a whole
	ofLeader   = 'l' // key: document. 8 its leader, read before choices
	ofChoice   = 'a' // key: leader. 8 document, 8 each of its candidates, the likeliest first
	ofRequest  = 'r' // key: document that is wanted. 8 group
	ofGrouped  = 't' // key: group. 8 document, marks, document; read before comparisons
	ofCompared = 'k' // key: group. as of a choice
	ofMatch    = 'e' // key: later document. 8 earlier document, match
	ofEdge     = 's' // key: document. 8 one with a smaller hash in its component
	ofReverse  = 'z' // the same edge the other way, read after those
	ofAbout    = 'A' // key: document; order: -2. what it tells of its origin, as the format has it
	ofMember   = 'D' // key: component. marks, what it tells of its origin, document
	ofLink     = 'E' // key: component. 8 later document, 8 earlier one, match
	ofLine     = 'o' // key: document. line of the clusters
	ofPair     = 'q' // key: document. 8 its time, its id, 4 rank of the pair, line of the pair
	ofFate     = 'F' // key: document. line of what becomes of it
	ofKept     = 'C' // key: document; order: number of the text. document, if it may have come more than once
	ofLesson   = 'K' // key: name. name, lesson
	ofOrigin   = 'j' // key: canonical document. As ofPair, of the canonical document, rank 0, line of the origins
	ofVersion  = 'V' // key: 0. what the rows of read depend on, in JSON
	ofPlace    = 'i' // key: document; order: -1. 8 its place in the input, on one machine only

	// Facts are few, and all processes have all of them.
	isDropped = 'x' // key: document; order: its time. 4 version: another one has its id
	isFresh   = 'n' // key: document. flags, where it is not wholly new
	isMarked  = 'w' // key: document. weight of its boilerplate
	isWanted  = 'v' // key: document that is compared with another one
	isAgain   = 'y' // key: document. It has come more than once as the one that stays
	isGone    = 'g' // key: document. It is not kept
	isLearned = 'L' // key: name. what is learned of it
)

// Orders of rows of one key that are read before others.
const (
	firstOrder  = -3 // documents
	secondOrder = -2 // their marks
	thirdOrder  = -1 // their edges
)

// ErrRow is wrapped by errors for a row that no stage writes.
var ErrRow = errors.New("batch: broken row")

// A value is what is left to read of a row's value. After the last read, end says whether
// all was as it should be.
type value struct {
	rest []byte
	bad  bool
}

func (v *value) bytes(n uint64) []byte {
	if n > uint64(len(v.rest)) {
		v.bad, v.rest = true, nil
		return nil
	}
	b := v.rest[:n]
	v.rest = v.rest[n:]
	return b
}

func (v *value) uvarint() uint64 {
	n, size := binary.Uvarint(v.rest)
	if size <= 0 {
		v.bad, v.rest = true, nil
		return 0
	}
	v.rest = v.rest[size:]
	return n
}

func (v *value) byte() byte {
	if b := v.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (v *value) uint32() uint32 {
	if b := v.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (v *value) uint64() uint64 {
	if b := v.bytes(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (v *value) text() string { return string(v.bytes(v.uvarint())) }

// end returns an error that wraps ErrRow if something of the value was missing, or is left.
func (v *value) end(r Row) error {
	if v.bad || len(v.rest) > 0 {
		return fmt.Errorf("%w: key %d, order %d, %d bytes that begin with %.16q", ErrRow, r.Key, r.Order, len(r.Value), r.Value)
	}
	return nil
}

// kindOf returns the kind of a row, and what is left of its value.
func kindOf(r Row) (kind byte, v value) {
	v.rest = r.Value
	return v.byte(), v
}

func unexpected(r Row) error {
	v := value{bad: true}
	return v.end(r)
}

func appendText[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendDocument(b []byte, d *engine.Document) []byte {
	known := byte(0)
	if !d.Published.IsZero() {
		known = 1
	}
	b = append(b, known)
	if known == 1 {
		b = binary.BigEndian.AppendUint64(b, uint64(d.Published.Unix()))
		b = binary.BigEndian.AppendUint32(b, uint32(d.Published.Nanosecond()))
		_, offset := d.Published.Zone()
		b = binary.BigEndian.AppendUint32(b, uint32(offset))
	}
	for _, s := range [...]string{d.ID, d.Site, d.URL, d.Title} {
		b = appendText(b, s)
	}
	return append(b, d.Text...)
}

// document reads a document, which is the rest of a value.
func (v *value) document() engine.Document {
	d := v.head()
	d.Text, v.rest = string(v.rest), nil
	return d
}

// head reads what of a document is before its text.
func (v *value) head() (d engine.Document) {
	if v.byte() == 1 {
		seconds, nanoseconds, offset := int64(v.uint64()), int64(v.uint32()), int(int32(v.uint32()))
		zone := time.UTC
		if offset != 0 {
			zone = time.FixedZone("", offset)
		}
		d.Published = time.Unix(seconds, nanoseconds).In(zone)
	}
	for _, s := range [...]*string{&d.ID, &d.Site, &d.URL, &d.Title} {
		*s = v.text()
	}
	return d
}

func appendMarks(b []byte, places []uint32) []byte {
	b = binary.AppendUvarint(b, uint64(len(places)))
	for _, p := range places {
		b = binary.AppendUvarint(b, uint64(p))
	}
	return b
}

func (v *value) marks() (places []uint32) {
	for range min(v.uvarint(), uint64(len(v.rest))) {
		places = append(places, uint32(v.uvarint()))
	}
	return places
}

// A met is an earlier document that another one has met.
type met struct {
	time     int64
	document uint64
	brief    records.Brief // Known and Weight
	common   uint32        // weight
	whole    bool
}

func appendMet(b []byte, m *met) []byte {
	b = binary.BigEndian.AppendUint64(append(b, ofMet), uint64(m.time)^1<<63)
	b = binary.BigEndian.AppendUint64(b, m.document)
	b = binary.BigEndian.AppendUint32(b, m.brief.Known)
	b = binary.AppendUvarint(b, uint64(m.brief.Weight))
	b = binary.AppendUvarint(b, uint64(m.common))
	if m.whole {
		return append(b, 1)
	}
	return append(b, 0)
}

func (v *value) met() (m met) {
	m.time, m.document = int64(v.uint64()^1<<63), v.uint64()
	m.brief.Known, m.brief.Weight = v.uint32(), uint32(v.uvarint())
	m.common, m.whole = uint32(v.uvarint()), v.byte() == 1
	return m
}

// A posting is a document that has a key.
type posting struct {
	holder join.Holder
	brief  records.Brief // Known and Weight
}

func appendPosting(b []byte, p *posting) []byte {
	b = binary.BigEndian.AppendUint64(append(b, ofPosting), p.holder.Document)
	b = binary.BigEndian.AppendUint32(b, p.holder.Text)
	b = binary.BigEndian.AppendUint32(b, p.brief.Known)
	b = binary.BigEndian.AppendUint64(b, p.holder.Site)
	b = binary.BigEndian.AppendUint32(b, p.holder.Page)
	b = binary.AppendUvarint(b, uint64(p.brief.Weight))
	return binary.AppendUvarint(b, uint64(p.holder.Place))
}

func (v *value) posting() (p posting) {
	p.holder.Document, p.holder.Text = v.uint64(), v.uint32()
	p.brief.Known = v.uint32()
	p.holder.Site, p.holder.Page = v.uint64(), v.uint32()
	p.brief.Weight, p.holder.Place = uint32(v.uvarint()), uint32(v.uvarint())
	return p
}

const (
	matchExact = 1 << iota
	matchApart
	matchWhole
)

func appendMatch(b []byte, with uint64, m *records.Match) []byte {
	b = binary.BigEndian.AppendUint64(b, with)
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(m.Score))
	for _, n := range [...]uint32{m.Common, m.A, m.B, math.Float32bits(m.Boilerplate)} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	var flags byte
	for i, is := range [...]bool{m.Exact, m.Apart, m.Whole} {
		if is {
			flags |= 1 << i
		}
	}
	return append(b, flags, m.Verdict)
}

func (v *value) match() (with uint64, m records.Match) {
	with = v.uint64()
	m.Score = math.Float64frombits(v.uint64())
	m.Common, m.A, m.B, m.Boilerplate = v.uint32(), v.uint32(), v.uint32(), math.Float32frombits(v.uint32())
	flags := v.byte()
	m.Exact, m.Apart, m.Whole = flags&matchExact != 0, flags&matchApart != 0, flags&matchWhole != 0
	m.Verdict = v.byte()
	return with, m
}

// versionOf tells documents of one id and time apart, as far as others see them.
func versionOf(h *join.Holder) uint32 {
	n := uint64(h.Text)<<32 ^ uint64(h.Page)
	n = (n*0x9E3779B97F4A7C15 ^ h.Site) * 0x9E3779B97F4A7C15
	return uint32(n >> 32)
}
