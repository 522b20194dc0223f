package cluster

import "unsafe"

// A bitmap is as many bits as a document has elements in its sample, in words: 16
// bytes rather than the 24 of a slice, as most documents have one.
type bitmap struct {
	first *uint64
	n     uint32
}

func bitmapOf(words []uint64) bitmap { return bitmap{unsafe.SliceData(words), uint32(len(words))} }

// words returns the bits, which may be changed.
func (b bitmap) words() []uint64 { return unsafe.Slice(b.first, b.n) }
