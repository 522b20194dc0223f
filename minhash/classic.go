package minhash

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
	gominhash "github.com/dgryski/go-minhash"
)

// ClassicHashes returns the two hash functions of the Classic method, for use
// with github.com/dgryski/go-minhash elsewhere:
//
//	h1, h2 := minhash.ClassicHashes(seed)
//	m := gominhash.NewMinWise(h1, h2, slots)
//
// A shingle is pushed as its 8 bytes, least significant first. h1 is XXH64 with
// the seed, h2 is XXH64 with seed XOR 0x9e3779b97f4a7c15, and slot i holds the
// minimum of h1(x) + i·h2(x) modulo 2⁶⁴ over the shingles x (Broder, "On the
// resemblance and containment of documents", 1997, with the double hashing of
// Kirsch and Mitzenmacher, 2006). m.Signature() then equals [Signature.Slots].
//
// Both functions are safe for concurrent use and allocate nothing.
func ClassicHashes(seed uint64) (h1, h2 func([]byte) uint64) {
	return xxhashSeeded(seed), xxhashSeeded(seed ^ golden)
}

func xxhashSeeded(seed uint64) func([]byte) uint64 {
	return func(b []byte) uint64 {
		var d xxhash.Digest
		d.ResetWithSeed(seed)
		_, _ = d.Write(b) // never fails
		return d.Sum64()
	}
}

// classic keeps one go-minhash sketch for all signatures. Only its Push is used:
// its Merge and Similarity panic on unequal sizes or ignore them, Cardinality of
// an empty sketch divides by zero, and BottomK and SignatureBbit give wrong
// answers, so all that is done here.
type classic struct {
	sketch *gominhash.MinWise
	word   [8]byte
}

func newClassic(s Scheme) *classic {
	h1, h2 := ClassicHashes(s.Seed)
	return &classic{sketch: gominhash.NewMinWise(h1, h2, s.Slots)}
}

func (c *classic) sign(slots, shingles []uint64) {
	// Signature gives the sketch's own slice: resetting it empties the sketch.
	minimums := c.sketch.Signature()
	for i := range minimums {
		minimums[i] = unfilled
	}
	for _, x := range shingles {
		binary.LittleEndian.PutUint64(c.word[:], x)
		c.sketch.Push(c.word[:])
	}
	copy(slots, minimums)
}
