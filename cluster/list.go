package cluster

import (
	"fmt"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A Cluster is the documents that carry one article.
type Cluster struct {
	ID      string   // of the canonical document: the first by publication, then by id
	Members []Member // the canonical document first, then in order of publication and id
}

// A Member is a document of a cluster. Of names the closest member that was published
// earlier, or has the same time and a smaller id, and Figures compares the two: A is the
// member, B is Of. Closest is, of those that it matches, the one with the greatest
// Jaccard similarity. A member that matches only later ones, and is joined through them,
// is shown with the next earlier one on the way to the canonical document, with what the
// two are to one another, be it little. The canonical document has none.
type Member struct {
	ID string
	Of string
	Figures
	Verdict Verdict // what the judge found of the two, 0 if it was not asked
}

// Clusters yields all clusters, those of a single document included, ordered by their
// canonical documents, as they are when it is called. Additions and removals may go
// on meanwhile. An index in a storage writes a checkpoint first, and reads that; if
// nothing can be written, nothing changes, and it reads what is there. If the storage
// fails, Clusters ends early, and Err says why.
func (x *Index) Clusters() iter.Seq[Cluster] { return x.backend.clusters }

// Cluster returns the cluster that a document is in, or an error that wraps
// ErrUnknown.
func (x *Index) Cluster(id string) (c Cluster, err error) {
	defer x.evictIfIdle()
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(&err)
	if err := x.Err(); err != nil {
		return c, err
	}
	d := x.docs.Find(id)
	if d == nil {
		return Cluster{}, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if g := x.group(d); g != nil {
		d = x.firstOf(g)
	}
	return x.list(d), nil
}

// list lists the cluster of a canonical document.
func (x *Index) list(first *records.Document) Cluster {
	c := Cluster{ID: first.ID}
	g := x.group(first)
	if g == nil || g.Size == 1 {
		c.Members = []Member{{ID: first.ID}}
		return c
	}
	type place struct {
		doc *records.Document
		Member
	}
	places := []place{{first, Member{ID: first.ID}}}
	for d, e := range x.earlierOf(g, first) {
		places = append(places, place{d, Member{d.ID, e.doc.ID, figures(&e.Match), Verdict(e.Verdict)}})
	}
	slices.SortFunc(places, func(a, b place) int { return a.doc.Before(b.doc) })
	for _, p := range places {
		c.Members = append(c.Members, p.Member)
	}
	return c
}

// compareDocuments compares two documents of the index, and asks the judge.
func (x *Index) compareDocuments(d, o *records.Document) records.Match {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	a, b := x.sketch(d, &s.own), x.sketch(o, &s.other)
	a.Sequence, b.Sequence = x.docs.Sequence(d), x.docs.Sequence(o)
	e := compare(&a, &b)
	s.judge(&e, &a, &b, x.docs.Briefs[d.Number].SameSite(&x.docs.Briefs[o.Number]))
	return e.Match
}

// walk visits the documents of a group from one of them along its links, each after
// the document that it was reached from, with the match between the two as the former
// keeps it; of a bridge it is empty.
func (x *Index) walk(g *records.Group, start *records.Document, visit func(d, from *records.Document, m records.Match) bool) {
	next := map[uint32][]records.Link{}
	for _, l := range g.Links {
		next[l.From] = append(next[l.From], l)
		next[l.To] = append(next[l.To], records.Link{From: l.To, To: l.From, Match: l.Swap(l.From)})
	}
	type step struct {
		doc, from *records.Document
		records.Match
	}
	queue := []step{{doc: start}}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if !visit(s.doc, s.from, s.Match) {
			return
		}
		around := next[s.doc.Number]
		if r := s.doc; r.IsDuplicate() {
			around = []records.Link{{From: r.Number, To: r.Links.Of, Match: r.Links.Likeness}}
		}
		visited := func(n uint32) bool { return s.from != nil && n == s.from.Number }
		for _, l := range around {
			if !visited(l.To) {
				queue = append(queue, step{x.docs.Get(l.To), s.doc, l.Swap(l.From)})
			}
		}
		for _, n := range s.doc.Duplicates() {
			if !visited(n) {
				f := x.docs.Get(n)
				queue = append(queue, step{f, s.doc, f.Links.Likeness})
			}
		}
	}
}
