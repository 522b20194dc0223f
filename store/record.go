package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/origin"
)

// An added is the record of an operation that adds a document. It ends with the
// entry, which the engine has prepared.
type added struct {
	hash     hash
	replaces uint64 // position of the entry with the same id, 0 if there is none
	arrived  int64
	hasText  bool
	doc      reprint.Document // without text; its id is in the entry
	entry    []byte
}

const (
	flagText      = 1 << 0
	flagPublished = 1 << 1
	flagOrigin    = 1 << 2 // what tells of the origin follows the URL
)

// tellsOrigin reports whether a document has what only origin.Document has.
func tellsOrigin(doc reprint.Document) bool {
	return doc.Byline != "" || doc.Owner != "" || doc.Clock != origin.Unknown || len(doc.Hints) > 0
}

// appendOrigin appends what tells of a document's origin.
func appendOrigin(b []byte, doc reprint.Document) []byte {
	b = append(b, byte(doc.Clock))
	b = appendString(appendString(b, doc.Byline), doc.Owner)
	b = binary.AppendUvarint(b, uint64(len(doc.Hints)))
	for _, h := range doc.Hints {
		b = appendString(appendString(b, h.Kind), h.Value)
	}
	return b
}

func (d *decoder) origin(doc *reprint.Document) {
	doc.Clock = origin.Clock(d.byte())
	doc.Byline, doc.Owner = d.string(), d.string()
	for n := d.uvarint(); n > 0 && !d.failed; n-- {
		doc.Hints = append(doc.Hints, origin.Hint{Kind: d.string(), Value: d.string()})
	}
	d.failed = d.failed || doc.Clock > origin.Trusted || !tellsOrigin(*doc)
}

func (r *added) append(b []byte) []byte {
	var flags byte
	if r.hasText {
		flags |= flagText
	}
	var seconds int64
	var rest int
	if !r.doc.Published.IsZero() {
		flags |= flagPublished
		seconds, rest = r.doc.Published.Unix(), r.doc.Published.Nanosecond()
	}
	if tellsOrigin(r.doc) {
		flags |= flagOrigin
	}
	b = append(b, flags)
	b = append(b, r.hash[:]...)
	b = binary.BigEndian.AppendUint64(b, r.replaces)
	b = binary.BigEndian.AppendUint64(b, uint64(r.arrived))
	b = binary.BigEndian.AppendUint64(b, uint64(seconds))
	b = binary.BigEndian.AppendUint32(b, uint32(rest))
	for _, s := range [...]string{r.doc.Title, r.doc.Site, r.doc.URL} {
		b = appendString(b, s)
	}
	if tellsOrigin(r.doc) {
		b = appendOrigin(b, r.doc)
	}
	return append(b, r.entry...)
}

// decodeAdded decodes the record; its entry is in the memory of b.
func decodeAdded(b []byte) (r added, err error) {
	d := decoder{rest: b}
	flags := d.byte()
	copy(r.hash[:], d.bytes(len(r.hash)))
	r.replaces, r.arrived = d.uint64(), int64(d.uint64())
	seconds, rest := int64(d.uint64()), d.uint32()
	r.doc.Title, r.doc.Site, r.doc.URL = d.string(), d.string(), d.string()
	r.hasText = flags&flagText != 0
	if flags&flagOrigin != 0 {
		d.origin(&r.doc)
	}
	if flags&flagPublished != 0 {
		r.doc.Published = time.Unix(seconds, int64(rest)).UTC()
	}
	r.entry = d.rest // after all else
	if d.failed || flags > flagText|flagPublished|flagOrigin || rest >= 1e9 {
		return r, fmt.Errorf("%w: the record of a document of %d bytes does not decode", ErrCorrupt, len(b))
	}
	return r, nil
}

// A location is the record of an id, which says where the document is. It has all
// that an update needs, so that an update need not read the entry.
type location struct {
	position           uint64
	published, arrived int64 // as in the keys by which it expires
	hasText            bool
	hash               hash
}

func (l *location) append(b []byte) []byte {
	var flags byte
	if l.hasText {
		flags = flagText
	}
	b = append(b, flags)
	b = binary.BigEndian.AppendUint64(b, l.position)
	b = binary.BigEndian.AppendUint64(b, uint64(l.published))
	b = binary.BigEndian.AppendUint64(b, uint64(l.arrived))
	return append(b, l.hash[:]...)
}

func decodeLocation(b []byte) (l location, err error) {
	d := decoder{rest: b}
	flags := d.byte()
	l.hasText = flags&flagText != 0
	l.position, l.published, l.arrived = d.uint64(), int64(d.uint64()), int64(d.uint64())
	copy(l.hash[:], d.bytes(len(l.hash)))
	if d.failed || len(d.rest) != 0 || flags > flagText {
		return l, fmt.Errorf("%w: where a document is takes %d bytes, which do not decode", ErrCorrupt, len(b))
	}
	return l, nil
}

// A removed is the record of an operation that removes a document.
type removed struct {
	action  Action // Removed or Expired
	arrived int64
	entry   uint64 // position of what it removes
	id      string
}

func (r *removed) append(b []byte) []byte {
	b = append(b, byte(r.action))
	b = binary.BigEndian.AppendUint64(b, uint64(r.arrived))
	b = binary.BigEndian.AppendUint64(b, r.entry)
	return append(b, r.id...)
}

func decodeRemoved(b []byte) (r removed, err error) {
	d := decoder{rest: b}
	r.action, r.arrived, r.entry, r.id = Action(d.byte()), int64(d.uint64()), d.uint64(), string(d.rest)
	if d.failed || r.action != Removed && r.action != Expired || r.id == "" {
		return r, fmt.Errorf("%w: the record of a removal of %d bytes does not decode", ErrCorrupt, len(b))
	}
	return r, nil
}

func (c *Change) append(b []byte) []byte {
	b = append(b, byte(c.Action))
	b = binary.BigEndian.AppendUint64(b, uint64(c.Time.UnixNano()))
	b = appendString(b, c.ID)
	b = binary.AppendUvarint(b, uint64(len(c.Events)))
	for _, e := range c.Events {
		b = append(b, byte(e.Kind))
		for _, s := range [...]string{e.ID, e.From, e.Cluster} {
			b = appendString(b, s)
		}
	}
	return b
}

func decodeChange(position uint64, b []byte) (Change, error) {
	d := decoder{rest: b}
	c := Change{Position: position, Action: Action(d.byte()), Time: arrival(int64(d.uint64())), ID: d.string()}
	for n := d.uvarint(); n > 0 && !d.failed; n-- {
		c.Events = append(c.Events, reprint.Event{Kind: reprint.Kind(d.byte()), ID: d.string(), From: d.string(), Cluster: d.string()})
	}
	if d.failed || len(d.rest) != 0 || c.Action < Added || c.Action > Expired {
		return c, fmt.Errorf("%w: the events of position %d, %d bytes, do not decode", ErrCorrupt, position, len(b))
	}
	return c, nil
}

func arrival(nanoseconds int64) time.Time { return time.Unix(0, nanoseconds).UTC() }

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A decoder decodes records. Once something is missing it returns zeros.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.rest) {
		d.failed, d.rest = true, nil
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) byte() byte {
	if b := d.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uint32() uint32 {
	if b := d.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) uint64() uint64 {
	if b := d.bytes(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.failed, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) string() string {
	n := d.uvarint()
	if n > math.MaxInt32 {
		d.failed, d.rest = true, nil
		return ""
	}
	return string(d.bytes(int(n)))
}
