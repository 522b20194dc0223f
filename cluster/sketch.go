package cluster

import (
	"math"

	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

type sketch = likeness.Sketch

// packed packs the elements of a document, of which the first so many are in the index.
func (x *Index) packed(elements []uint64, sampled int) sets.Packed {
	if x.dense {
		return sets.Dense(elements, sampled, !x.o.SamplesOnly)
	}
	return sets.Of(elements, !x.o.SamplesOnly)
}

// unpacked is memory for the elements of a document, those that are boilerplate, and its
// sequence.
type unpacked struct {
	elements, boilerplate []uint64
	words                 sequences.Buffer

	of sets.Packed // what the elements are of, unless they are something else,
	n  int         // and the first so many
}

// load unpacks the first n elements of a set, unless they are those that are there.
func (b *unpacked) load(set sets.Packed, n int) []uint64 {
	if n == 0 || n != b.n || !b.of.Same(set) {
		b.elements = set.First(n, b.elements)
		b.of, b.n = set, n
	}
	return b.elements
}

// memory returns the memory of the elements, for something else.
func (b *unpacked) memory() []uint64 {
	b.n = 0
	return b.elements
}

// sequence returns the sequence of a document for the judge.
func (b *unpacked) sequence(p sequences.Packed) []uint32 { return p.Unpack(&b.words) }

// kept returns how many elements of a document are kept.
func (x *Index) kept(d *records.Document) int {
	if x.o.SamplesOnly {
		return int(d.Sampled)
	}
	return int(d.Size)
}

// sketch returns the sketch of a document. It unpacks the elements into buf.
func (x *Index) sketch(d *records.Document, buf *unpacked) sketch { return x.sketchOf(d, true, buf) }

// sketchOf returns the sketch of a document. If it need not be exact, the elements are
// those of the sample, and only those can be compared.
func (x *Index) sketchOf(d *records.Document, exact bool, buf *unpacked) sketch {
	s := x.head(d, buf)
	set, n := d.Set, int(d.Sampled)
	if exact {
		set = x.docs.Set(d)
		n = set.Len()
	}
	s.Elements = buf.load(set, n)
	return s
}

// head returns the sketch of a document without the elements.
func (x *Index) head(d *records.Document, buf *unpacked) sketch {
	s := sketch{Limit: math.MaxUint64, Known: math.MaxUint64, Weight: int(d.Weight)}
	if d.Sampled > 0 && d.Sampled < d.Size {
		s.Known = d.Set.At(int(d.Sampled) - 1)
		if x.o.SamplesOnly {
			s.Limit = s.Known
		}
	}
	if r := x.representative(d); r != nil {
		d = r
	}
	buf.boilerplate = d.Boilerplate(buf.boilerplate[:0])
	for i, e := range buf.boilerplate {
		buf.boilerplate[i] = d.Set.Rounded(e)
	}
	s.Boilerplate = buf.boilerplate
	return s
}

// restricted returns the sketch of a large document for a comparison with another
// sketch.
func (x *Index) restricted(d *records.Document, exact bool, with *sketch, buf *unpacked) sketch {
	s := x.head(d, buf)
	l := likeness.Large{Size: x.kept(d), Limit: s.Limit, Weight: s.Weight, Known: s.Known, Boilerplate: s.Boilerplate}
	if exact {
		l.Set = x.docs.Set(d)
	} else {
		l.Set, l.Size, l.Limit = d.Set, int(d.Sampled), s.Known
		l.Weight = weightOf(l.Size, l.Set.Prose(l.Size))
	}
	out := rules().Restrict(&l, with, buf.memory())
	buf.elements = out.Elements
	return out
}

func wholeSketch(s Set) sketch {
	return sketch{Elements: s.Elements(), Limit: math.MaxUint64, Known: math.MaxUint64, Weight: weigh(s.Elements())}
}

// coreSketch returns the sketch of a core. See sketchOf for one that is not exact.
func (x *Index) coreSketch(c *records.Core, exact bool, buf *unpacked) sketch {
	k := c.Packed
	if c.Of > 0 {
		if d := x.docs.Get(c.Of - 1); exact {
			k = x.docs.Set(d)
		} else {
			k = d.Set
		}
	}
	n := k.Len()
	if !exact {
		n = k.UpTo(c.Known)
	}
	return sketch{Elements: buf.load(k, n), Limit: c.Limit, Known: c.Known, Boilerplate: c.Boilerplate, Weight: c.Weight}
}
