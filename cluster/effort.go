package cluster

import "github.com/cbb30ed1/reprint/cluster/internal/records"

// An effort is what one operation may still spend on documents larger than most. Where
// nothing is left, these are compared by their samples, and not judged. It depends on
// sizes alone, so that answers do not depend on where an index is.
type effort struct {
	elements, words int
	cut             int // comparisons and judgements that it did not allow
}

// compares reports whether so many elements may be compared, and takes them.
func (t *effort) compares(elements int) bool { return t.take(&t.elements, elements) }

// judges reports whether so many words may be judged, and takes them.
func (t *effort) judges(words int) bool { return t.take(&t.words, words) }

func (t *effort) take(left *int, n int) bool {
	if n > *left {
		t.cut++
		return false
	}
	*left -= max(n, 0)
	return true
}

// forSearch returns the effort for the candidates of one document, in elements and words
// that they have more than the document itself.
func forSearch() effort { return effort{elements: mostExcess, words: mostJudged} }

// together returns how many elements a comparison of two counts for, those of small
// ones for nothing.
func together(a, b int) int {
	if a+b <= smallPair {
		return 0
	}
	return a + b
}

// elements returns how many elements the core of a side has.
func (x *Index) elements(s side) int {
	switch {
	case s.group == nil:
		return x.kept(s.doc)
	case s.group.Core.Of > 0:
		return x.kept(x.docs.Get(s.group.Core.Of - 1))
	}
	return s.group.Core.Packed.Len()
}

// compareAs compares two sketches, which are exact or are to be narrowed.
func compareAs(exact bool, a, b *sketch) evidence {
	if exact {
		return compare(a, b)
	}
	c, d := narrow(*a), narrow(*b)
	return compare(&c, &d)
}

// judgeAgain scores a match again, and asks the judge again if there is effort left for
// it. The sketch of d is at hand.
func (x *Index) judgeAgain(d, o *records.Document, m *records.Match, own *sketch, s *scratch) records.Match {
	t := &x.change.effort
	exact := t.compares(together(x.kept(d), x.kept(o)))
	other := x.sketchOf(o, exact, &s.other)
	e := compareAs(exact, own, &other)
	same := x.docs.Briefs[d.Number].SameSite(&x.docs.Briefs[o.Number])
	if x.matching(d, o, &e.Match, same) {
		if t.judges(together(int(d.Words), int(o.Words))) {
			own.Sequence, other.Sequence = x.docs.Sequence(d), x.docs.Sequence(o)
			e.Apart = !s.judge(&e, own, &other, same) || e.Apart
		} else {
			e.Verdict, e.Apart, e.Whole = m.Verdict, m.Apart, m.Whole
		}
	}
	e.With = o.Number
	return e.Match
}
