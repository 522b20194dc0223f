package cluster

import (
	"cmp"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// An earlier is a document of a cluster that comes before another one, and the match
// of the other with it.
type earlier struct {
	doc *records.Document
	records.Match
}

// closer reports whether a document, with its match, is to be named rather than e: it
// has more in common with the later one, or as much and comes first.
func (e *earlier) closer(o *records.Document, m *records.Match) bool {
	if e.doc == nil {
		return true
	}
	c := cmp.Or(cmp.Compare(m.Jaccard(), e.Jaccard()), cmp.Compare(figures(m).Score, figures(&e.Match).Score))
	return c > 0 || c == 0 && o.Before(e.doc) < 0
}

// offer takes a document if it comes before d and is closer than what is there.
func (e *earlier) offer(d, o *records.Document, m records.Match) {
	if !o.Gone && o.Before(d) < 0 && e.closer(o, &m) {
		e.doc, e.Match = o, m
	}
}

// earlierOf returns, of each document of a group that has one, the closest of those
// that come before it: of the representatives that it matches and their duplicates,
// or else of those on its way to the canonical document.
func (x *Index) earlierOf(g *records.Group, canonical *records.Document) map[*records.Document]earlier {
	reps := make(map[uint32]*earlier, len(g.Reps))
	for _, n := range g.Reps {
		reps[n] = &earlier{}
	}
	for n, e := range reps {
		d := x.docs.Get(n)
		for i := range d.Matches() {
			m := &d.Links.Matches[i]
			its, in := reps[m.With]
			if !in || !x.counts(d, m) {
				continue
			}
			o := x.docs.Get(m.With)
			e.offer(d, o, *m)
			its.offer(o, d, m.Swap(n))
		}
		if all := d.Duplicates(); len(all) > 0 { // the first one is the earliest
			f := x.docs.Get(all[0])
			e.offer(d, f, f.Links.Likeness.Swap(f.Number))
		}
	}
	found := make(map[*records.Document]earlier, g.Size)
	way := make(map[*records.Document]*records.Document, g.Size)
	x.walk(g, canonical, func(d, from *records.Document, m records.Match) bool {
		way[d] = from
		if d.Gone || from == nil {
			return true
		}
		var e earlier
		if r := x.representative(d); r == nil {
			e = *reps[d.Number]
		} else if e.offer(d, r, d.Links.Likeness); e.doc == nil {
			e = x.beforeDuplicate(d, r, reps[r.Number])
		}
		if e.doc == nil && m.Common > 0 { // no bridge
			e.offer(d, from, m)
		}
		for o := from; e.doc == nil; o = way[o] {
			if !o.Gone && o.Before(d) < 0 {
				e = earlier{o, x.compareDocuments(d, o)}
			}
		}
		found[d] = e
		return true
	})
	return found
}

// beforeDuplicate looks for what comes before a duplicate among the other duplicates of
// its representative, which comes later, and what the representative matches.
func (x *Index) beforeDuplicate(d, r *records.Document, its *earlier) (e earlier) {
	o := x.docs.Get(r.Duplicates()[0])
	if o.Before(d) >= 0 {
		if o = its.doc; o == nil || o.Before(d) >= 0 {
			return e
		}
	}
	return earlier{o, x.compareDocuments(d, o)}
}
