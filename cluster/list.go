package cluster

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"runtime"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A Cluster is the documents that carry one article.
type Cluster struct {
	ID      string   `json:"id"`                // of the canonical document: the first by publication, then by id
	Members []Member `json:"members,omitempty"` // the canonical document first, then in order of publication and id
}

// A Member is a document of a cluster. Of names the closest member that was published
// earlier, or has the same time and a smaller id, and Figures compares the two: A is the
// member, B is Of. Closest is, of those that it matches, the one with the greatest
// Jaccard similarity. A member that matches only later ones, and is joined through them,
// is shown with the next earlier one on the way to the canonical document, with what the
// two are to one another, be it little. The canonical document has none.
type Member struct {
	ID string `json:"id"`
	Of string `json:"of,omitempty"`
	Figures
	Verdict Verdict `json:"verdict"` // what the judge found of the two, 0 if it was not asked
	Note    string  `json:"-"`       // of its entry, where it was kept
}

// Clusters yields all clusters, those of a single document included, ordered by their
// canonical documents, as they are when it is called. Additions and removals may go
// on meanwhile. An index in a storage writes a checkpoint first, and reads that; if
// nothing can be written, nothing changes, and it reads what is there. If the storage
// fails, Clusters ends early, and Err says why.
func (x *Index) Clusters() iter.Seq[Cluster] { return x.ClustersAt(func(uint64) {}) }

// ClustersAt yields what Clusters does. Before the first one it tells the position of the
// last operation that they show.
func (x *Index) ClustersAt(at func(position uint64)) iter.Seq[Cluster] {
	return func(yield func(Cluster) bool) { x.backend.clusters(at, yield) }
}

// A ClusterPart is some members of a cluster, in their order.
type ClusterPart struct {
	Cluster
	Size int    `json:"size"`           // members of the whole cluster
	Next string `json:"next,omitempty"` // where the next part begins, "" if there is none
}

// Cluster returns the cluster that a document is in, as it is at one moment, or an
// error that wraps ErrUnknown.
func (x *Index) Cluster(id string) (Cluster, error) {
	p, err := x.ClusterPart(id, "", 0)
	return p.Cluster, err
}

// ClusterPart returns at most so many members of the cluster that a document is in, 0
// for all. A negative limit is for none, only the id and the size. The first part begins at "",
// each other one at the Next of the one before.
// Documents may come and go between two parts. The error wraps ErrUnknown, or
// ErrOptions if there is no such beginning.
func (x *Index) ClusterPart(id, begin string, limit int) (p ClusterPart, err error) {
	from, ok := records.ParseKey(begin)
	if !ok {
		return p, fmt.Errorf("%w: the part begins at %q, want the Next of another", ErrOptions, begin)
	}
	for range mostListed {
		if p, err = x.listPart(id, from, limit, x.lookAside); err != records.ErrChanged {
			return p, err
		}
	}
	defer x.evictIfIdle()
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(&err)
	if err := x.Err(); err != nil {
		return p, err
	}
	return x.listPart(id, from, limit, nil)
}

// mostListed is how often it is tried to list a cluster while others change it.
const mostListed = 3

// lookAside calls at under the lock for reading, and lets others go on after it.
func (x *Index) lookAside(at func()) {
	x.look(at)
	runtime.Gosched()
}

func (x *Index) lister(look func(func())) *records.Lister {
	return &records.Lister{Documents: x.docs, Look: look, Compare: x.compareDocuments, Counts: x.counts}
}

// listPart lists a part of the cluster of a document. look is nil where the lock is held.
func (x *Index) listPart(id string, from records.Key, limit int, look func(func())) (p ClusterPart, err error) {
	l, done := (*records.Lister)(nil), false // a document that is alone needs none
	begin := func() {
		d := x.docs.Find(id)
		if d == nil {
			done, err = true, fmt.Errorf("%w: %q", ErrUnknown, id)
			return
		}
		g := x.group(d)
		if g != nil {
			d = x.clustered().First(g)
		}
		if limit < 0 {
			p.ID, p.Size, done = d.ID, x.clustered().Size(d), true
			return
		}
		if g == nil && from.Compare(d.Key()) <= 0 { // it is alone
			p.Cluster, p.Size, done = Cluster{ID: d.ID, Members: []Member{{ID: d.ID, Note: x.docs.Note(d)}}}, 1, true
			return
		}
		l = x.lister(look)
		if p.Size = l.Begin(d, g, x.clock); p.Size <= records.ListedAtOnce {
			l.Look, done = nil, true
			err = p.list(l, from, limit)
		}
	}
	at := records.Lister{Look: look}
	if at.At(begin); !done && look != nil { // it is large, and has to wait for its turn
		x.listing <- struct{}{}
		defer func() { <-x.listing }()
		at.At(begin)
	}
	if !done && x.Err() == nil {
		err = p.list(l, from, limit)
	}
	return p, cmp.Or(x.Err(), err)
}

func (p *ClusterPart) list(l *records.Lister, from records.Key, limit int) error {
	first, listed, next, err := l.List(from, limit)
	if err != nil {
		return err
	}
	p.ID, p.Members = first.ID, make([]Member, len(listed))
	for i, m := range listed {
		p.Members[i] = Member{ID: m.ID, Of: m.Of, Note: m.Note}
		if m.Of != "" {
			p.Members[i].Figures, p.Members[i].Verdict = figures(&m.Match), Verdict(m.Verdict)
		}
	}
	if next != nil {
		p.Next = next.String()
	}
	return nil
}

// list lists the whole cluster of its canonical document. Nothing changes meanwhile.
func (x *Index) list(first *records.Document) Cluster {
	p := ClusterPart{}
	l := x.lister(nil)
	l.Begin(first, x.group(first), x.clock)
	p.list(l, records.Key{Time: math.MinInt64}, 0)
	return p.Cluster
}

// compareDocuments compares two documents of the index, and asks the judge.
func (x *Index) compareDocuments(d, o *records.Document) records.Match {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	a, b := x.sketch(d, &s.own), x.sketch(o, &s.other)
	a.Sequence, b.Sequence = s.own.Sequence(x.docs.Sequence(d)), s.other.Sequence(x.docs.Sequence(o))
	e := compare(&a, &b)
	s.judge(&e, &a, &b, x.docs.Briefs[d.Number].SameSite(&x.docs.Briefs[o.Number]))
	return e.Match
}
