package cluster

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// A group is a cluster under construction. Documents in it are told by their
// numbers.
type group struct {
	number  uint32
	reps    []uint32
	core    core
	links   []link // the matches that joined it, one fewer than reps
	first   uint32 // the canonical document plus one, or 0 if all are gone
	size    int    // documents, followers included, without those gone
	version int    // of core
	least   int    // weight of the lightest representative
	born    uint64 // the operation that made it
}

// A link is a match that joined two groups, between a document of each.
type link struct {
	a, b  uint32
	match // as a keeps it
}

// groupOf returns the group of a representative, which is made if it was alone.
func (x *Index) groupOf(d *document) *group {
	if d.tie().group == 0 {
		x.change.noteAlone(d)
		x.setGroup(d, x.newGroup(d))
	}
	return x.groupAt(d.ties.group - 1)
}

// setGroup says which group a representative is in; nil is none.
func (x *Index) setGroup(d *document, g *group) {
	x.changed(d)
	t := d.tie()
	t.group = 0
	if g != nil {
		t.group = g.number + 1
	}
}

// newGroup makes a group of a representative.
func (x *Index) newGroup(d *document) *group {
	var buf unpacked
	s := x.sketch(d, &buf)
	g := &group{
		reps: []uint32{d.number}, core: core{of: d.number + 1, limit: s.limit, known: s.known, form: slices.Clone(s.form), weight: s.weight},
		size: len(d.followers()), least: int(d.weight), born: x.change.operation,
	}
	if !d.gone {
		g.size++
	}
	g.first = x.earliest(g)
	if n := len(x.unusedGroups); n > 0 {
		g.number, x.unusedGroups = x.unusedGroups[n-1], x.unusedGroups[:n-1]
	} else {
		g.number = uint32(len(x.groups))
	}
	x.groups.set(g.number, g)
	x.changedGroup(g)
	if x.stored != nil {
		x.stored.inUse.add(g.number)
		x.stored.resident.add(groupLoaded, g.number, g.bytes())
	}
	return g
}

// dropGroup takes away a group, which nothing is in any longer.
func (x *Index) dropGroup(g *group) {
	x.changedGroup(g)
	x.groups.set(g.number, nil)
	if x.stored != nil {
		x.stored.inUse.remove(g.number)
	}
	x.unusedGroups = append(x.unusedGroups, g.number)
}

// isFirst reports whether a document is the canonical one of a group.
func (g *group) isFirst(d *document) bool { return g.first == d.number+1 }

// firstOf returns the canonical document of a group, or nil if all are gone.
func (x *Index) firstOf(g *group) *document {
	if g.first == 0 {
		return nil
	}
	return x.doc(g.first - 1)
}

// name returns the id of the canonical document, or "" if there is none.
func (x *Index) name(g *group) string {
	if d := x.firstOf(g); d != nil {
		return d.id
	}
	return ""
}

// gain counts a follower that was added.
func (x *Index) gain(g *group, d *document) {
	x.changedGroup(g)
	g.size++
	if first := x.firstOf(g); first == nil || d.before(first) < 0 {
		g.first = d.number + 1
	}
}

// lose counts a document that is gone.
func (x *Index) lose(g *group, d *document) {
	x.changedGroup(g)
	g.size--
	if g.isFirst(d) {
		g.first = x.earliest(g)
	}
}

// earliest returns the number, plus one, of the document that was published
// first, or 0 if all are gone.
func (x *Index) earliest(g *group) uint32 {
	var first *document
	look := func(d *document) {
		if !d.gone && (first == nil || d.before(first) < 0) {
			first = d
		}
	}
	for _, n := range g.reps {
		r := x.doc(n)
		look(r)
		if f := r.followers(); len(f) > 0 {
			look(x.doc(f[0]))
		}
	}
	if first == nil {
		return 0
	}
	return first.number + 1
}

// followers is the heap of those that follow a representative, the first
// published on top.
type followers struct {
	*Index
	of *document
}

var _ heap.Interface = followers{}

func (f followers) Len() int { return len(f.of.ties.lead.followers) }
func (f followers) Less(i, j int) bool {
	l := f.of.ties.lead.followers
	return f.doc(l[i]).before(f.doc(l[j])) < 0
}
func (f followers) Swap(i, j int) {
	l := f.of.ties.lead.followers
	l[i], l[j] = l[j], l[i]
	f.place(i)
	f.place(j)
}
func (f followers) Push(d any) {
	lead := f.of.ties.lead
	lead.followers = append(lead.followers, d.(*document).number)
	f.place(len(lead.followers) - 1)
}
func (f followers) Pop() any {
	lead := f.of.ties.lead
	last := len(lead.followers) - 1
	d := f.doc(lead.followers[last])
	lead.followers = lead.followers[:last]
	return d
}

// place writes a follower's place to it.
func (f followers) place(i int) {
	d := f.doc(f.of.ties.lead.followers[i])
	f.changed(d)
	d.ties.slot = int32(i)
}

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
	g := x.group(d)
	if g == nil {
		return
	}
	itself := func(n uint32) bool { return n == d.number }
	joins := func(l link) bool { return l.a == d.number || l.b == d.number }
	if at := slices.IndexFunc(g.links, joins); len(g.reps) > mostRegrouped && !slices.ContainsFunc(g.links[at+1:], joins) {
		x.changedGroup(g)
		g.links = slices.Delete(g.links, at, at+1)
		g.reps = slices.DeleteFunc(g.reps, itself)
		if g.core.of == d.number+1 {
			g.core.kept, g.core.of = x.kept(d), 0
		}
		return
	}
	rest := make([]*document, 0, len(g.reps))
	for _, n := range g.reps {
		if !itself(n) {
			rest = append(rest, x.doc(n))
		}
	}
	if len(rest) == 0 {
		x.dropGroup(g)
		return
	}
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
	return !m.apart && x.matching(d, x.doc(m.with), m, x.briefs[d.number].sameSite(&x.briefs[m.with]))
}

