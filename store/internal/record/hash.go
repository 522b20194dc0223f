package record

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"github.com/cbb30ed1/reprint"
)

// A Hash tells whether two documents have the same content. It is SHA-256, so that
// nobody can make two documents with one hash.
type Hash [sha256.Size]byte

// A hasher is the memory of HashOf.
type hasher struct {
	hash.Hash
	head []byte
	part [4096]byte // of the text: io.WriteString would copy all of it
}

var hashers = sync.Pool{New: func() any { return &hasher{Hash: sha256.New()} }}

// mostHead is the size of the largest head whose memory is kept.
const mostHead = 64 << 10

// HashOf hashes all of a document but its id.
func HashOf(doc reprint.Document) (out Hash) {
	h := hashers.Get().(*hasher)
	b := append(h.head[:0], 0)
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
	h.Reset()
	h.Write(b)
	for text := doc.Text; text != ""; {
		n := copy(h.part[:], text)
		h.Write(h.part[:n])
		text = text[n:]
	}
	h.head = h.Sum(b[:0])
	copy(out[:], h.head)
	if cap(b) > mostHead {
		h.head = nil
	}
	hashers.Put(h)
	return out
}
