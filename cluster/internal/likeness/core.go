package likeness

import "github.com/cbb30ed1/reprint/cluster/internal/sets"

// CompareAs compares two sketches, which are exact, or of which only the samples are
// compared.
func (r Rules) CompareAs(exact bool, a, b *Sketch) Evidence {
	if exact {
		return r.Compare(a, b)
	}
	c, d := r.narrow(*a), r.narrow(*b)
	return r.Compare(&c, &d)
}

// narrow returns a sketch of what of another one is in the sample.
func (r Rules) narrow(s Sketch) Sketch {
	s.Limit = min(s.Limit, s.Known)
	s.Elements = sets.UpTo(s.Elements, s.Limit)
	s.Weight = r.Weigh(s.Elements)
	return s
}

// Merge returns the core of a cluster that is made of two with the cores a and b:
// their overlap where that is nearly all of the smaller one, so that what a page adds
// to the article wears off; else the smaller one. Nor does a core wear away by many
// small differences: least is the weight of the smallest document, and no overlap of
// less than MinCoreShare of that takes a core's place. If the sketches are not exact,
// their overlap is not known, and the core is the smaller one. Where the elements are
// those of a or b, that is returned as well.
func (r Rules) Merge(exact bool, a, b *Sketch, e *Evidence, least int) (core Sketch, of *Sketch) {
	small := a
	if b.Weight < a.Weight {
		small = b
	}
	boilerplate := sets.Union(a.Boilerplate, b.Boilerplate)
	if exact && e.Score >= r.CoreShrinks {
		limit := min(a.Limit, b.Limit)
		common := sets.Intersect(make([]uint64, 0, e.Common), sets.UpTo(a.Elements, limit), sets.UpTo(b.Elements, limit))
		if weight := r.Weigh(common); float64(weight) >= r.MinCoreShare*float64(least) {
			return Sketch{Elements: common, Limit: limit, Known: min(a.Known, b.Known), Boilerplate: boilerplate, Weight: weight}, nil
		}
	}
	return Sketch{Elements: small.Elements, Limit: small.Limit, Known: small.Known, Boilerplate: boilerplate, Weight: small.Weight}, small
}
