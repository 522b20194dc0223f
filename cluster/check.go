package cluster

import (
	"fmt"
	"iter"

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
		x.enterLoaded()
		c := checker{Index: x, yield: yield}
		c.Checker = records.Checker{Documents: x.docs, Groups: x.groups, Report: c.report}
		for n := range uint32(x.docs.Len()) {
			if x.docs.Live.Has(n) && !c.try(func() { c.document(n) }) {
				return
			}
		}
		for n := range uint32(x.groups.Len()) {
			if !c.try(func() { c.Group(n) }) {
				return
			}
		}
		x.backend.check(func(err error) { c.report("%w", err) })
		if c.Count != x.docs.Count() {
			c.report("%d documents were found, want %d", c.Count, x.docs.Count())
		}
	}
}

// A checker is the state of one walk.
type checker struct {
	*Index
	records.Checker
	yield   func(error) bool
	stopped bool
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

// document checks a document, and, of a representative, that it is in the lists of its
// sample as it is. It may be missing there, as later documents may have taken its place.
// If it is there, its posting must have its freshness.
func (c *checker) document(n uint32) {
	d := c.Checker.Document(n)
	if d == nil {
		return
	}
	for i, e := range d.Sample(nil) {
		c.list = c.shingles.Get(c.list[:0], shingleKey(e), c.backend.listed(), nil)
		for _, p := range c.list {
			if p.Number() == d.Number && p|postings.Marked != postingOf(d, i)|postings.Marked {
				c.report("document %q is in the list of element %d of its sample with another freshness", d.ID, i)
			}
		}
	}
}
