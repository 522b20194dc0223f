package join

import (
	"github.com/cbb30ed1/reprint/cluster/internal/compact"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// OfWhole is the place of a key that several bands in a row make. All others say, in the
// lowest bit, whether the element there is running text: it need not be looked up.
const OfWhole = 1<<32 - 1

// Keys calls add with the keys by which documents meet that are added at once: the
// elements of the sample, and so many bands in a row, by which copies of a whole meet.
func Keys(sample []uint64, bands []uint32, inRow int, add func(key uint64, place uint32)) {
	for i, e := range sample {
		add(e>>1, placeOf(i, e))
	}
	keysOfWhole(bands, inRow, func(key uint64) { add(key, OfWhole) })
}

// Bands are those of a document.
type Bands = compact.Slice[uint32]

// BandsOf returns bands, which it keeps.
func BandsOf(bands []uint32) Bands { return compact.Of(bands, 0) }

// leastOfWhole is the least key of the whole text.
const leastOfWhole = 1 << 63

func keysOfWhole(bands []uint32, inRow int, add func(key uint64)) {
	for at := 0; at+inRow <= len(bands); at += inRow {
		h := uint64(at)
		for _, b := range bands[at : at+inRow] {
			h = mix(h, uint64(b))
		}
		add(h | leastOfWhole)
	}
}

func placeOf(i int, element uint64) uint32 { return uint32(i)<<1 | uint32(element&sets.Prose) }

// TextOf returns a hash of a document's size and its sample.
func TextOf(size int, sample []uint64) uint32 {
	h := uint64(size)
	for _, e := range sample {
		h = mix(h, e)
	}
	return uint32(h >> 32)
}

// mix adds a number to a hash.
func mix(h, n uint64) uint64 {
	h = (h ^ n) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// Mark notes that a place of a document's sample is boilerplate, and what it weighs.
func Mark(d *records.Document, b *records.Brief, place uint32, weight int) {
	k := d.NeedLinks()
	if len(k.Mask.Words()) == 0 {
		k.Mask = records.MaskOf(make([]uint64, (d.Sampled+63)/64))
	}
	at := place >> 1
	k.Mask.Words()[at/64] |= 1 << (at % 64)
	k.MaskJudged += int32(weight)
	b.Weight -= uint32(weight)
}
