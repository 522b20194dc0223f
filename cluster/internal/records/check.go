package records

import (
	"fmt"
	"slices"
)

// A Checker looks for what is inconsistent in documents and groups, and reports it.
type Checker struct {
	Documents *Documents
	Groups    *Groups
	Report    func(format string, args ...any)
	Count     int // documents found that are not gone
}

// there returns a document that another names, or nil.
func (c *Checker) there(n uint32, format string, args ...any) *Document {
	if int(n) < c.Documents.Len() && c.Documents.Live.Has(n) {
		return c.Documents.Get(n)
	}
	c.Report("%s names number %d, which no document has", fmt.Sprintf(format, args...), n)
	return nil
}

// Document checks the document with a number. It returns it if it is a representative
// that is sound as far as that goes, or nil.
func (c *Checker) Document(n uint32) *Document {
	d := c.Documents.Get(n)
	if !d.Gone {
		c.Count++
		if c.Documents.Find(d.ID) != d {
			c.Report("document %q is not found by its id", d.ID)
		}
	}
	if d.Number != n {
		c.Report("document %q says that its number is %d, not %d", d.ID, d.Number, n)
	}
	if d.IsDuplicate() {
		r := c.there(d.Links.Of, "document %q, which follows another,", d.ID)
		if r == nil {
			return nil
		}
		if f := r.Duplicates(); int(d.Links.Slot) >= len(f) || f[d.Links.Slot] != n {
			c.Report("document %q follows %q, which does not know it", d.ID, r.ID)
		}
		return nil
	}
	for _, m := range d.Matches() {
		o := c.there(m.With, "a match of %q", d.ID)
		if o != nil && !slices.ContainsFunc(o.Matches(), func(m Match) bool { return m.With == n }) {
			c.Report("document %q matches %q, which does not know it", d.ID, o.ID)
		}
	}
	for i, f := range d.Duplicates() {
		o := c.there(f, "document %q, which others follow,", d.ID)
		if o != nil && (!o.IsDuplicate() || o.Links.Of != n || int(o.Links.Slot) != i) {
			c.Report("document %q is followed by %q, which does not know it", d.ID, o.ID)
		}
	}
	if of := c.Documents.Group(d); of > 0 {
		if g := c.Groups.Get(of - 1); !slices.Contains(g.Reps, n) {
			c.Report("document %q is in group %d, which does not know it", d.ID, g.Number)
		}
	}
	return d
}

// Group checks the group with a number, if there is one.
func (c *Checker) Group(n uint32) {
	g := c.Groups.Get(n)
	if g == nil {
		return
	}
	size := 0
	var first *Document
	look := func(d *Document) {
		if d != nil && !d.Gone {
			size++
			if first == nil || d.Before(first) < 0 {
				first = d
			}
		}
	}
	for _, r := range g.Reps {
		d := c.there(r, "group %d", n)
		if d == nil {
			continue
		}
		if d.IsDuplicate() || d.Links == nil || d.Links.Group != n+1 {
			c.Report("document %q does not know group %d, which it is in", d.ID, n)
		}
		look(d)
		for _, f := range d.Duplicates() {
			look(c.there(f, "document %q", d.ID))
		}
	}
	if size != g.Size {
		c.Report("group %d has %d documents, want %d", n, size, g.Size)
	}
	var canonical *Document
	if g.First > 0 {
		canonical = c.Documents.Get(g.First - 1)
	}
	if first != canonical {
		c.Report("the first document of group %d is not its canonical one", n)
	}
	if !g.Connected() {
		c.Report("the links of group %d do not hold it together", n)
	}
}
