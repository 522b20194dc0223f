package cluster

import (
	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Hash returns a hash of the id, by which documents of one time are ordered where many are
// added at once.
func (p Prepared) Hash() uint64 { return HashID(p.doc.ID) }

// HashID returns the hash of an id.
func HashID(id string) uint64 { return xxhash.Sum64String(id) }

// ofWhole is the place of a key that several bands in a row make. All others say, in the
// lowest bit, whether the element there is running text: it need not be looked up.
const ofWhole = 1<<32 - 1

// eachKey calls add with the keys by which documents meet that are added at once: the
// elements of the sample, and the ones by which copies of a whole meet.
func (p Prepared) eachKey(buf *[]uint64, add func(key uint64, place uint32)) {
	*buf = p.doc.Sample(*buf)
	for i, e := range *buf {
		add(e>>1, uint32(i)<<1|uint32(e&sets.Prose))
	}
	for at := 0; at+bandsOfWhole <= len(p.Bands); at += bandsOfWhole {
		h := uint64(at)
		for _, b := range p.Bands[at : at+bandsOfWhole] {
			h = mix(h, uint64(b))
		}
		add(h|1<<63, ofWhole)
	}
}

// weightAt returns the weight of the key at a place.
func weightAt(place uint32) int { return weight(uint64(place)) }

// textOf returns a hash of a document's sample. With a filter it is one of the id: of two
// documents that are alike only one may match a third.
func (x *Index) textOf(p Prepared, buf *[]uint64) uint32 {
	if x.filtered() {
		return uint32(p.Hash())
	}
	h := uint64(p.doc.Size)
	*buf = p.doc.Sample(*buf)
	for _, e := range *buf {
		h = mix(h, e)
	}
	return uint32(h >> 32)
}

// mix adds a number to a hash.
func mix(h, n uint64) uint64 {
	h = (h ^ n) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// markPlace notes that a place of a document's sample is boilerplate.
func markPlace(d *records.Document, b *records.Brief, place uint32) {
	k := d.NeedLinks()
	if len(k.Mask.Words()) == 0 {
		k.Mask = records.MaskOf(make([]uint64, (d.Sampled+63)/64))
	}
	at, w := place>>1, weightAt(place)
	k.Mask.Words()[at/64] |= 1 << (at % 64)
	k.MaskJudged += int32(w)
	b.Weight -= uint32(w)
}
