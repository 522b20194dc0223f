package cluster

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// A group is a cluster under construction.
type group struct {
	reps    []*document
	core    core
	links   []link    // the matches that joined it, one fewer than reps
	first   *document // the canonical document, or nil if all are gone
	size    int       // documents, followers included, without those gone
	version int       // of core
	least   int       // weight of the lightest representative
	born    uint64    // the operation that made it
}

// A link is a match that joined two groups, between a document of each.
type link struct {
	a, b  *document
	match // as a keeps it
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
	var buf unpacked
	s := d.sketch(&buf)
	g := &group{
		reps: []*document{d}, core: core{d.set, s.limit, s.known, slices.Clone(s.form), s.weight},
		size: len(d.followers()), least: int(d.weight), born: x.change.operation,
	}
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
		if f := r.followers(); len(f) > 0 && (first == nil || f[0].before(first) < 0) {
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
	if !slices.ContainsFunc(d.matches(), func(m match) bool { return x.counts(d, &m) }) {
		return
	}
	if docs, all := x.connected([]*document{d}, mostRegrouped, true); all {
		x.partition(docs)
		return
	}
	for _, e := range x.edges([]*document{d}, func(_, _ *document) bool { return true }) {
		x.merge(&e, nil)
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
// Where those are too many, it parts no other groups than those that these
// documents are in.
func (x *Index) regroup(docs []*document) {
	all, ok := x.connected(docs, mostRegrouped, true)
	if !ok {
		all, _ = x.connected(docs, math.MaxInt, false)
	}
	x.partition(all)
}

// counts reports whether a match is strong enough by what is known now.
func (x *Index) counts(d *document, m *match) bool {
	return !m.apart && x.matching(d, x.docs[m.with], m, x.briefs[d.number].sameSite(&x.briefs[m.with]))
}

// connected returns the representatives that can be reached from some by groups
// and, if wanted, by matches that count, and whether these are all: it gives up
// beyond a bound.
func (x *Index) connected(from []*document, bound int, byMatches bool) (docs []*document, all bool) {
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
		for i := range d.matches() {
			if m := &d.ties.matches[i]; byMatches && x.counts(d, m) {
				visit(x.docs[m.with])
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
func (x *Index) edges(docs []*document, wanted func(a, b *document) bool) []edge {
	edges := x.change.edges[:0]
	for _, d := range docs {
		for i := range d.matches() {
			m := &d.ties.matches[i]
			o := x.docs[m.with]
			same := x.briefs[d.number].sameSite(&x.briefs[m.with])
			if !m.apart && wanted(d, o) && x.matching(d, o, m, same) {
				edges = append(edges, edge{link{d, o, *m}, m.strength(same)})
			}
		}
	}
	slices.SortFunc(edges, func(p, q edge) int {
		if p.strength != q.strength {
			return cmp.Compare(q.strength, p.strength)
		}
		return cmp.Or(cmp.Compare(q.jaccard(), p.jaccard()), p.a.before(q.a), p.b.before(q.b))
	})
	x.change.edges = edges
	return edges
}

// partition clusters docs, which make up whole groups, by the matches among them
// and with others, whose groups stay as they are or grow.
func (x *Index) partition(docs []*document) {
	for _, d := range docs {
		if g := d.group(); g != nil {
			x.change.noteAll(g)
		} else {
			x.change.noteAlone(d)
		}
	}
	for _, d := range docs {
		if t := d.tie(); d.gone || len(d.followers()) > 0 {
			t.group = x.newGroup(d)
		} else {
			t.group = nil
		}
	}
	var rejected map[rejection]bool
	if len(docs) > 2 {
		rejected = map[rejection]bool{}
	}
	// Each match is listed with both documents, and wanted once. (A document that
	// is gone and the one that replaced it may have the same time and id.)
	among := make(map[*document]bool, len(docs))
	for _, d := range docs {
		among[d] = true
	}
	once := func(a, b *document) bool {
		c := a.before(b)
		return c < 0 || c == 0 && a.arrival < b.arrival || !among[b]
	}
	for i, edges := 0, x.edges(docs, once); i < len(edges); i++ {
		x.merge(&edges[i], rejected)
	}
}

// A rejection is a pair of cores that were found not to overlap. A group is
// told by its first document.
type rejection struct {
	a, b               *document
	versionA, versionB int
}

// merge merges the groups that an edge connects, if their cores overlap.
func (x *Index) merge(e *edge, rejected map[rejection]bool) {
	a, b := e.a.side(), e.b.side()
	if a.group != nil && a.group == b.group {
		return
	}
	if a.size() < b.size() {
		a, b = b, a
	}
	pair := rejection{a.first(), b.first(), a.version(), b.version()}
	if rejected[pair] {
		return
	}
	s := &x.change.cores
	coreA, coreB := a.core(&s[0]), b.core(&s[1])
	over := compare(&coreA, &coreB)
	if over.score < x.o.Overlap {
		if rejected != nil {
			rejected[pair] = true
			rejected[rejection{pair.b, pair.a, pair.versionB, pair.versionA}] = true
		}
		return
	}
	into, from := x.groupOf(a.doc), b.group
	x.change.note(into)
	if from != nil {
		x.change.noteAll(from)
	} else {
		x.change.noteAlone(b.doc)
	}
	into.least = min(into.least, b.least())
	met, of := meet(&coreA, &coreB, &over, into.least)
	into.core = core{a.kept(), met.limit, met.known, met.form, met.weight}
	switch of {
	case &coreB:
		into.core.kept = b.kept()
	case nil:
		into.core.kept = keep(met.elements, into.core.whole)
	}
	into.version++
	if from == nil {
		into.links = append(into.links, e.link)
		into.reps = append(into.reps, b.doc)
		into.gain(b.doc)
		b.doc.tie().group = into
		return
	}
	into.reps = append(into.reps, from.reps...)
	into.links = append(append(into.links, from.links...), e.link)
	into.size += from.size
	if into.first == nil || from.first != nil && from.first.before(into.first) < 0 {
		into.first = from.first
	}
	for _, d := range from.reps {
		d.ties.group = into
	}
}

// A side is what an edge connects: a group, or a document that is alone.
type side struct {
	doc   *document
	group *group // nil if it is alone
}

func (d *document) side() side { return side{d, d.group()} }

func (s side) size() int {
	if s.group == nil {
		return 1
	}
	return len(s.group.reps)
}

func (s side) first() *document {
	if s.group == nil {
		return s.doc
	}
	return s.group.reps[0]
}

func (s side) version() int {
	if s.group == nil {
		return 0
	}
	return s.group.version
}

func (s side) least() int {
	if s.group == nil {
		return int(s.doc.weight)
	}
	return s.group.least
}

func (s side) kept() kept {
	if s.group == nil {
		return s.doc.set
	}
	return s.group.core.kept
}

func (s side) core(buf *unpacked) sketch {
	if s.group == nil {
		return s.doc.sketch(buf)
	}
	return s.group.core.sketch(buf)
}
