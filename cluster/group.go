package cluster

import (
	"cmp"
	"container/heap"
	"slices"
)

// A group is a cluster under construction.
type group struct {
	reps    []*document
	core    sketch
	links   []link    // the matches that joined it, one fewer than reps
	first   *document // the canonical document, or nil if all are gone
	size    int       // documents, followers included, without those gone
	version int       // of core
	least   int       // weight of the lightest representative
	born    uint64    // the operation that made it
}

// A link is a match that joined two groups, between a document of each.
type link struct {
	a, b *document
	Figures
}

// groupOf returns the group of a representative, which is made if it was alone.
func (x *Index) groupOf(d *document) *group {
	if d.tie().group == nil {
		x.change.noteAlone(d)
		d.ties.group = x.newGroup(d)
	}
	return d.ties.group
}

func (x *Index) newGroup(d *document) *group {
	g := &group{reps: []*document{d}, core: d.sketch(nil), size: len(d.ties.followers), least: int(d.weight), born: x.change.operation}
	if !d.gone {
		g.size++
	}
	g.first = g.earliest()
	return g
}

// gain counts a follower that was added.
func (g *group) gain(d *document) {
	g.size++
	if g.first == nil || d.before(g.first) < 0 {
		g.first = d
	}
}

// lose counts a document that is gone.
func (g *group) lose(d *document) {
	g.size--
	if g.first == d {
		g.first = g.earliest()
	}
}

// earliest returns the document that was published first, or nil if all are
// gone.
func (g *group) earliest() *document {
	var first *document
	for _, r := range g.reps {
		if !r.gone && (first == nil || r.before(first) < 0) {
			first = r
		}
		if f := r.ties.followers; len(f) > 0 && (first == nil || f[0].before(first) < 0) {
			first = f[0]
		}
	}
	return first
}

// followers is a heap of the documents that follow a representative, the
// first published on top.
type followers []*document

var _ heap.Interface = (*followers)(nil)

func (f followers) Len() int           { return len(f) }
func (f followers) Less(i, j int) bool { return f[i].before(f[j]) < 0 }
func (f followers) Swap(i, j int) {
	f[i], f[j] = f[j], f[i]
	f[i].ties.slot, f[j].ties.slot = i, j
}
func (f *followers) Push(d any) {
	d.(*document).ties.slot = len(*f)
	*f = append(*f, d.(*document))
}
func (f *followers) Pop() any {
	old := *f
	d := old[len(old)-1]
	old[len(old)-1] = nil
	*f = old[:len(old)-1]
	return d
}

// mostRegrouped bounds the representatives that are clustered anew for one
// added document. In larger clusters, which are many versions of one story,
// the document's own matches are taken by themselves.
const mostRegrouped = 64

// join puts a new representative, whose matches are known, into a group.
func (x *Index) join(d *document) {
	if !slices.ContainsFunc(d.matches(), func(m match) bool { return x.counts(d, m) }) {
		return
	}
	x.groupOf(d)
	if docs, all := x.connected([]*document{d}, mostRegrouped); all {
		x.partition(docs)
		return
	}
	for _, e := range x.edges([]*document{d}, func(*document, match) bool { return true }) {
		x.groupOf(e.b)
		x.merge(e, nil)
	}
}

// part takes a representative out of its group; what is left is clustered
// anew. In a large group that is done only if the document joined others: the
// core, by which the rest was judged, stays.
func (x *Index) part(d *document) {
	g := d.group()
	if g == nil {
		return
	}
	joins := func(l link) bool { return l.a == d || l.b == d }
	if at := slices.IndexFunc(g.links, joins); len(g.reps) > mostRegrouped && !slices.ContainsFunc(g.links[at+1:], joins) {
		g.links = slices.Delete(g.links, at, at+1)
		g.reps = slices.DeleteFunc(g.reps, func(o *document) bool { return o == d })
		return
	}
	rest := slices.DeleteFunc(slices.Clone(g.reps), func(o *document) bool { return o == d })
	x.regroup(rest)
}

