package cluster

import (
	"fmt"
	"iter"
	"slices"
)

// A Cluster is the documents that carry one article.
type Cluster struct {
	ID      string   // of the canonical document: the first by publication, then by id
	Members []Member // the canonical document first, then in order of publication and id
}

// A Member is a document of a cluster. Of names the other member whose match
// with it put it there (A in Figures is the member, B is Of); following Of
// from member to member leads to the canonical document, which has none.
type Member struct {
	ID string
	Of string
	Figures
	Verdict Verdict // what the judge found of that match, 0 if none was asked
}

// Clusters yields all clusters, those of a single document included, ordered
// by their canonical documents. It shows the moment at which it is called;
// additions and removals may go on meanwhile. (Where the index is in a storage it
// writes a checkpoint first, and reads that; where that cannot be written to,
// additions wait until it is done. If the storage fails, it ends early, and Err
// says why.)
func (x *Index) Clusters() iter.Seq[Cluster] {
	return func(yield func(Cluster) bool) {
		if x.stored != nil {
			x.storedClusters(yield)
			return
		}
		first, several := x.snapshot()
		for i, id := range first {
			c, ok := several[i]
			if !ok {
				c = Cluster{ID: id, Members: []Member{{ID: id}}}
			}
			if !yield(c) {
				return
			}
		}
	}
}

// snapshot returns the ids of the canonical documents, and the clusters of
// more than one document by their place among them.
func (x *Index) snapshot() (first []string, several map[int]Cluster) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var docs []*document
	for n := range x.docs {
		d := x.docs.get(uint32(n))
		if d == nil || d.gone {
			continue
		}
		if g := x.group(d); g == nil || g.isFirst(d) {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b *document) int { return a.before(b) })
	several = map[int]Cluster{}
	first = make([]string, len(docs))
	for i, d := range docs {
		first[i] = d.id
		if x.clusterSize(d) > 1 {
			several[i] = x.list(d)
		}
	}
	return first, several
}

// Cluster returns the cluster that a document is in, or an error that wraps
// ErrUnknown.
func (x *Index) Cluster(id string) (c Cluster, err error) {
	defer x.letGo()
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(&err)
	if err := x.Err(); err != nil {
		return c, err
	}
	d := x.find(id)
	if d == nil {
		return Cluster{}, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if g := x.group(d); g != nil {
		d = x.firstOf(g)
	}
	return x.list(d), nil
}

// list lists the cluster of a canonical document.
func (x *Index) list(first *document) Cluster {
	c := Cluster{ID: first.id}
	g := x.group(first)
	if g == nil || g.size == 1 {
		c.Members = []Member{{ID: first.id}}
		return c
	}
	type place struct {
		doc *document
		Member
	}
	places := make([]place, 0, g.size)
	reached := map[*document]*document{} // those gone, and from where
	x.walk(g, first, func(d, from *document, f match) bool {
		m := Member{ID: d.id}
		if from != nil {
			for from.gone {
				from = reached[from]
				f = x.compareDocuments(d, from)
			}
			m.Of, m.Figures, m.Verdict = from.id, f.figures(), f.verdict
		}
		if d.gone {
			reached[d] = from
		} else {
			places = append(places, place{d, m})
		}
		return true
	})
	slices.SortFunc(places, func(a, b place) int { return a.doc.before(b.doc) })
	for _, p := range places {
		c.Members = append(c.Members, p.Member)
	}
	return c
}

// compareDocuments compares two documents of the index.
func (x *Index) compareDocuments(d, o *document) match {
	var mine, its unpacked
	a, b := x.sketch(d, &mine), x.sketch(o, &its)
	return compare(&a, &b).match
}

// walk visits the documents of a group from one of them along the matches that
// hold it together, each after the document that it was reached from, with the
// match between the two as the former keeps it.
func (x *Index) walk(g *group, start *document, visit func(d, from *document, m match) bool) {
	next := map[uint32][]link{}
	for _, l := range g.links {
		next[l.a] = append(next[l.a], l)
		next[l.b] = append(next[l.b], link{l.b, l.a, l.swap(l.a)})
	}
	type step struct {
		doc, from *document
		match
	}
	queue := []step{{doc: start}}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if !visit(s.doc, s.from, s.match) {
			return
		}
		around := next[s.doc.number]
		if r := s.doc; r.isFollower() {
			around = []link{{r.number, r.ties.follows, r.ties.likeness}}
		}
		visited := func(n uint32) bool { return s.from != nil && n == s.from.number }
		for _, l := range around {
			if !visited(l.b) {
				queue = append(queue, step{x.doc(l.b), s.doc, l.swap(l.a)})
			}
		}
		for _, n := range s.doc.followers() {
			if !visited(n) {
				f := x.doc(n)
				queue = append(queue, step{f, s.doc, f.ties.likeness})
			}
		}
	}
}
