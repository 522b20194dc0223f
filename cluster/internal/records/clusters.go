package records

// Clusters are documents and groups, which say together what cluster each document is in.
type Clusters struct {
	Documents *Documents
	Groups    *Groups
}

// Representative returns the representative of a duplicate, or nil.
func (c Clusters) Representative(d *Document) *Document {
	if !d.IsDuplicate() {
		return nil
	}
	return c.Documents.Get(d.Links.Of)
}

// Lead returns the representative of a duplicate, or the document itself.
func (c Clusters) Lead(d *Document) *Document {
	if r := c.Representative(d); r != nil {
		return r
	}
	return d
}

// Group returns the cluster that the document is in, or nil if it is alone.
func (c Clusters) Group(d *Document) *Group {
	if n := c.Documents.Group(d); n > 0 {
		return c.Groups.Get(n - 1)
	}
	return nil
}

// Cluster returns the id of the canonical document of its cluster.
func (c Clusters) Cluster(d *Document) string {
	if g := c.Group(d); g != nil {
		return c.Name(g)
	}
	return d.ID
}

// Size returns the number of documents of its cluster.
func (c Clusters) Size(d *Document) int {
	if g := c.Group(d); g != nil {
		return g.Size
	}
	return 1
}

// First returns the canonical document of a group, or nil if all are gone.
func (c Clusters) First(g *Group) *Document {
	if g.First == 0 {
		return nil
	}
	return c.Documents.Get(g.First - 1)
}

// Name returns the id of the canonical document, or "" if there is none.
func (c Clusters) Name(g *Group) string {
	if d := c.First(g); d != nil {
		return d.ID
	}
	return ""
}

// Gain counts a document that was added.
func (c Clusters) Gain(g *Group, d *Document) {
	c.Groups.Edit(g.Number)
	g.Size++
	g.Firsts.Gain(c.Lead(d).Number, d)
	if first := c.First(g); first == nil || d.Before(first) < 0 {
		g.First = d.Number + 1
	}
}

// Lose counts a document that was removed.
func (c Clusters) Lose(g *Group, d *Document) {
	c.Groups.Edit(g.Number)
	g.Size--
	if g.IsFirst(d) {
		g.First = c.Earliest(g)
	}
}

// Earliest returns the number, plus one, of the document that was published
// first, or 0 if all are gone.
func (c Clusters) Earliest(g *Group) uint32 {
	first := g.Firsts.Find(g.Reps, func(n uint32) *Document {
		d := c.Documents.Get(n)
		if f := d.Duplicates(); len(f) > 0 {
			if o := c.Documents.Get(f[0]); d.Gone || o.Before(d) < 0 {
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
