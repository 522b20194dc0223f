package record

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/cbb30ed1/reprint"
)

// A Hash tells whether two documents have the same content. It is SHA-256, so that
// nobody can make two documents with one hash.
type Hash [sha256.Size]byte

// HashOf hashes all of a document but its id.
func HashOf(doc reprint.Document) (out Hash) {
	h := sha256.New()
	b := []byte{0}
	if !doc.Published.IsZero() {
		b[0] = flagPublished
		b = binary.BigEndian.AppendUint64(b, uint64(doc.Published.Unix()))
		b = binary.BigEndian.AppendUint32(b, uint32(doc.Published.Nanosecond()))
	}
	for _, s := range [...]string{doc.Title, doc.Site, doc.URL} {
		b = AppendString(b, s)
	}
	if tellsOrigin(doc) {
		b[0] |= flagOrigin
		b = appendOrigin(b, doc)
	}
	if len(doc.Metadata) > 0 {
		b[0] |= flagMetadata
		b = appendMetadata(b, doc.Metadata)
	}
	h.Write(b)
	var part [4096]byte // io.WriteString would copy all of the text
	for text := doc.Text; text != ""; {
		n := copy(part[:], text)
		h.Write(part[:n])
		text = text[n:]
	}
	h.Sum(out[:0])
	return out
}
