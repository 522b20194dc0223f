package cluster

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Pairs yields all pairs of documents that match, by what is known now: each document
// with those before it, by publication and then by id, that it matches, the strongest
// first. Documents are compared with those that were candidates of one of the two, and
// with all in the clusters of these, without a bound: the cost is that of all pairs.
// Documents that come meanwhile are left out. If the storage fails, Pairs ends early,
// and Err says why.
func (x *Index) Pairs() iter.Seq2[string, []Match] {
	return func(yield func(string, []Match) bool) {
		var order []records.Key
		x.look(func() {
			for n := range uint32(x.docs.Len()) {
				if d := x.docs.Get(n); d != nil && !d.Gone {
					order = append(order, d.Key())
				}
			}
		})
		slices.SortFunc(order, records.Key.Compare)
		for _, k := range order {
			var found []Match
			x.look(func() {
				if d := x.docs.Find(k.ID); d != nil {
					found = x.before(d)
				}
			})
			if x.Err() != nil || len(found) > 0 && !yield(k.ID, found) {
				return
			}
		}
	}
}

// before lists the matches of a document with those before it.
func (x *Index) before(d *records.Document) (out []Match) {
	r := x.clustered().Lead(d)
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	own := x.sketch(d, &s.own)
	own.Sequence = s.own.Sequence(x.docs.Sequence(d))
	brief := &x.docs.Briefs[d.Number]
	seen := map[*records.Group]bool{}
	look := func(o *records.Document) {
		if o.Gone || o.Before(d) >= 0 {
			return
		}
		effort := likeness.Effort{Elements: math.MaxInt, Words: math.MaxInt}
		if e, ok := x.verify(d, &own, o, brief.SameSite(&x.docs.Briefs[o.Number]), s, &effort); ok {
			out = append(out, x.match(d, o, &e.Match))
		}
	}
	with := func(n uint32) {
		reps := []uint32{n}
		if g := x.group(x.docs.Get(n)); g != nil {
			if seen[g] {
				return
			}
			seen[g] = true
			reps = g.Reps
		}
		for _, n := range reps {
			rep := x.docs.Get(n)
			look(rep)
			for _, f := range rep.Duplicates() {
				look(x.docs.Get(f))
			}
		}
	}
	with(r.Number)
	for _, m := range r.Matches() {
		with(m.With)
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Jaccard, a.Jaccard), cmp.Compare(a.ID, b.ID))
	})
	return out
}
