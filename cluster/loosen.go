package cluster

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// members returns the representatives of a group, without one that is being removed.
func (x *Index) members(g *records.Group) []*records.Document {
	docs := make([]*records.Document, 0, len(g.Reps))
	for _, n := range g.Reps {
		if x.docs.Live.Has(n) {
			docs = append(docs, x.docs.Get(n))
		}
	}
	return docs
}

// takeOut takes a representative and its duplicates out of a large group. What it
// linked is linked by matches of the others, or else by bridges. It reports whether so
// many links are bridges that the group must be clustered again: so each time that all
// of it is clustered is paid for by the many documents that have left it.
func (x *Index) takeOut(g *records.Group, d *records.Document) (again bool) {
	x.change.Note(g)
	x.change.NoteMembers(g, []uint32{d.Number})
	x.groups.Edit(g.Number)
	around := g.TakeOut(d.Number)
	linked := map[uint32]bool{}
	for i, n := range around {
		if i > 0 {
			link := records.Link{From: n, To: around[0], Match: records.Match{With: around[0]}}
			o := x.docs.Get(n)
			if j := slices.IndexFunc(o.Matches(), func(m records.Match) bool { return linked[m.With] && x.counts(o, &m) }); j >= 0 {
				link.Match = o.Links.Matches[j]
				link.To = link.With
			}
			g.Links = append(g.Links, link)
		}
		linked[n] = true
	}
	if g.Core.Of == d.Number+1 {
		g.Core.Held = x.docs.Hold(x.docs.Set(d))
	}
	g.Size -= len(d.Duplicates())
	if !d.Gone {
		g.Size--
	}
	if first := x.clustered().First(g); first == d || first != nil && x.clustered().Representative(first) == d {
		g.First = x.clustered().Earliest(g)
	}
	return float64(g.Bridges()) >= mostBridges*float64(len(g.Reps))
}

// loosen takes documents out of their groups if these are large, and returns them with
// the other members of their groups if these are small.
func (x *Index) loosen(docs []*records.Document) (loose []*records.Document) {
	seen := make(map[*records.Document]bool, len(docs))
	add := func(docs ...*records.Document) {
		for _, d := range docs {
			if !seen[d] {
				seen[d] = true
				loose = append(loose, d)
			}
		}
	}
	for _, d := range docs {
		g := x.group(d)
		switch {
		case g == nil:
			add(d)
		case len(g.Reps) > mostRegrouped:
			if x.takeOut(g, d) {
				add(x.members(g)...)
			}
			x.setGroup(d, nil)
			add(d)
		default:
			add(x.members(g)...)
		}
	}
	return loose
}
