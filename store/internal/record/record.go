// Package record has the bytes of what a store keeps of a document, and of its content
// the hash: see docs/format.md.
package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/origin"
)

// ErrCorrupt is the error of a record that does not decode.
var ErrCorrupt = errors.New("store: damaged")

// Added is the record of an operation that adds a document. It ends with the
// entry, which the engine has prepared.
type Added struct {
	Hash     Hash
	Replaces uint64 // position of the entry with the same id, 0 if there is none
	Arrived  int64
	HasText  bool
	Doc      reprint.Document // without text; its id is in the entry
	Entry    []byte
}

const (
	flagText      = 1 << 0
	flagPublished = 1 << 1
	flagOrigin    = 1 << 2 // what tells of the origin follows the URL
	flagMetadata  = 1 << 3 // the metadata follow that
)

// tellsOrigin reports whether a document has what only origin.Document has.
func tellsOrigin(doc reprint.Document) bool {
	return doc.Byline != "" || doc.Owner != "" || doc.Clock != origin.Unknown || len(doc.Hints) > 0
}

// appendOrigin appends what tells of a document's origin.
func appendOrigin(b []byte, doc reprint.Document) []byte {
	b = append(b, byte(doc.Clock))
	b = AppendString(AppendString(b, doc.Byline), doc.Owner)
	b = binary.AppendUvarint(b, uint64(len(doc.Hints)))
	for _, h := range doc.Hints {
		b = AppendString(AppendString(b, h.Kind), h.Value)
	}
	return b
}

func (d *Decoder) origin(doc *reprint.Document) {
	doc.Clock = origin.Clock(d.Byte())
	doc.Byline, doc.Owner = d.String(), d.String()
	for n := d.Uvarint(); n > 0 && !d.Failed; n-- {
		doc.Hints = append(doc.Hints, origin.Hint{Kind: d.String(), Value: d.String()})
	}
	d.Failed = d.Failed || doc.Clock > origin.Trusted || !tellsOrigin(*doc)
}

// appendMetadata appends the metadata in the order of their keys.
func appendMetadata(b []byte, m map[string]string) []byte {
	b = binary.AppendUvarint(b, uint64(len(m)))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b = AppendString(AppendString(b, k), m[k])
	}
	return b
}

// MetadataBytes returns about how many bytes the metadata take in a record.
func MetadataBytes(m map[string]string) (n int) {
	for k, v := range m {
		n += len(k) + len(v) + 8
	}
	return n
}

func (d *Decoder) metadata() map[string]string {
	n, before := d.Uvarint(), ""
	m := map[string]string{}
	for i := range n {
		k := d.String()
		if d.Failed = d.Failed || i > 0 && k <= before; d.Failed {
			return nil
		}
		m[k], before = d.String(), k
	}
	d.Failed = d.Failed || n == 0
	return m
}

// Append appends the record.
func (r *Added) Append(b []byte) []byte {
	var flags byte
	if r.HasText {
		flags |= flagText
	}
	var seconds int64
	var rest int
	if !r.Doc.Published.IsZero() {
		flags |= flagPublished
		seconds, rest = r.Doc.Published.Unix(), r.Doc.Published.Nanosecond()
	}
	if tellsOrigin(r.Doc) {
		flags |= flagOrigin
	}
	if len(r.Doc.Metadata) > 0 {
		flags |= flagMetadata
	}
	b = append(b, flags)
	b = append(b, r.Hash[:]...)
	b = binary.BigEndian.AppendUint64(b, r.Replaces)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Arrived))
	b = binary.BigEndian.AppendUint64(b, uint64(seconds))
	b = binary.BigEndian.AppendUint32(b, uint32(rest))
	for _, s := range [...]string{r.Doc.Title, r.Doc.Site, r.Doc.URL} {
		b = AppendString(b, s)
	}
	if tellsOrigin(r.Doc) {
		b = appendOrigin(b, r.Doc)
	}
	if len(r.Doc.Metadata) > 0 {
		b = appendMetadata(b, r.Doc.Metadata)
	}
	return append(b, r.Entry...)
}

// DecodeAdded decodes the record; its entry is in the memory of b.
func DecodeAdded(b []byte) (r Added, err error) {
	d := Decoder{Rest: b}
	flags := d.Byte()
	copy(r.Hash[:], d.Bytes(len(r.Hash)))
	r.Replaces, r.Arrived = d.Uint64(), int64(d.Uint64())
	seconds, rest := int64(d.Uint64()), d.Uint32()
	r.Doc.Title, r.Doc.Site, r.Doc.URL = d.String(), d.String(), d.String()
	r.HasText = flags&flagText != 0
	if flags&flagOrigin != 0 {
		d.origin(&r.Doc)
	}
	if flags&flagMetadata != 0 {
		r.Doc.Metadata = d.metadata()
	}
	if flags&flagPublished != 0 {
		r.Doc.Published = time.Unix(seconds, int64(rest)).UTC()
	}
	r.Entry = d.Rest // after all else
	if d.Failed || flags > flagText|flagPublished|flagOrigin|flagMetadata || rest >= 1e9 {
		return r, fmt.Errorf("%w: the record of a document of %d bytes does not decode", ErrCorrupt, len(b))
	}
	return r, nil
}

// A Location is the record of an id, which says where the document is. It has all
// that an update needs, so that an update need not read the entry.
type Location struct {
	Position           uint64
	Published, Arrived int64 // as in the keys by which it expires
	HasText            bool
	Hash               Hash
}

// Append appends the record.
func (l *Location) Append(b []byte) []byte {
	var flags byte
	if l.HasText {
		flags = flagText
	}
	b = append(b, flags)
	b = binary.BigEndian.AppendUint64(b, l.Position)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Published))
	b = binary.BigEndian.AppendUint64(b, uint64(l.Arrived))
	return append(b, l.Hash[:]...)
}

// DecodeLocation decodes the record.
func DecodeLocation(b []byte) (l Location, err error) {
	d := Decoder{Rest: b}
	flags := d.Byte()
	l.HasText = flags&flagText != 0
	l.Position, l.Published, l.Arrived = d.Uint64(), int64(d.Uint64()), int64(d.Uint64())
	copy(l.Hash[:], d.Bytes(len(l.Hash)))
	if d.Failed || len(d.Rest) != 0 || flags > flagText {
		return l, fmt.Errorf("%w: where a document is takes %d bytes, which do not decode", ErrCorrupt, len(b))
	}
	return l, nil
}

// Removed is the record of an operation that removes a document.
type Removed struct {
	Expired bool // because of its age
	Arrived int64
	Entry   uint64 // position of what it removes
	ID      string
}

// The first byte of the record of a removal.
const (
	wasRemoved = 3
	wasExpired = 4
)

// Append appends the record.
func (r *Removed) Append(b []byte) []byte {
	kind := byte(wasRemoved)
	if r.Expired {
		kind = wasExpired
	}
	b = append(b, kind)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Arrived))
	b = binary.BigEndian.AppendUint64(b, r.Entry)
	return append(b, r.ID...)
}

// DecodeRemoved decodes the record.
func DecodeRemoved(b []byte) (r Removed, err error) {
	d := Decoder{Rest: b}
	kind := d.Byte()
	r.Expired = kind == wasExpired
	r.Arrived, r.Entry, r.ID = int64(d.Uint64()), d.Uint64(), string(d.Rest)
	if d.Failed || kind != wasRemoved && kind != wasExpired || r.ID == "" {
		return r, fmt.Errorf("%w: the record of a removal of %d bytes does not decode", ErrCorrupt, len(b))
	}
	return r, nil
}
