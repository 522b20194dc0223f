package cluster

import "encoding/binary"

// An arena holds the places of the segments of a table, one after the other in
// chunks. Segments grow by a sixteenth at a time, all much the same; were each an
// allocation by itself, a third of the memory would be lost between those sizes
// that most of them have left behind.
//
// Each run of places is preceded by the number of its segment and by its
// length, four bytes each. When more than a sixteenth of the memory is in use no
// longer, the chunk with the least that is in use is emptied: its runs are
// moved to the last chunk.
type arena struct {
	chunks []chunk
	unused []uint32 // numbers of chunks that are gone
	spare  [][]byte // chunks to be filled again
	last   uint32   // the chunk that is being filled
	live   int      // bytes in use
	size   int      // bytes of all chunks
}

type chunk struct {
	data []byte
	live int
}

const (
	runHeader = 8
	chunkSize = 256 << 10 // but for runs that are longer
	mostSpare = 8
)

// alloc returns n bytes, all zero, for a segment, and the chunk they are in.
func (a *arena) alloc(segment uint32, n int) (places []byte, number uint32) {
	need := n + runHeader
	if len(a.chunks) == 0 || len(a.chunks[a.last].data)+need > cap(a.chunks[a.last].data) {
		a.begin(max(need, chunkSize))
	}
	c := &a.chunks[a.last]
	at := len(c.data)
	c.data = c.data[:at+need]
	binary.LittleEndian.PutUint32(c.data[at:], segment)
	binary.LittleEndian.PutUint32(c.data[at+4:], uint32(n))
	c.live += need
	a.live += need
	places = c.data[at+runHeader : at+need : at+need]
	clear(places) // the chunk may have been used before
	return places, a.last
}

// begin begins a new chunk.
func (a *arena) begin(size int) {
	if len(a.chunks) > 0 && a.chunks[a.last].live == 0 {
		a.drop(a.last)
	}
	var c chunk
	if n := len(a.spare); n > 0 && size == chunkSize {
		c.data, a.spare = a.spare[n-1], a.spare[:n-1]
	} else {
		c.data = make([]byte, 0, size)
	}
	a.size += size
	if n := len(a.unused); n > 0 {
		a.last, a.unused = a.unused[n-1], a.unused[:n-1]
		a.chunks[a.last] = c
		return
	}
	a.last = uint32(len(a.chunks))
	a.chunks = append(a.chunks, c)
}

// free gives back n bytes of a chunk.
func (a *arena) free(number uint32, n int) {
	c := &a.chunks[number]
	c.live -= n + runHeader
	a.live -= n + runHeader
	if c.live == 0 && number != a.last {
		a.drop(number)
	}
}

func (a *arena) drop(number uint32) {
	data := a.chunks[number].data
	a.size -= cap(data)
	if cap(data) == chunkSize && len(a.spare) < mostSpare {
		a.spare = append(a.spare, data[:0])
	}
	a.chunks[number] = chunk{}
	a.unused = append(a.unused, number)
}

// sparsest returns the chunk, other than the last, with the least in use, if
// there is one that is worth being emptied.
func (a *arena) sparsest() (number uint32, ok bool) {
	if a.size-a.live < a.live/16+4*chunkSize {
		return 0, false
	}
	least := 1.
	for i, c := range a.chunks {
		if used := float64(c.live) / float64(cap(c.data)); c.data != nil && uint32(i) != a.last && used < least {
			number, least, ok = uint32(i), used, true
		}
	}
	return number, ok
}

// runs calls visit for each run of places in a chunk, of a segment.
func (a *arena) runs(number uint32, visit func(segment uint32, places []byte)) {
	data := a.chunks[number].data
	for len(data) > 0 {
		n := int(binary.LittleEndian.Uint32(data[4:]))
		visit(binary.LittleEndian.Uint32(data), data[runHeader:runHeader+n])
		data = data[runHeader+n:]
	}
}
