package cluster

import (
	"fmt"
	"iter"
	"slices"
)

// Check walks all that the index holds and yields what is inconsistent: nothing,
// unless it or its storage was damaged. It keeps others from adding and removing
// while it runs, which takes time in proportion to the number of documents.
func (x *Index) Check() iter.Seq[error] {
	return func(yield func(error) bool) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.settle()
		c := checker{Index: x, yield: yield}
		for n := range uint32(len(x.docs)) {
			if x.live.has(n) && !c.try(func() { c.document(n) }) {
				return
			}
		}
		for n := range uint32(len(x.groups)) {
			if (x.stored == nil || x.stored.inUse.has(n)) && !c.try(func() { c.group(n) }) {
				return
			}
		}
		if x.stored != nil {
			for _, l := range x.lists() {
				for _, r := range l.list.runs.list {
					c.run(l.prefix, r)
				}
			}
		}
		if c.count != x.ids.count {
			c.report("%d documents were found, want %d", c.count, x.ids.count)
		}
	}
}

// checker is one walk.
type checker struct {
	*Index
	yield   func(error) bool
	stopped bool
	count   int // documents found that are not gone
	list    []posting
}

// try looks at something, whose records may be damaged. It reports whether to go
// on.
func (c *checker) try(look func()) bool {
	defer c.evict()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			c.report("%w", r.error)
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
func (c *checker) there(n uint32, format string, args ...any) *document {
	if int(n) < len(c.docs) && c.live.has(n) {
		return c.doc(n)
	}
	c.report("%s names number %d, which no document has", fmt.Sprintf(format, args...), n)
	return nil
}

func (c *checker) document(n uint32) {
	d := c.doc(n)
	if !d.gone {
		c.count++
		if c.find(d.id) != d {
			c.report("document %q is not found by its id", d.id)
		}
	}
	if d.number != n {
		c.report("document %q says that its number is %d, not %d", d.id, d.number, n)
	}
	if d.isFollower() {
		r := c.there(d.ties.follows, "document %q, which follows another,", d.id)
		if r == nil {
			return
		}
		if f := r.followers(); int(d.ties.slot) >= len(f) || f[d.ties.slot] != n {
			c.report("document %q follows %q, which does not know it", d.id, r.id)
		}
		return
	}
	for _, m := range d.matches() {
		o := c.there(m.with, "a match of %q", d.id)
		if o != nil && !slices.ContainsFunc(o.matches(), func(m match) bool { return m.with == n }) {
			c.report("document %q matches %q, which does not know it", d.id, o.id)
		}
	}
	for i, f := range d.followers() {
		o := c.there(f, "document %q, which others follow,", d.id)
		if o != nil && (!o.isFollower() || o.ties.follows != n || int(o.ties.slot) != i) {
			c.report("document %q is followed by %q, which does not know it", d.id, o.id)
		}
	}
	if g := c.Index.group(d); g != nil && !slices.Contains(g.reps, n) {
		c.report("document %q is in group %d, which does not know it", d.id, g.number)
	}
	c.postings(d)
}

// postings looks for a document in the lists of its sample. It may be missing,
// since those that came later may have taken its place, but where it is, it is
// listed as it was new.
func (c *checker) postings(d *document) {
	for i, e := range d.sample(nil) {
		c.list = c.shingles.get(c.list[:0], shingleKey(e), c.Index.listed())
		for _, p := range c.list {
			if p.doc() == d.number && p|marked != d.posting(i)|marked {
				c.report("document %q is in the list of element %d of its sample with another freshness", d.id, i)
			}
		}
	}
}

// run goes through a run.
func (c *checker) run(prefix byte, r *run) {
	name := runName(prefix, r.number)
	u := cursor{run: r}
	n, keys, last := 0, 0, int64(-1)
	for {
		ok, err := u.next()
		if err != nil {
			c.report("%s: %w", name, err)
			return
		}
		if !ok {
			break
		}
		if e := u.posting; e != 0 && int(e.doc()) >= len(c.docs) {
			c.report("%s names number %d, which no document has had", name, e.doc())
		}
		if int64(u.key) < last {
			c.report("%s is out of order at posting %d", name, n)
		}
		if int64(u.key) != last {
			keys++
		}
		if !r.filter.has(u.key) && !r.merging.Load() {
			c.report("the filter of %s does not know posting %d", name, n)
		}
		n, last = n+1, int64(u.key)
	}
	if n != r.postings || keys != r.keys {
		c.report("%s has %d postings of %d keys, want %d of %d", name, n, keys, r.postings, r.keys)
	}
	if _, err := r.manyKeys(); err != nil {
		c.report("%s: %w", name, err)
	}
}

func (c *checker) group(n uint32) {
	g := c.groupAt(n)
	if g == nil {
		return
	}
	size := 0
	var first *document
	look := func(d *document) {
		if d != nil && !d.gone {
			size++
			if first == nil || d.before(first) < 0 {
				first = d
			}
		}
	}
	for _, r := range g.reps {
		d := c.there(r, "group %d", n)
		if d == nil {
			continue
		}
		if d.isFollower() || d.ties == nil || d.ties.group != n+1 {
			c.report("document %q does not know group %d, which it is in", d.id, n)
		}
		look(d)
		for _, f := range d.followers() {
			look(c.there(f, "document %q", d.id))
		}
	}
	if size != g.size {
		c.report("group %d has %d documents, want %d", n, size, g.size)
	}
	if first != c.firstOf(g) {
		c.report("the first document of group %d is not its canonical one", n)
	}
	joined := map[uint32]bool{g.reps[0]: true}
	for range g.links { // as often as it may take to reach all
		before := len(joined)
		for _, l := range g.links {
			if joined[l.a] || joined[l.b] {
				joined[l.a], joined[l.b] = true, true
			}
		}
		if len(joined) == before {
			break
		}
	}
	if len(joined) != len(g.reps) || slices.ContainsFunc(g.reps, func(r uint32) bool { return !joined[r] }) {
		c.report("the links of group %d do not hold it together", n)
	}
}