// regroup clusters these documents anew, and all that they are connected with.
func (x *Index) regroup(docs []*document) {
	docs, _ = x.connected(docs, int(^uint(0)>>1))
	x.partition(docs)
}

// counts reports whether a match is strong enough by what is known now.
func (x *Index) counts(d *document, m match) bool { return x.matching(d, m.to, m.evidence) }

// connected returns the representatives that can be reached from some, by
// matches that count and by groups, and whether these are all: it gives up
// beyond a bound.
func (x *Index) connected(from []*document, bound int) (docs []*document, all bool) {
	seen := make(map[*document]bool, len(from))
	visit := func(d *document) {
		if !seen[d] && x.docs[d.number] == d {
			seen[d] = true
			docs = append(docs, d)
		}
	}
	for _, d := range from {
		visit(d)
	}
	for i := 0; i < len(docs); i++ {
		if len(docs) > bound {
			return docs, false
		}
		d := docs[i]
		if g := d.group(); g != nil {
			if len(g.reps) > bound {
				return docs, false
			}
			for _, o := range g.reps {
				visit(o)
			}
		}
		for _, m := range d.matches() {
			if x.counts(d, m) {
				visit(m.to)
			}
		}
	}
	return docs, len(docs) <= bound
}

// An edge is a match that counts, between a and b, a before b.
type edge struct {
	link
	strength float64
}

// edges returns the matches of docs that are wanted and count, the strongest
// first.
func (x *Index) edges(docs []*document, wanted func(*document, match) bool) []edge {
	var edges []edge
	for _, d := range docs {
		for _, m := range d.matches() {
			if wanted(d, m) && x.counts(d, m) {
				edges = append(edges, edge{link{d, m.to, m.Figures}, x.strength(d, m.to, m.evidence)})
			}
		}
	}
	slices.SortFunc(edges, func(p, q edge) int {
		return cmp.Or(cmp.Compare(q.strength, p.strength), cmp.Compare(q.Jaccard, p.Jaccard),
			p.a.before(q.a), p.b.before(q.b))
	})
	return edges
}

// partition clusters docs by the matches among them.
func (x *Index) partition(docs []*document) {
	for _, d := range docs {
		if g := d.group(); g != nil {
			x.change.noteAll(g)
		} else {
			x.change.noteAlone(d)
		}
	}
	for _, d := range docs {
		d.tie().group = x.newGroup(d)
	}
	rejected := map[rejection]bool{}
	// Each match is listed with both documents. (A document that is gone and the
	// one that replaced it may have the same time and id.)
	once := func(d *document, m match) bool {
		c := d.before(m.to)
		return c < 0 || c == 0 && d.arrival < m.to.arrival
	}
	for _, e := range x.edges(docs, once) {
		x.merge(e, rejected)
	}
}

// A rejection is a pair of cores that were found not to overlap.
type rejection struct {
	a, b               *group
	versionA, versionB int
}

// merge merges the groups that an edge connects, if their cores overlap.
func (x *Index) merge(e edge, rejected map[rejection]bool) {
	a, b := e.a.ties.group, e.b.ties.group
	if a == b {
		return
	}
	if len(a.reps) < len(b.reps) {
		a, b = b, a
	}
	pair := rejection{a, b, a.version, b.version}
	if rejected[pair] {
		return
	}
	over := compare(&a.core, &b.core)
	if over.Score < x.o.Overlap {
		if rejected != nil {
			rejected[pair] = true
			rejected[rejection{b, a, b.version, a.version}] = true
		}
		return
	}
	x.change.note(a)
	x.change.noteAll(b)
	a.least = min(a.least, b.least)
	a.core = meet(&a.core, &b.core, over, a.least)
	a.version++
	a.reps = append(a.reps, b.reps...)
	a.links = append(append(a.links, b.links...), e.link)
	a.size += b.size
	if a.first == nil || b.first != nil && b.first.before(a.first) < 0 {
		a.first = b.first
	}
	for _, d := range b.reps {
		d.ties.group = a
	}
}
