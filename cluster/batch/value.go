package batch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/engine"
)

// The kinds of rows, the first byte of their values. What a document is told by is a hash
// of its id, the key of most rows; numbers in values are big-endian, or uvarint where no
// size is given. Those of the stage read may be saved: a change of their bytes is a new
// savedRowsVersion.
const (
	ofDocument = 'd' // key: document. 8 its time, document: of one id the greatest stays
	ofSketch   = 'S' // key: document. 8 its version, brief without its time, number of keys, 8 and place of each
	ofBrief    = 'b' // key: document. 8 its time, 4 hash of the sample, 4 reach, 8 site, 4 page, weight of the sample
	ofPosting  = 'p' // key: shingle; order: time. 8 document, 4 hash of the sample, place
	ofKnown    = 'f' // key: document. weight that documents before it had
	ofAsked    = 'h' // key: document, which is listed with many. 8 shingle, place
	ofListed   = 'P' // key: shingle; order: time. 8 document, 4 hash of the sample, 8 site, 4 page, flags of its freshness, place
	ofMark     = 'm' // key: document. place that is boilerplate
	ofMarks    = 'M' // key: document. all such places
	ofPaired   = 'u' // key: earlier document. 8 later document, weight in common, 1 if by a whole
	ofMet      = 'c' // key: later document. 8 time, 8 earlier document, 4 its reach, its weight, weight in common, 1 if by a whole
	ofLeader   = 'l' // key: document. 8 its leader, read before choices
	ofChoice   = 'a' // key: leader. 8 document, 8 each of its candidates, the likeliest first
	ofRequest  = 'r' // key: document that is wanted. 8 group
	ofGrouped  = 't' // key: group. 8 document, marks, document; read before comparisons
	ofCompared = 'k' // key: group. as of a choice
	ofMatch    = 'e' // key: later document. 8 earlier document, match
	ofEdge     = 's' // key: document. 8 one with a smaller hash in its component
	ofReverse  = 'z' // the same edge the other way, read after those
	ofAbout    = 'A' // key: document; order: -2. 8 its version, what it tells of its origin, as the format has it
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

	// Facts, which all processes of a stage have as a whole.
	isLatest  = 'y' // key: document, of which several came. 8 version of the one that stays
	isGone    = 'g' // key: document. It is not kept
	isLearned = 'L' // key: name. what is learned of it
)

// Orders of rows of one key that are read before others.
const (
	firstOrder  = -3 // documents, their briefs
	secondOrder = -2 // their marks, what else is to be known of them first
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

// A paired is a later document that has met an earlier one.
type paired struct {
	document uint64
	common   uint32 // weight
	whole    bool
}

func appendPaired(b []byte, p paired) []byte {
	b = binary.BigEndian.AppendUint64(append(b, ofPaired), p.document)
	return appendBool(binary.AppendUvarint(b, uint64(p.common)), p.whole)
}

func (v *value) paired() (p paired) {
	p.document = v.uint64()
	p.common, p.whole = uint32(v.uvarint()), v.byte() == 1
	return p
}

// A met is an earlier document that another one has met.
type met struct {
	time     int64
	document uint64
	brief    records.Brief // Known, and Weight of what is no boilerplate
	common   uint32        // weight
	whole    bool
}

func appendMet(b []byte, m *met) []byte {
	b = binary.BigEndian.AppendUint64(append(b, ofMet), uint64(m.time)^1<<63)
	b = binary.BigEndian.AppendUint64(b, m.document)
	b = binary.BigEndian.AppendUint32(b, m.brief.Known)
	b = binary.AppendUvarint(b, uint64(m.brief.Weight))
	return appendBool(binary.AppendUvarint(b, uint64(m.common)), m.whole)
}

func (v *value) met() (m met) {
	m.time, m.document = int64(v.uint64()^1<<63), v.uint64()
	m.brief.Known, m.brief.Weight = v.uint32(), uint32(v.uvarint())
	m.common, m.whole = uint32(v.uvarint()), v.byte() == 1
	return m
}

func appendBool(b []byte, is bool) []byte {
	if is {
		return append(b, 1)
	}
	return append(b, 0)
}

// A brief is what is known of a document without its text and its keys.
type brief struct {
	time int64
	text uint32 // hash of the sample
	records.Brief
}

func appendBrief(b []byte, of *brief) []byte {
	b = binary.BigEndian.AppendUint64(append(b, ofBrief), uint64(of.time)^1<<63)
	return of.append(b)
}

// append appends all but the time.
func (of *brief) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, of.text)
	b = binary.BigEndian.AppendUint32(b, of.Known)
	b = binary.BigEndian.AppendUint64(b, of.Site)
	b = binary.BigEndian.AppendUint32(b, of.Page)
	return binary.AppendUvarint(b, uint64(of.Weight))
}

func (v *value) brief() (of brief) {
	of.time = int64(v.uint64() ^ 1<<63)
	v.untimed(&of)
	return of
}

// untimed reads all but the time.
func (v *value) untimed(of *brief) {
	of.text, of.Known = v.uint32(), v.uint32()
	of.Site, of.Page = v.uint64(), v.uint32()
	of.Weight = uint32(v.uvarint())
}

// A posting is a document that has a key: the text, the document and the place of a holder.
func appendPosting(b []byte, h *join.Holder) []byte {
	b = binary.BigEndian.AppendUint64(append(b, ofPosting), h.Document)
	b = binary.BigEndian.AppendUint32(b, h.Text)
	return appendPlace(b, h.Place)
}

func (v *value) posting() (h join.Holder) {
	h.Document, h.Text = v.uint64(), v.uint32()
	h.Place = v.place()
	return h
}

func appendAsked(b []byte, key uint64, place uint32) []byte {
	return appendPlace(binary.BigEndian.AppendUint64(append(b, ofAsked), key), place)
}

// A listed is a posting with all that a list needs of it.
func appendListed(b []byte, h *join.Holder) []byte {
	b = binary.BigEndian.AppendUint64(append(b, ofListed), h.Document)
	b = binary.BigEndian.AppendUint32(b, h.Text)
	b = binary.BigEndian.AppendUint64(b, h.Site)
	b = binary.BigEndian.AppendUint32(b, h.Page)
	return appendPlace(append(b, byte(h.Fresh)), h.Place)
}

func (v *value) listed() (h join.Holder) {
	h.Document, h.Text = v.uint64(), v.uint32()
	h.Site, h.Page = v.uint64(), v.uint32()
	h.Fresh = postings.Posting(v.byte())
	if h.Fresh&postings.Marked != 0 || h.Fresh>>postings.FlagBits != 0 {
		v.bad = true
	}
	h.Place = v.place()
	return h
}

// Places are small, but for the one of the whole text, which is the greatest: it is 0 here.
func appendPlace(b []byte, place uint32) []byte { return binary.AppendUvarint(b, uint64(place+1)) }

func (v *value) place() uint32 { return uint32(v.uvarint()) - 1 }

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

// appendVersion appends the time of a document, and the document. Of those with one id the
// one for which these bytes are the greatest stays.
func appendVersion(b []byte, doc *engine.Document) []byte {
	time := int64(math.MaxInt64)
	if !doc.Published.IsZero() {
		time = records.Nanoseconds(doc.Published)
	}
	return appendDocument(binary.BigEndian.AppendUint64(b, uint64(time)^1<<63), doc)
}

// versionOf tells documents of one id apart, by what appendVersion appends.
func versionOf(b []byte) uint64 { return xxhash.Sum64(b) }
