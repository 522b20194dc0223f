package passage

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/shingle"
)

// report writes the result for the texts in the order in which they were given.
func (a *Aligner) report(dst *Alignment, swapped bool) {
	dst.Passages, dst.edits = dst.Passages[:0], dst.edits[:0]
	words := 0
	for _, g := range a.groups.all {
		blocks := a.blocks[g.first:g.end]
		b, e := blocks[0], blocks[len(blocks)-1]
		p := Passage{
			A:     shingle.Span{Start: a.x.words[b.x].Start, End: a.x.words[e.x+e.n-1].End},
			B:     shingle.Span{Start: a.y.words[b.y].Start, End: a.y.words[e.y+e.n-1].End},
			Moved: g.moved,
		}
		first := len(dst.edits)
		for i, b := range blocks {
			p.Words += int(b.n)
			if i == 0 {
				continue
			}
			q := blocks[i-1]
			d := Edit{a.x.span(q.x+q.n, b.x), a.y.span(q.y+q.n, b.y)}
			if swapped {
				d.A, d.B = d.B, d.A
			}
			dst.edits = append(dst.edits, d)
		}
		if swapped {
			p.A, p.B = p.B, p.A
		}
		// The slice may move while it grows, so only its length counts yet.
		p.Edits = dst.edits[first:]
		words += p.Words
		dst.Passages = append(dst.Passages, p)
	}
	edits := dst.edits
	for i := range dst.Passages {
		n := len(dst.Passages[i].Edits)
		dst.Passages[i].Edits, edits = edits[:n:n], edits[n:]
	}

	a.orderByY()
	if swapped {
		dst.A, dst.B = a.partsY(dst.A[:0], Removed), a.partsX(dst.B[:0], Added)
	} else {
		dst.A, dst.B = a.partsX(dst.A[:0], Removed), a.partsY(dst.B[:0], Added)
	}
	dst.WordsA, dst.WordsB = len(a.x.seq), len(a.y.seq)
	if swapped {
		slices.SortFunc(dst.Passages, func(p, q Passage) int { return cmp.Compare(p.A.Start, q.A.Start) })
		dst.WordsA, dst.WordsB = dst.WordsB, dst.WordsA
	}
	dst.CoverageA, dst.CoverageB = share(words, dst.WordsA), share(words, dst.WordsB)
	dst.Complete = a.complete
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// span returns the bytes of the words i to before j, or if there are none the
// place behind the word before.
func (s *side) span(i, j int32) shingle.Span {
	if i == j {
		end := s.words[i-1].End
		return shingle.Span{Start: end, End: end}
	}
	return shingle.Span{Start: s.words[i].Start, End: s.words[j-1].End}
}
