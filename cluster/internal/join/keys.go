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

// KeepWholes puts copies of the entries into their places that have the keys of the whole text,
// which so many bands in a row make each, instead of the bands.
func KeepWholes(entries []records.Bundled, inRow int) {
	for i := range entries {
		e := *entries[i].Entry
		e.Wholes, e.Bands = wholeKeysOf(&e, inRow), nil
		entries[i].Entry = &e
	}
}

func wholeKeysOf(e *records.Entry, inRow int) []uint64 {
	if len(e.Wholes) > 0 {
		return e.Wholes
	}
	keys := make([]uint64, 0, len(e.Bands)/inRow)
	keysOfWhole(e.Bands, inRow, func(key uint64) { keys = append(keys, key) })
	return keys
}

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

// Wholes have the keys of the whole text of all documents, by number: their bands, of which so
// many in a row make one, or the keys themselves.
type Wholes struct {
	bands []Bands
	keys  []compact.Slice[uint64]
	inRow int
}

// NewWholes returns those of so many documents, and keeps their bands or not.
func NewWholes(documents, inRow int, bands bool) Wholes {
	if bands {
		return Wholes{bands: make([]Bands, documents), inRow: inRow}
	}
	return Wholes{keys: make([]compact.Slice[uint64], documents), inRow: inRow}
}

// Add adds those of a document, and keeps what it gets. Threads call it side by side.
func (w *Wholes) Add(d *records.Document, e *records.Entry) {
	if w.keys == nil {
		w.bands[d.Number] = compact.Of(e.Bands, 0)
		return
	}
	w.keys[d.Number] = compact.Of(wholeKeysOf(e, w.inRow), 0)
}

// Bands returns the bands of the first documents, or none if they are not kept; never nil.
func (w *Wholes) Bands(documents int) []Bands {
	if w.keys != nil {
		return []Bands{}
	}
	return w.bands[:documents]
}

// len returns how many keys a document has.
func (w *Wholes) len(n int) int {
	if w.keys == nil {
		return w.bands[n].Len() / w.inRow
	}
	return w.keys[n].Len()
}

// each calls add with the keys of a document.
func (w *Wholes) each(n int, add func(key uint64)) {
	if w.keys == nil {
		keysOfWhole(w.bands[n].All(), w.inRow, add)
		return
	}
	for _, key := range w.keys[n].All() {
		add(key)
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
