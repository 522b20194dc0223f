package cluster

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// clustered returns the documents and groups, which say what cluster each document is in.
func (x *Index) clustered() records.Clusters {
	return records.Clusters{Documents: x.docs, Groups: x.groups}
}

// group returns the cluster that the document is in, or nil if it is alone.
func (x *Index) group(d *records.Document) *records.Group { return x.clustered().Group(d) }

// groupOf returns the group of a representative, and makes one if it is alone.
func (x *Index) groupOf(d *records.Document) *records.Group {
	if d.NeedLinks().Group == 0 {
		x.change.NoteAlone(d)
		x.setGroup(d, x.newGroup(d))
	}
	return x.groups.Get(d.Links.Group - 1)
}

// setGroup sets the group of a representative; nil means none.
func (x *Index) setGroup(d *records.Document, g *records.Group) {
	x.docs.Edit(d.Number)
	t := d.NeedLinks()
	t.Group = 0
	if g != nil {
		t.Group = g.Number + 1
	}
}

// newGroup makes a group of a representative.
func (x *Index) newGroup(d *records.Document) *records.Group {
	var buf unpacked
	s := x.head(d, &buf)
	g := &records.Group{
		Reps: []uint32{d.Number},
		Core: records.Core{Held: records.Held{Of: d.Number + 1}, Limit: s.Limit, Known: s.Known, Boilerplate: slices.Clone(s.Boilerplate), Weight: s.Weight},
		Size: len(d.Duplicates()), Least: int(d.Weight), Born: x.change.Operation,
	}
	if !d.Gone {
		g.Size++
	}
	g.First = x.clustered().Earliest(g)
	x.groups.Allocate(g)
	return g
}
