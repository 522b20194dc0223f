package cluster

import (
	"math"

	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

type sketch = likeness.Sketch

// unpacked is memory for a document.
type unpacked = likeness.Unpacked

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
	s.Elements = buf.Load(set, n)
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
	if r := x.clustered().Representative(d); r != nil {
		d = r
	}
	s.Boilerplate = buf.Boilerplate(d)
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
	out := rules().Restrict(&l, with, buf.Memory())
	buf.Keep(out.Elements)
	return out
}

func wholeSketch(s Set) sketch {
	return sketch{Elements: s.Elements(), Limit: math.MaxUint64, Known: math.MaxUint64, Weight: weigh(s.Elements())}
}

// coreSketch returns the sketch of a core. See sketchOf for one that is not exact.
func (x *Index) coreSketch(c *records.Core, exact bool, buf *unpacked) sketch {
	k := x.docs.Own(&c.Held)
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
	return sketch{Elements: buf.Load(k, n), Limit: c.Limit, Known: c.Known, Boilerplate: c.Boilerplate, Weight: c.Weight}
}
