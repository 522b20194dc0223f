package cluster

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// merge merges the groups that an edge connects, if their cores overlap.
func (x *Index) merge(e *edge, rejected *records.Rejections) {
	a, b := x.side(e.a), x.side(e.b)
	if a.group != nil && a.group == b.group {
		return
	}
	if a.size() < b.size() {
		a, b = b, a
	}
	pair := records.RejectionOf(a.first(), a.version(), b.first(), b.version())
	// What two documents are to each other may join clusters whose cores do not overlap.
	sameSite := x.docs.Briefs[e.a.Number].SameSite(&x.docs.Briefs[e.b.Number])
	if rejected.Has(pair) && !e.Whole && !sameSite {
		return
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	bufA := s.recent.OfCore(a.doc, a.group, x.docs, &s.own, &s.cores[0], nil)
	bufB := s.recent.OfCore(b.doc, b.group, x.docs, &s.own, &s.cores[1], bufA)
	exact := x.change.effort.Compares(likeness.Pair(x.elements(a), x.elements(b), smallPair))
	coreA, coreB := x.coreOf(a, exact, bufA), x.coreOf(b, exact, bufB)
	over := rules().CompareAs(exact, &coreA, &coreB)
	replaced := false
	if over.Score < x.o.Overlap {
		switch {
		case x.unites(e) && x.heldByOther(e, a, b, exact, &coreA, &coreB) || x.pageOf(e):
			// The cores are different pieces of one article: what the two documents
			// share is the core.
			replaced = true
			coreA, coreB = x.sketchOf(e.a, exact, bufA), x.sketchOf(e.b, exact, bufB)
			over = rules().CompareAs(exact, &coreA, &coreB)
		case x.unites(e) && x.halfUnite(a, b):
		default:
			rejected.Add(pair)
			return
		}
	}
	into, from := x.groupOf(a.doc), b.group
	x.groups.Edit(into.Number)
	x.change.Note(into)
	if from != nil {
		x.change.NoteAll(from)
	} else {
		x.change.NoteAlone(b.doc)
	}
	into.Least = min(into.Least, b.least())
	met, of := rules().Merge(exact, &coreA, &coreB, &over, into.Least)
	switch {
	case of == nil:
		into.Core.Held = x.docs.Hold(sets.Pack(met.Elements, !x.o.SamplesOnly, x.limits.dense))
	case replaced && of == &coreA:
		into.Core.Held = records.Held{Of: e.a.Number + 1}
	case replaced:
		into.Core.Held = records.Held{Of: e.b.Number + 1}
	case of == &coreB:
		into.Core.Held = b.kept()
	}
	into.Core.Limit, into.Core.Known, into.Core.Boilerplate, into.Core.Weight = met.Limit, met.Known, met.Boilerplate, met.Weight
	into.CoreVersion++
	joining := records.Link{From: e.a.Number, To: e.b.Number, Match: *e.Match}
	if from == nil {
		into.Links = append(into.Links, joining)
		into.Reps = append(into.Reps, b.doc.Number)
		x.clustered().Gain(into, b.doc)
		x.setGroup(b.doc, into)
		return
	}
	into.Links = append(append(into.Links, from.Links...), joining)
	into.Reps, into.Firsts = append(into.Reps, from.Reps...), records.Firsts{}
	into.Size += from.Size
	if first, its := x.clustered().First(into), x.clustered().First(from); first == nil || its != nil && its.Before(first) < 0 {
		into.First = from.First
	}
	for _, n := range from.Reps {
		x.setGroup(x.docs.Get(n), into)
	}
	x.groups.Release(from)
}

// unites reports whether an edge may merge clusters whose cores do not overlap: the two
// are one article as a whole. Of two pages of one site that share less than cores must,
// that may be their frame.
func (x *Index) unites(e *edge) bool {
	siteA, siteB := x.docs.Briefs[e.a.Number].Site, x.docs.Briefs[e.b.Number].Site
	return e.Whole && (e.Score >= x.o.Overlap || siteA != 0 && siteB != 0 && siteA != siteB)
}

// heldByOther reports whether each core is held by the document at the other end of an
// edge nearly as much as the two documents hold one another. Two excerpts of one
// article are; the clean copies of two articles, of which whole pages share a frame,
// are not.
func (x *Index) heldByOther(e *edge, a, b side, exact bool, coreA, coreB *sketch) bool {
	docA, docB := e.a, e.b
	if x.group(e.a) != a.group || a.group == nil && a.doc != e.a {
		docA, docB = docB, docA
	}
	var buf unpacked
	other := x.sketchOf(docB, exact, &buf)
	inB := rules().CompareAs(exact, coreA, &other)
	if inB.Score < heldShare*e.Score {
		return false
	}
	other = x.sketchOf(docA, exact, &buf)
	inA := rules().CompareAs(exact, coreB, &other)
	return inA.Score >= heldShare*e.Score
}

// halfUnite reports whether of all pairs of a document on the one side and one on the
// other at least half are one article as a whole. Then there is no chain that a core
// would have to break.
func (x *Index) halfUnite(a, b side) bool {
	if a.size()*b.size() > mostRegrouped {
		return false
	}
	united := 0
	for _, n := range b.reps() {
		d := x.docs.Get(n)
		for i := range d.Matches() {
			if m := &d.Links.Matches[i]; m.Whole && slices.Contains(a.reps(), m.With) && x.counts(d, m) {
				united++
			}
		}
	}
	return float64(united) >= unitedShare*float64(a.size()*b.size())
}

// pageOf reports whether an edge is between an article on one page and one of the
// pages that it also stands on, by parts: they are of one site, the other pages are
// matches, too, and together they hold it. A page that holds whole articles of others
// is not held by one of them and a second.
func (x *Index) pageOf(e *edge) bool {
	whole, part := e.a, e.b
	if whole.Size < part.Size {
		whole, part = part, whole
	}
	brief := &x.docs.Briefs[whole.Number]
	if e.Verdict == 0 || e.Whole || !brief.SameSite(&x.docs.Briefs[part.Number]) {
		return false
	}
	var pages []*records.Document
	size := x.kept(whole)
	for i := range whole.Matches() {
		m := &whole.Links.Matches[i]
		if !m.Whole && float64(m.Common) >= pageShare*float64(m.B) && brief.SameSite(&x.docs.Briefs[m.With]) && x.counts(whole, m) {
			page := x.docs.Get(m.With)
			pages = append(pages, page)
			size += x.kept(page)
		}
	}
	if len(pages) < 2 || !x.change.effort.Compares(likeness.Pair(size, 0, smallPair)) {
		return false
	}
	var mine, its unpacked
	s := x.sketch(whole, &mine)
	var held []uint64
	for _, d := range pages {
		page := x.sketch(d, &its)
		held = sets.Union(held, sets.Intersect(nil, s.Elements, page.Elements))
	}
	return float64(weigh(held)) >= pageShare*float64(s.Weight)
}

// A side is what an edge connects: a group, or a document that is alone.
type side struct {
	doc   *records.Document
	group *records.Group // nil if it is alone
}

func (x *Index) side(d *records.Document) side { return side{d, x.group(d)} }

func (s side) size() int {
	if s.group == nil {
		return 1
	}
	return len(s.group.Reps)
}

// reps returns the representatives of a side.
func (s side) reps() []uint32 {
	if s.group == nil {
		return []uint32{s.doc.Number}
	}
	return s.group.Reps
}

func (s side) first() uint32 {
	if s.group == nil {
		return s.doc.Number
	}
	return s.group.Reps[0]
}

func (s side) version() int {
	if s.group == nil {
		return 0
	}
	return s.group.CoreVersion
}

func (s side) least() int {
	if s.group == nil {
		return int(s.doc.Weight)
	}
	return s.group.Least
}

// kept returns the elements of a side's core.
func (s side) kept() records.Held {
	if s.group == nil {
		return records.Held{Of: s.doc.Number + 1}
	}
	return s.group.Core.Held
}

// coreOf returns the core of a side.
func (x *Index) coreOf(s side, exact bool, buf *unpacked) sketch {
	if s.group == nil {
		return x.sketchOf(s.doc, exact, buf)
	}
	return x.coreSketch(&s.group.Core, exact, buf)
}
