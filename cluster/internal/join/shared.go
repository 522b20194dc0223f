package join

import "encoding/binary"

// Shared are the postings of keys that several documents have, without the keys: each in
// some bytes rather than 16, since they are kept until all are known.
type shared struct{ chunks []chunk }

// A chunk is postings of whole keys, key after key: how many there are, and of each the
// document, less that of the one before, and the place plus one, all as varints. (One
// more than OfWhole is 0.)
type chunk []byte

const chunkBytes = 1 << 16 // of a chunk that is full

// add adds the postings of a key.
func (s *shared) add(of []Posting) {
	if n := len(s.chunks); n == 0 || len(s.chunks[n-1]) >= chunkBytes {
		s.chunks = append(s.chunks, make(chunk, 0, chunkBytes+chunkBytes/16))
	}
	to := &s.chunks[len(s.chunks)-1]
	b := binary.AppendUvarint(*to, uint64(len(of)))
	before := uint32(0)
	for _, p := range of {
		b = binary.AppendUvarint(b, uint64(p.Document-before))
		b = binary.AppendUvarint(b, uint64(p.Place+1))
		before = p.Document
	}
	*to = b
}

// A place is where a document has the key.
type place struct{ document, place uint32 }

const placesAtOnce = 64

// each calls f with all postings, some of one key at a time. It says which are the first of
// their key. What f gets holds until the next call.
func (c chunk) each(f func(first bool, some []place)) {
	var some [placesAtOnce]place
	for len(c) > 0 {
		n, document, first := c.next(), uint32(0), true
		for n > 0 {
			now := min(n, placesAtOnce)
			for i := range some[:now] {
				document += uint32(c.next())
				some[i] = place{document, uint32(c.next()) - 1}
			}
			f(first, some[:now])
			n, first = n-now, false
		}
	}
}

// next takes the next varint out.
func (c *chunk) next() uint64 {
	b := *c
	if b[0] < 0x80 {
		*c = b[1:]
		return uint64(b[0])
	}
	v, n := binary.Uvarint(b)
	*c = b[n:]
	return v
}
