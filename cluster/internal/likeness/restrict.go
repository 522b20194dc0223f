package likeness

import (
	"math"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A Large is a document much larger than the one that it is compared with.
type Large struct {
	Set         sets.Packed
	Size        int      // of its elements, those that count
	Limit       uint64   // all of the original up to here are among these
	Weight      int      // of these
	Known       uint64   // see Sketch
	Boilerplate []uint64 // see Sketch
}

// Restrict returns the sketch of a large document for a comparison with s. It has no
// more elements than s, and comparing the two gives the same as comparing s with the
// whole. The time is that of looking up the elements of s; where there is boilerplate,
// or s reaches less far, the weights of what of the large document counts are added up,
// too. Elements are written into buf.
func (r Rules) Restrict(l *Large, s *Sketch, buf []uint64) Sketch {
	out := Sketch{Limit: l.Limit, Known: l.Known, Boilerplate: l.Boilerplate, Weight: l.Weight, restricted: true, size: l.Size}
	if s.Limit < l.Limit {
		if out.size = min(l.Size, l.Set.UpTo(s.Limit)); out.size < l.Size {
			out.Weight = r.WeightOf(out.size, l.Set.Prose(out.size))
		}
	}
	out.Elements = l.Set.Among(out.size, s.Elements, buf)
	if len(l.Boilerplate)+len(s.Boilerplate) > 0 {
		k := out.size
		if known := min(l.Known, s.Known); known < math.MaxUint64 {
			k = min(k, l.Set.UpTo(known))
		}
		out.known = r.WeightOf(k, l.Set.Prose(k))
		out.form = r.Weigh(l.Set.Among(k, sets.Union(l.Boilerplate, s.Boilerplate), nil))
	}
	return out
}
