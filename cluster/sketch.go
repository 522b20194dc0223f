package cluster

import (
	"math"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A sketch is what is compared of a document or of a core.
type sketch struct {
	elements    []uint64
	limit       uint64   // all elements of the original up to here are present
	known       uint64   // up to here it is known which of them are boilerplate
	boilerplate []uint64 // those that are
	weight      int      // of all elements
	sequence    []uint32 // for the judge; nil where there is none
}

// unpacked is memory for the elements of a document, and of those that are boilerplate.
type unpacked struct{ elements, boilerplate []uint64 }

// sketch returns the sketch of a document. It unpacks the elements into buf.
func (x *Index) sketch(d *records.Document, buf *unpacked) sketch {
	s := sketch{limit: math.MaxUint64, known: math.MaxUint64, weight: int(d.Weight)}
	k := x.docs.Set(d)
	buf.elements = k.First(k.Len(), buf.elements)
	s.elements = buf.elements
	if n := len(s.elements); n > 0 && n < int(d.Size) {
		s.limit = s.elements[n-1]
	}
	if d.Sampled > 0 && d.Sampled < d.Size {
		s.known = s.elements[d.Sampled-1]
	}
	if r := x.representative(d); r != nil {
		s.boilerplate, buf.boilerplate = r.Boilerplate(r.Sample(nil), buf.boilerplate[:0])
		return s
	}
	s.boilerplate, buf.boilerplate = d.Boilerplate(s.elements, buf.boilerplate[:0])
	return s
}

func (s *Set) sketch() sketch {
	return sketch{elements: s.elements, limit: math.MaxUint64, known: math.MaxUint64, weight: weigh(s.elements)}
}

// coreSketch returns the sketch of a core.
func (x *Index) coreSketch(c *records.Core, buf *unpacked) sketch {
	k := c.Packed
	if c.Of > 0 {
		k = x.docs.Set(x.docs.Get(c.Of - 1))
	}
	buf.elements = k.First(k.Len(), buf.elements)
	return sketch{elements: buf.elements, limit: c.Limit, known: c.Known, boilerplate: c.Boilerplate, weight: c.Weight}
}
