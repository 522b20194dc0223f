package postings

import "encoding/binary"

// A keyReader decodes frequent keys.
type keyReader struct {
	rest []byte
	key  uint32
}

// next goes on to the next key.
func (k *keyReader) next() bool {
	n, size := binary.Uvarint(k.rest)
	if size <= 0 {
		return false
	}
	k.key += uint32(n)
	k.rest = k.rest[size:]
	return true
}

// A blockReader decodes a block.
type blockReader struct {
	rest     []byte
	key      uint32
	posting  Posting
	replaces bool
}

// next goes on to the next posting. What is damaged although its checksum is
// right ends the block.
func (b *blockReader) next() bool {
	n, size := binary.Uvarint(b.rest)
	if size <= 0 || len(b.rest) < size+4 {
		return false
	}
	b.key += uint32(n >> 1)
	b.replaces = n&1 != 0
	b.posting = Posting(binary.LittleEndian.Uint32(b.rest[size:]))
	b.rest = b.rest[size+4:]
	return true
}

// seek goes on to the first posting whose key is not below one, from the beginning of a
// block. What is damaged ends the block, as it does in next.
func (b *blockReader) seek(key uint32) bool {
	rest, at := b.rest, uint32(0)
	for len(rest) >= 5 {
		n, size := uint64(rest[0]), 1
		if n >= 0x80 { // most are of two bytes
			if n, size = n&0x7F|uint64(rest[1])<<7, 2; rest[1] >= 0x80 {
				n, size = binary.Uvarint(rest)
			}
			if size <= 0 || len(rest) < size+4 {
				break
			}
		}
		if at += uint32(n >> 1); at >= key {
			b.rest, b.key, b.replaces = rest[size+4:], at, n&1 != 0
			b.posting = Posting(binary.LittleEndian.Uint32(rest[size:]))
			return true
		}
		rest = rest[size+4:]
	}
	b.rest, b.key = nil, at
	return false
}

// A cursor goes through all postings of a run.
type cursor struct {
	*run
	blockReader
	block  int    // the next one
	buf    []byte // of several blocks
	loaded int    // the block after those in buf
	from   int64  // where buf begins
}

// readAhead is how many blocks a cursor reads at once.
const readAhead = 256

// next goes on to the next posting. It reports whether there is one.
func (c *cursor) next() (ok bool, err error) {
	for !c.blockReader.next() {
		if c.block == len(c.blocks) {
			return false, nil
		}
		if c.block == c.loaded {
			c.loaded = min(c.block+readAhead, len(c.blocks))
			c.from = c.start(c.block)
			if c.buf, err = c.read(c.buf, c.from, c.end(c.loaded-1)); err != nil {
				return false, err
			}
		}
		b := c.buf[c.start(c.block)-c.from : c.end(c.block)-c.from]
		if err := c.verify(b); err != nil {
			return false, err
		}
		c.blockReader = blockReader{rest: b[:len(b)-4]}
		c.block++
	}
	return true, nil
}
