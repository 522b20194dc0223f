package cluster

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// answer lists the matches of d, the strongest first: the representatives that were
// found and, if there is room, those beyond the bounds and the other documents of
// the clusters of all these.
func (x *Index) answer(d *records.Document, brief *records.Brief, e *records.Entry, f *finding) []Match {
	if len(f.matches)+len(f.beyond) == 0 {
		return nil
	}
	var out []Match
	list := func(o *records.Document, m *records.Match) {
		if !o.Gone && o.ID != d.ID {
			out = append(out, x.match(d, o, m))
		}
	}
	for i := range f.matches {
		m := &f.matches[i].Match
		list(x.docs.Get(m.With), m)
	}
	if len(out) < x.o.MaxMatches {
		x.answerMore(d, brief, e, f, list)
	}
	slices.SortFunc(out, Match.stronger)
	return out[:min(len(out), x.o.MaxMatches)]
}

// stronger orders matches, the strongest first.
func (m Match) stronger(o Match) int {
	return cmp.Or(cmp.Compare(o.Score, m.Score), cmp.Compare(o.Jaccard, m.Jaccard), cmp.Compare(m.ID, o.ID))
}

// match is what is said of a match of d.
func (x *Index) match(d, o *records.Document, m *records.Match) Match {
	return Match{
		ID: o.ID, Figures: figures(m), Verdict: Verdict(m.Verdict),
		Digest: x.digested(x.clustered().Lead(d), x.clustered().Lead(o), m), Together: x.together(d, o),
	}
}

// together reports whether two documents are in one cluster.
func (x *Index) together(a, b *records.Document) bool {
	group := x.docs.Group(a)
	return group > 0 && group == x.docs.Group(b)
}

// answerMore lists matches that the search did not verify, if there is room.
func (x *Index) answerMore(d *records.Document, brief *records.Brief, e *records.Entry, f *finding, list func(*records.Document, *records.Match)) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	own := x.sketch(d, &s.own)
	own.Sequence = s.own.Sequence(e.Sequence)
	room := x.o.MaxMatches
	seen := map[*records.Document]bool{}
	for _, m := range f.matches {
		o := x.docs.Get(m.With)
		seen[o] = true
		if !o.Gone && o.ID != d.ID {
			room--
		}
	}
	// look verifies a document, and reports whether there is room for more.
	budget := mostVerified + x.o.MaxMatches
	look := func(o *records.Document) bool {
		if room <= 0 || budget == 0 {
			return false
		}
		if !seen[o] && o.ID != d.ID {
			seen[o] = true
			budget--
			if e, ok := x.verify(d, &own, o, brief.SameSite(&x.docs.Briefs[o.Number]), s, &f.effort); ok {
				list(o, &e.Match)
				if !o.Gone {
					room--
				}
			}
		}
		return true
	}
	for _, o := range f.beyond {
		if !look(o) {
			return
		}
	}
	groups := map[*records.Group]bool{}
	for _, m := range f.matches {
		g := x.group(x.docs.Get(m.With))
		if g == nil || groups[g] {
			continue
		}
		groups[g] = true
		for _, n := range g.Reps {
			r := x.docs.Get(n)
			if !look(r) || slices.ContainsFunc(r.Duplicates(), func(n uint32) bool { return !look(x.docs.Get(n)) }) {
				return
			}
		}
	}
}
