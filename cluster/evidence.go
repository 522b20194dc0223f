package cluster

import (
	"math"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Figures say how much two documents share.
type Figures struct {
	// Jaccard is |A∩B| / |A∪B|, ContainmentA |A∩B| / |A|, and ContainmentB
	// |A∩B| / |B|, of the sets of shingles, each counted once.
	Jaccard, ContainmentA, ContainmentB float64

	// Score is the share of the smaller document that the larger has, by
	// weight. It decides whether two documents match.
	Score float64

	// Boilerplate is the share of the common weight that does not count, as it is
	// on the pages of many different articles.
	Boilerplate float64

	// Exact is false if only samples were compared; StdErr is then the
	// standard error of the largest of the figures, by the binomial
	// distribution.
	Exact  bool
	StdErr float64
}

// figures returns the figures of a match, A being the document that keeps it.
func figures(m *records.Match) Figures {
	f := Figures{Jaccard: m.Jaccard(), Score: m.Score, Boilerplate: float64(m.Boilerplate), Exact: m.Exact}
	if m.Common > 0 {
		f.ContainmentA = float64(m.Common) / float64(m.A)
		f.ContainmentB = float64(m.Common) / float64(m.B)
	}
	if !m.Exact {
		least := float64(min(m.A, m.B))
		p := (float64(m.Common) + .5) / (least + 1)
		f.StdErr = math.Sqrt(p * (1 - p) / max(least, 1))
	}
	return f
}

// evidence is the outcome of comparing two sketches.
type evidence struct {
	records.Match
	alike                      float64 // Jaccard similarity by weight, without boilerplate
	boilerplateA, boilerplateB float64 // share of each that is boilerplate
}

// compare measures what a and b share. Boilerplate is known on the samples only, so
// its share there is taken for its share in the whole. If there is none, which is
// nearly always, all figures are those of the sets.
func compare(a, b *sketch) evidence {
	limit := min(a.limit, b.limit)
	ea, eb := sets.UpTo(a.elements, limit), sets.UpTo(b.elements, limit)
	n, proseA, proseB := sets.Shared(ea, eb)
	e := evidence{Match: records.Match{
		Common: uint32(n), A: uint32(len(ea)), B: uint32(len(eb)), Exact: limit == math.MaxUint64,
	}}
	if n == 0 {
		return e
	}
	wa, wb := float64(a.weightUpTo(ea)), float64(b.weightUpTo(eb))
	ia, ib := float64(weightOf(n, proseA)), float64(weightOf(n, proseB))
	if len(a.boilerplate) > 0 || len(b.boilerplate) > 0 {
		known := min(a.known, b.known, limit)
		ka, kb := sets.UpTo(ea, known), sets.UpTo(eb, known)
		var buf [256]uint64
		form := boilerplateShare(sets.Intersect(buf[:0], ka, kb), a.boilerplate, b.boilerplate)
		e.Boilerplate = float32(form)
		ia *= 1 - form
		ib *= 1 - form
		fa, fb := 1-boilerplateShare(ka, a.boilerplate, b.boilerplate), 1-boilerplateShare(kb, a.boilerplate, b.boilerplate)
		e.boilerplateA, e.boilerplateB = 1-fa, 1-fb
		if min(fa, fb) < leastOwn {
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
	e.alike = min(1, in/(wa+wb-in))
	return e
}

func (s *sketch) weightUpTo(part []uint64) int {
	if len(part) == len(s.elements) {
		return s.weight
	}
	return weigh(part)
}

// boilerplateShare returns the share of the elements' weight that is boilerplate in
// one document or in the other.
func boilerplateShare(elements, a, b []uint64) float64 {
	if len(elements) == 0 {
		return 0
	}
	form, total := 0, 0
	i, j := 0, 0
	for _, e := range elements {
		for i < len(a) && a[i]>>1 < e>>1 {
			i++
		}
		for j < len(b) && b[j]>>1 < e>>1 {
			j++
		}
		w := weight(e)
		total += w
		if i < len(a) && a[i]>>1 == e>>1 || j < len(b) && b[j]>>1 == e>>1 {
			form += w
		}
	}
	return float64(form) / float64(total)
}
