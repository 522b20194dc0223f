package cluster

import (
	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// elements returns how many elements the core of a side has.
func (x *Index) elements(s side) int {
	switch {
	case s.group == nil:
		return x.kept(s.doc)
	case s.group.Core.Of > 0:
		return x.kept(x.docs.Get(s.group.Core.Of - 1))
	}
	return x.docs.Own(&s.group.Core.Held).Len()
}

// judgeAgain scores a match again, and asks the judge again if there is effort left for
// it. The sketch of d is at hand.
func (x *Index) judgeAgain(d, o *records.Document, m *records.Match, own *sketch, s *scratch) records.Match {
	t := &x.change.effort
	exact := t.Compares(likeness.Pair(x.kept(d), x.kept(o), smallPair))
	other := x.sketchOf(o, exact, &s.other)
	e := rules().CompareAs(exact, own, &other)
	same := x.docs.Briefs[d.Number].SameSite(&x.docs.Briefs[o.Number])
	if x.matching(d, o, &e.Match, same) {
		if t.Judges(likeness.Pair(int(d.Words), int(o.Words), smallPair)) {
			if own.Sequence == nil {
				own.Sequence = s.own.Sequence(x.docs.Sequence(d))
			}
			other.Sequence = s.other.Sequence(x.docs.Sequence(o))
			e.Apart = !s.judge(&e, own, &other, same) || e.Apart
		} else {
			e.Verdict, e.Apart, e.Whole = m.Verdict, m.Apart, m.Whole
		}
	}
	e.With = o.Number
	return e.Match
}
