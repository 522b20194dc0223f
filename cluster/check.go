package cluster

import (
	"fmt"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Check walks the whole index and yields what is inconsistent: nothing, unless the
// index or its storage was damaged. It takes time in proportion to the number of
// documents; nothing can be added or removed meanwhile.
func (x *Index) Check() iter.Seq[error] {
	return func(yield func(error) bool) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.flushPending()
		c := checker{Index: x, yield: yield}
		for n := range uint32(x.docs.Len()) {
			if x.docs.Live.Has(n) && !c.try(func() { c.document(n) }) {
				return
			}
		}
		for n := range uint32(x.groups.Len()) {
			if !c.try(func() { c.group(n) }) {
				return
			}
		}
		x.backend.check(func(err error) { c.report("%w", err) })
		if c.count != x.docs.Count() {
			c.report("%d documents were found, want %d", c.count, x.docs.Count())
		}
	}
}

// A checker is the state of one walk.
type checker struct {
	*Index
	yield   func(error) bool
	stopped bool
	count   int // documents found that are not gone
	list    []postings.Posting
}

// try calls look, which reads records that may be damaged. It reports whether to go
// on.
func (c *checker) try(look func()) bool {
	defer c.backend.evict()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case records.Failure:
			c.report("%w", r.Err)
		default:
			panic(r)
		}
	}()
	look()
	return !c.stopped
}

func (c *checker) report(format string, args ...any) {
	if !c.stopped {
		c.stopped = !c.yield(fmt.Errorf("cluster: "+format, args...))
	}
}

// there returns a document that another names, or nil.
func (c *checker) there(n uint32, format string, args ...any) *records.Document {
	if int(n) < c.docs.Len() && c.docs.Live.Has(n) {
		return c.docs.Get(n)
	}
	c.report("%s names number %d, which no document has", fmt.Sprintf(format, args...), n)
	return nil
}

func (c *checker) document(n uint32) {
	d := c.docs.Get(n)
	if !d.Gone {
		c.count++
		if c.docs.Find(d.ID) != d {
			c.report("document %q is not found by its id", d.ID)
		}
	}
	if d.Number != n {
		c.report("document %q says that its number is %d, not %d", d.ID, d.Number, n)
	}
	if d.IsDuplicate() {
		r := c.there(d.Links.Of, "document %q, which follows another,", d.ID)
		if r == nil {
			return
		}
		if f := r.Duplicates(); int(d.Links.Slot) >= len(f) || f[d.Links.Slot] != n {
			c.report("document %q follows %q, which does not know it", d.ID, r.ID)
		}
		return
	}
	for _, m := range d.Matches() {
		o := c.there(m.With, "a match of %q", d.ID)
		if o != nil && !slices.ContainsFunc(o.Matches(), func(m records.Match) bool { return m.With == n }) {
			c.report("document %q matches %q, which does not know it", d.ID, o.ID)
		}
	}
	for i, f := range d.Duplicates() {
		o := c.there(f, "document %q, which others follow,", d.ID)
		if o != nil && (!o.IsDuplicate() || o.Links.Of != n || int(o.Links.Slot) != i) {
			c.report("document %q is followed by %q, which does not know it", d.ID, o.ID)
		}
	}
	if g := c.Index.group(d); g != nil && !slices.Contains(g.Reps, n) {
		c.report("document %q is in group %d, which does not know it", d.ID, g.Number)
	}
	c.postings(d)
}

// postings checks a document in the lists of its sample. It may be missing there, as
// later documents may have taken its place. If it is there, its posting must have
// its freshness.
func (c *checker) postings(d *records.Document) {
	for i, e := range d.Sample(nil) {
		c.list = c.shingles.Get(c.list[:0], shingleKey(e), c.backend.listed(), nil)
		for _, p := range c.list {
			if p.Number() == d.Number && p|postings.Marked != postingOf(d, i)|postings.Marked {
				c.report("document %q is in the list of element %d of its sample with another freshness", d.ID, i)
			}
		}
	}
}

func (c *checker) group(n uint32) {
	g := c.groups.Get(n)
	if g == nil {
		return
	}
	size := 0
	var first *records.Document
	look := func(d *records.Document) {
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
			c.report("document %q does not know group %d, which it is in", d.ID, n)
		}
		look(d)
		for _, f := range d.Duplicates() {
			look(c.there(f, "document %q", d.ID))
		}
	}
	if size != g.Size {
		c.report("group %d has %d documents, want %d", n, size, g.Size)
	}
	if first != c.firstOf(g) {
		c.report("the first document of group %d is not its canonical one", n)
	}
	if !g.Connected() {
		c.report("the links of group %d do not hold it together", n)
	}
}
