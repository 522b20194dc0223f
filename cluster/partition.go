package cluster

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// join puts a new representative, whose matches are known, into a group.
func (x *Index) join(d *records.Document) {
	if !slices.ContainsFunc(d.Matches(), func(m records.Match) bool { return x.counts(d, &m) }) {
		return
	}
	if docs, all := x.connected([]*records.Document{d}, mostRegrouped); all {
		x.partition(docs)
		return
	}
	for _, e := range x.edges([]*records.Document{d}, func(_, _ *records.Document) bool { return true }) {
		x.merge(&e, nil)
	}
}

// part takes a representative out of its group, and clusters the rest again. In a
// large group it does so only now and then: the core, by which the rest was judged,
// stays.
func (x *Index) part(d *records.Document) {
	g := x.group(d)
	if g == nil {
		return
	}
	if len(g.Reps) > mostRegrouped {
		if x.takeOut(g, d) {
			x.partition(x.members(g))
		}
		return
	}
	rest := x.members(g)
	if len(rest) == 0 {
		x.groups.Release(g)
		return
	}
	x.regroup(rest)
}

// regroup clusters these documents again, and all that are connected with them. If
// those are too many, it breaks up the small groups of these documents, and takes
// them out of large ones.
func (x *Index) regroup(docs []*records.Document) {
	all, ok := x.connected(docs, mostRegrouped)
	if !ok {
		all = x.loosen(docs)
	}
	x.partition(all)
}

// counts reports whether a match is strong enough by what is known now.
func (x *Index) counts(d *records.Document, m *records.Match) bool {
	return !m.Apart && x.matching(d, x.docs.Get(m.With), m, x.docs.Briefs[d.Number].SameSite(&x.docs.Briefs[m.With]))
}

// connected returns the representatives that can be reached from others by groups
// and by matches that count. It gives up beyond a bound, and reports whether it found
// all.
func (x *Index) connected(from []*records.Document, bound int) (docs []*records.Document, all bool) {
	seen := make(map[*records.Document]bool, len(from))
	visit := func(d *records.Document) {
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
			if len(g.Reps) > bound {
				return docs, false
			}
			for _, n := range g.Reps {
				if x.docs.Live.Has(n) { // it is not what is being taken out
					visit(x.docs.Get(n))
				}
			}
		}
		for i := range d.Matches() {
			if m := &d.Links.Matches[i]; x.counts(d, m) {
				visit(x.docs.Get(m.With))
			}
		}
	}
	return docs, len(docs) <= bound
}

// An edge is a match that counts, as a has it with b.
type edge struct {
	a, b *records.Document
	*records.Match
	strength float64
}

// edges returns the matches of docs that are wanted and count, the strongest
// first.
func (x *Index) edges(docs []*records.Document, wanted func(a, b *records.Document) bool) []edge {
	edges := x.change.edges[:0]
	for _, d := range docs {
		for i := range d.Matches() {
			m := &d.Links.Matches[i]
			o := x.docs.Get(m.With)
			same := x.docs.Briefs[d.Number].SameSite(&x.docs.Briefs[m.With])
			if !m.Apart && wanted(d, o) && x.matching(d, o, m, same) && !x.digested(d, o, m) {
				edges = append(edges, edge{d, o, m, strength(m, same)})
			}
		}
	}
	slices.SortFunc(edges, func(p, q edge) int {
		if p.strength != q.strength {
			return cmp.Compare(q.strength, p.strength)
		}
		return cmp.Or(cmp.Compare(q.Jaccard(), p.Jaccard()), p.a.Before(q.a), p.b.Before(q.b))
	})
	x.change.edges = edges
	return edges
}

// partition clusters docs, which make up whole groups, by the matches among them and
// with other documents. Groups of the others stay as they are, or grow.
func (x *Index) partition(docs []*records.Document) {
	former := map[*records.Group]bool{}
	var groups []*records.Group
	for _, d := range docs {
		if g := x.group(d); g == nil {
			x.change.NoteAlone(d)
		} else if !former[g] {
			former[g] = true
			groups = append(groups, g)
			x.change.NoteAll(g)
		}
	}
	for _, g := range groups {
		x.groups.Release(g)
	}
	for _, d := range docs {
		var g *records.Group
		if d.Gone || len(d.Duplicates()) > 0 {
			g = x.newGroup(d)
		}
		x.setGroup(d, g)
	}
	var rejected *records.Rejections
	if len(docs) > 2 {
		rejected = records.NewRejections(x.clustered())
	}
	// Each match is listed with both documents, and wanted once.
	among := make(map[*records.Document]bool, len(docs))
	for _, d := range docs {
		among[d] = true
	}
	once := func(a, b *records.Document) bool { return a.Before(b) < 0 || !among[b] }
	for i, edges := 0, x.edges(docs, once); i < len(edges); i++ {
		x.merge(&edges[i], rejected)
	}
}