// connected returns the representatives that can be reached from some by groups
// and, if wanted, by matches that count, and whether these are all: it gives up
// beyond a bound.
func (x *Index) connected(from []*document, bound int, byMatches bool) (docs []*document, all bool) {
	seen := make(map[*document]bool, len(from))
	visit := func(d *document) {
		if !seen[d] {
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
		if g := x.group(d); g != nil {
			if len(g.reps) > bound {
				return docs, false
			}
			for _, n := range g.reps {
				if x.live.has(n) { // it is not what is being taken out
					visit(x.doc(n))
				}
			}
		}
		for i := range d.matches() {
			if m := &d.ties.matches[i]; byMatches && x.counts(d, m) {
				visit(x.doc(m.with))
			}
		}
	}
	return docs, len(docs) <= bound
}

// An edge is a match that counts, between a and b, a before b.
type edge struct {
	a, b *document
	match
	strength float64
}

// edges returns the matches of docs that are wanted and count, the strongest
// first.
func (x *Index) edges(docs []*document, wanted func(a, b *document) bool) []edge {
	edges := x.change.edges[:0]
	for _, d := range docs {
		for i := range d.matches() {
			m := &d.ties.matches[i]
			o := x.doc(m.with)
			same := x.briefs[d.number].sameSite(&x.briefs[m.with])
			if !m.apart && wanted(d, o) && x.matching(d, o, m, same) {
				edges = append(edges, edge{d, o, *m, m.strength(same)})
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
	former := map[*group]bool{}
	for _, d := range docs {
		if g := x.group(d); g == nil {
			x.change.noteAlone(d)
		} else if !former[g] {
			former[g] = true
			x.noteAll(g)
		}
	}
	for g := range former {
		x.dropGroup(g)
	}
	for _, d := range docs {
		var g *group
		if d.gone || len(d.followers()) > 0 {
			g = x.newGroup(d)
		}
		x.setGroup(d, g)
	}
	var rejected map[rejection]bool
	if len(docs) > 2 {
		rejected = map[rejection]bool{}
	}
	// Each match is listed with both documents, and wanted once.
	among := make(map[*document]bool, len(docs))
	for _, d := range docs {
		among[d] = true
	}
	once := func(a, b *document) bool { return a.before(b) < 0 || !among[b] }
	for i, edges := 0, x.edges(docs, once); i < len(edges); i++ {
		x.merge(&edges[i], rejected)
	}
}

// A rejection is a pair of cores that were found not to overlap. A group is
// told by its first document.
type rejection struct {
	a, b               uint32
	versionA, versionB int
}

// merge merges the groups that an edge connects, if their cores overlap.
func (x *Index) merge(e *edge, rejected map[rejection]bool) {
	a, b := x.side(e.a), x.side(e.b)
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
	coreA, coreB := x.coreOf(a, &s[0]), x.coreOf(b, &s[1])
	over := compare(&coreA, &coreB)
	if over.score < x.o.Overlap {
		if rejected != nil {
			rejected[pair] = true
			rejected[rejection{pair.b, pair.a, pair.versionB, pair.versionA}] = true
		}
		return
	}
	into, from := x.groupOf(a.doc), b.group
	x.changedGroup(into)
	x.note(into)
	if from != nil {
		x.noteAll(from)
	} else {
		x.change.noteAlone(b.doc)
	}
	into.least = min(into.least, b.least())
	met, of := meet(&coreA, &coreB, &over, into.least)
	switch of {
	case nil:
		into.core.kept, into.core.of = keep(met.elements, !x.o.SamplesOnly), 0
	case &coreB:
		into.core.kept, into.core.of = b.kept()
	}
	into.core.limit, into.core.known, into.core.form, into.core.weight = met.limit, met.known, met.form, met.weight
	into.version++
	joining := link{e.a.number, e.b.number, e.match}
	if from == nil {
		into.links = append(into.links, joining)
		into.reps = append(into.reps, b.doc.number)
		x.gain(into, b.doc)
		x.setGroup(b.doc, into)
		return
	}
	into.links = append(append(into.links, from.links...), joining)
	into.reps = append(into.reps, from.reps...)
	into.size += from.size
	if first, its := x.firstOf(into), x.firstOf(from); first == nil || its != nil && its.before(first) < 0 {
		into.first = from.first
	}
	for _, n := range from.reps {
		x.setGroup(x.doc(n), into)
	}
	x.dropGroup(from)
}

// A side is what an edge connects: a group, or a document that is alone.
type side struct {
	doc   *document
	group *group // nil if it is alone
}

func (x *Index) side(d *document) side { return side{d, x.group(d)} }

func (s side) size() int {
	if s.group == nil {
		return 1
	}
	return len(s.group.reps)
}

func (s side) first() uint32 {
	if s.group == nil {
		return s.doc.number
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

// kept returns the elements of a side's core, or the number, plus one, of the
// document whose they are.
func (s side) kept() (elements kept, of uint32) {
	if s.group == nil {
		return kept{}, s.doc.number + 1
	}
	return s.group.core.kept, s.group.core.of
}

// coreOf returns the core of a side.
func (x *Index) coreOf(s side, buf *unpacked) sketch {
	if s.group == nil {
		return x.sketch(s.doc, buf)
	}
	return x.coreSketch(&s.group.core, buf)
}
