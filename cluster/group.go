package cluster

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// representative returns the representative of a duplicate, or nil.
func (x *Index) representative(d *records.Document) *records.Document {
	if !d.IsDuplicate() {
		return nil
	}
	return x.docs.Get(d.Links.Of)
}

// lead returns the representative of a duplicate, or the document itself.
func (x *Index) lead(d *records.Document) *records.Document {
	if r := x.representative(d); r != nil {
		return r
	}
	return d
}

// group returns the cluster that the document is in, or nil if it is alone.
func (x *Index) group(d *records.Document) *records.Group {
	if n := x.docs.Group(d); n > 0 {
		return x.groups.Get(n - 1)
	}
	return nil
}

// cluster returns the id of the canonical document of its cluster.
func (x *Index) cluster(d *records.Document) string {
	if g := x.group(d); g != nil {
		return x.name(g)
	}
	return d.ID
}

func (x *Index) clusterSize(d *records.Document) int {
	if g := x.group(d); g != nil {
		return g.Size
	}
	return 1
}

// groupOf returns the group of a representative, and makes one if it is alone.
func (x *Index) groupOf(d *records.Document) *records.Group {
	if d.NeedLinks().Group == 0 {
		x.change.noteAlone(d)
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
		Core: records.Core{Of: d.Number + 1, Limit: s.Limit, Known: s.Known, Boilerplate: slices.Clone(s.Boilerplate), Weight: s.Weight},
		Size: len(d.Duplicates()), Least: int(d.Weight), Born: x.change.operation,
	}
	if !d.Gone {
		g.Size++
	}
	g.First = x.earliest(g)
	x.groups.Allocate(g)
	return g
}

// firstOf returns the canonical document of a group, or nil if all are gone.
func (x *Index) firstOf(g *records.Group) *records.Document {
	if g.First == 0 {
		return nil
	}
	return x.docs.Get(g.First - 1)
}

// name returns the id of the canonical document, or "" if there is none.
func (x *Index) name(g *records.Group) string {
	if d := x.firstOf(g); d != nil {
		return d.ID
	}
	return ""
}

// gain counts a document that was added.
func (x *Index) gain(g *records.Group, d *records.Document) {
	x.groups.Edit(g.Number)
	g.Size++
	if r := x.representative(d); r != nil {
		g.Firsts.Gain(r.Number, d)
	} else {
		g.Firsts.Gain(d.Number, d)
	}
	if first := x.firstOf(g); first == nil || d.Before(first) < 0 {
		g.First = d.Number + 1
	}
}

// lose counts a document that was removed.
func (x *Index) lose(g *records.Group, d *records.Document) {
	x.groups.Edit(g.Number)
	g.Size--
	if g.IsFirst(d) {
		g.First = x.earliest(g)
	}
}

// earliest returns the number, plus one, of the document that was published
// first, or 0 if all are gone.
func (x *Index) earliest(g *records.Group) uint32 {
	first := g.Firsts.Find(g.Reps, func(n uint32) *records.Document {
		d := x.docs.Get(n)
		if f := d.Duplicates(); len(f) > 0 {
			if o := x.docs.Get(f[0]); d.Gone || o.Before(d) < 0 {
				return o
			}
		}
		if d.Gone {
			return nil
		}
		return d
	})
	if first == nil {
		return 0
	}
	return first.Number + 1
}
