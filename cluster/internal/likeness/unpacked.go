package likeness

import (
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Unpacked is memory for the elements of a document or a core, those of them that are
// boilerplate, and its sequence. What it has is not unpacked again.
type Unpacked struct {
	boilerplate []uint64
	elements    []uint64
	of          sets.Packed // what the elements are of, unless they are something else,
	n           int         // and the first so many
	words       sequences.Buffer
}

// Load unpacks the first n elements of a set.
func (b *Unpacked) Load(set sets.Packed, n int) []uint64 {
	if n == 0 || n != b.n || !b.of.Same(set) {
		b.elements = set.First(n, b.elements)
		b.of, b.n = set, n
	}
	return b.elements
}

// Memory returns the memory of the elements, for something else, and Keep takes it back.
func (b *Unpacked) Memory() []uint64 {
	b.n = 0
	return b.elements
}

// Keep keeps memory for elements.
func (b *Unpacked) Keep(elements []uint64) []uint64 {
	b.elements, b.n = elements, 0
	return elements
}

// Boilerplate returns the elements of a document that are boilerplate.
func (b *Unpacked) Boilerplate(d *records.Document) []uint64 {
	b.boilerplate = d.Boilerplate(b.boilerplate[:0])
	return b.boilerplate
}

// Sequence unpacks the sequence of a document.
func (b *Unpacked) Sequence(p sequences.Packed) []uint32 { return p.Unpack(&b.words) }

// Recent are documents that were unpacked lately, by number. Most are looked at again soon.
type Recent [64]Unpacked

// largestRecent bounds the elements and the words of a document that stays unpacked.
const largestRecent = 2048

// OfCore is Of for the core of a document or its group, which is nil if it is alone. What
// was looked up last may have the document.
func (r *Recent) OfCore(d *records.Document, g *records.Group, docs *records.Documents, last, other, inUse *Unpacked) *Unpacked {
	if g != nil {
		if g.Core.Of == 0 {
			return other
		}
		d = docs.Get(g.Core.Of - 1)
	}
	if last != inUse && last.n > 0 && last.of.Same(d.Set) {
		return last
	}
	return r.Of(d, other, inUse)
}

// Of returns the memory for a document, which may still have it; or else, for one that is
// large or not in the index, or where that memory is in use, other memory.
func (r *Recent) Of(d *records.Document, other, inUse *Unpacked) *Unpacked {
	buf := &r[d.Number%uint32(len(r))]
	if d.Arrival == 0 || !d.Set.IsDense() || d.Size > largestRecent || d.Words > largestRecent || buf == inUse {
		return other
	}
	return buf
}
