// Package likeness measures how much two documents, or the cores of two clusters, have
// in common, by weight of their shingles and without what is boilerplate.
package likeness

import (
	"math"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Rules are the constants of the rules of package cluster that count here.
type Rules struct {
	// The weights of an element, in running text and elsewhere.
	Prose, Other int

	// A document of which less than this share is not boilerplate matches nothing.
	LeastOwn float64

	// Of two that have this Jaccard similarity boilerplate counts like all else: so
	// whatever others have of a text, it does not hide a copy of the whole.
	WholeCopy float64

	// See Merge.
	CoreShrinks, MinCoreShare float64
}

// Weight is the weight of an element.
func (r Rules) Weight(element uint64) int { return r.Other + (r.Prose-r.Other)*int(element&sets.Prose) }

// WeightOf is the weight of so many elements, of which some are running text.
func (r Rules) WeightOf(elements, prose int) int { return (r.Prose-r.Other)*prose + r.Other*elements }

// Weigh is the weight of all elements.
func (r Rules) Weigh(elements []uint64) int {
	return r.WeightOf(len(elements), sets.CountProse(elements))
}

// A Sketch is what is compared of a document or of a core.
type Sketch struct {
	Elements    []uint64
	Limit       uint64   // all elements of the original up to here are present
	Known       uint64   // up to here it is known which of them are boilerplate
	Boilerplate []uint64 // those that are
	Weight      int      // of all elements
	Sequence    []uint32 // for the judge; nil where there is none

	// Of a sketch that Restrict made, whose elements are only those that another
	// sketch has, too.
	restricted bool
	size       int // of all elements
	known      int // weight of those up to what is known of both
	form       int // weight of those among them that are boilerplate in one of the two
}

// Evidence is the outcome of comparing two sketches.
type Evidence struct {
	records.Match
	Alike                      float64 // Jaccard similarity by weight, without boilerplate
	BoilerplateA, BoilerplateB float64 // share of each that is boilerplate
}

// Compare measures what a and b share. Boilerplate is known on the samples only, so
// its share there is taken for its share in the whole. If there is none, which is
// nearly always, all figures are those of the sets. Of the two b may be restricted to a.
func (r Rules) Compare(a, b *Sketch) Evidence {
	limit := min(a.Limit, b.Limit)
	ea, eb := sets.UpTo(a.Elements, limit), sets.UpTo(b.Elements, limit)
	n, proseA, proseB := sets.Shared(ea, eb)
	sizeB := len(eb)
	if b.restricted {
		sizeB = b.size
	}
	e := Evidence{Match: records.Match{
		Common: uint32(n), A: uint32(len(ea)), B: uint32(sizeB), Exact: limit == math.MaxUint64,
	}}
	if n == 0 {
		return e
	}
	wa, wb := float64(r.weightUpTo(a, ea)), float64(r.weightUpTo(b, eb))
	ia, ib := float64(r.WeightOf(n, proseA)), float64(r.WeightOf(n, proseB))
	if (len(a.Boilerplate) > 0 || len(b.Boilerplate) > 0) && e.Jaccard() < r.WholeCopy {
		known := min(a.Known, b.Known, limit)
		ka, kb := sets.UpTo(ea, known), sets.UpTo(eb, known)
		var buf [256]uint64
		form := share(r.boilerplate(sets.Intersect(buf[:0], ka, kb), a.Boilerplate, b.Boilerplate))
		e.Boilerplate = float32(form)
		ia *= 1 - form
		ib *= 1 - form
		fa := 1 - share(r.boilerplate(ka, a.Boilerplate, b.Boilerplate))
		fb := 1 - share(b.form, b.known)
		if !b.restricted {
			fb = 1 - share(r.boilerplate(kb, a.Boilerplate, b.Boilerplate))
		}
		e.BoilerplateA, e.BoilerplateB = 1-fa, 1-fb
		if min(fa, fb) < r.LeastOwn {
			return e // one of them is a form and little else
		}
		wa *= fa
		wb *= fb
	}
	if wb < wa {
		wa, wb, ia, ib = wb, wa, ib, ia
	}
	e.Score = min(1, ia/wa)
	in := min(ia, ib)
	e.Alike = min(1, in/(wa+wb-in))
	return e
}

func (r Rules) weightUpTo(s *Sketch, part []uint64) int {
	if s.restricted || len(part) == len(s.Elements) {
		return s.Weight
	}
	return r.Weigh(part)
}

// boilerplate returns the weight of the elements that are boilerplate in one document
// or in the other, and that of all.
func (r Rules) boilerplate(elements, a, b []uint64) (form, total int) {
	i, j := 0, 0
	for _, e := range elements {
		for i < len(a) && a[i]>>1 < e>>1 {
			i++
		}
		for j < len(b) && b[j]>>1 < e>>1 {
			j++
		}
		w := r.Weight(e)
		total += w
		if i < len(a) && a[i]>>1 == e>>1 || j < len(b) && b[j]>>1 == e>>1 {
			form += w
		}
	}
	return form, total
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
