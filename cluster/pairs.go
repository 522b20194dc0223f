package cluster

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/known"
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
			x.lookUp(k.ID, func(d *records.Document) { found = x.before(d) }) // unless it is gone meanwhile
			if x.Err() != nil || len(found) > 0 && !yield(k.ID, found) {
				return
			}
		}
	}
}

// before lists the matches of a document with those before it.
func (x *Index) before(d *records.Document) (out []Match) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	matches := x.verifier(d, s, likeness.Effort{Elements: math.MaxInt, Words: math.MaxInt})
	earlier := func(n uint32) bool { o := x.docs.Get(n); return !o.Gone && o.Before(d) < 0 }
	for n := range known.Around(x.clustered(), d, earlier) {
		if m, ok := matches(x.docs.Get(n)); ok {
			out = append(out, x.match(d, x.docs.Get(n), &m))
		}
	}
	slices.SortFunc(out, Match.stronger)
	return out
}

// verifier returns a function that compares a document, which is there, with others.
func (x *Index) verifier(d *records.Document, s *scratch, t likeness.Effort) func(o *records.Document) (records.Match, bool) {
	var own sketch
	return func(o *records.Document) (records.Match, bool) {
		if own.Elements == nil {
			own = x.sketch(d, &s.own)
			own.Sequence = s.own.Sequence(x.docs.Sequence(d))
		}
		e, ok := x.verify(d, &own, o, x.docs.Briefs[d.Number].SameSite(&x.docs.Briefs[o.Number]), s, &t)
		return e.Match, ok
	}
}

// Lookup returns what a document that is there matches, by what is kept of it (see
// PairsOf), and which cluster it is in. The error wraps ErrUnknown.
func (x *Index) Lookup(id string) (a Added, err error) {
	err = x.lookUp(id, func(d *records.Document) {
		a = Added{Cluster: x.clustered().Cluster(d), Size: x.clustered().Size(d)}
		for _, f := range x.known(d, func(uint32) bool { return true }) {
			a.Matches = append(a.Matches, x.match(d, f.Document, &f.Match))
		}
	})
	return a, err
}

// A Pair is a document and one before it, by publication and then by id, that it matches.
type Pair struct {
	ID string
	Match
}

// PairsOf returns the pairs of some documents, of each in turn, with those of smaller positions
// in the storage, the strongest first, by what is kept of it: see package known. What is not
// there has none.
func (x *Index) PairsOf(ids []string) ([]Pair, error) {
	out := make([][]Pair, len(ids))
	for _, i := range known.ByCluster(x.docs, ids, x.look) {
		x.lookUp(ids[i], func(d *records.Document) {
			for _, f := range x.known(d, func(n uint32) bool { return x.docs.Position(n) < x.docs.Position(d.Number) }) {
				out[i] = append(out[i], x.pair(d, f.Document, f.Match))
			}
		})
	}
	return slices.Concat(out...), x.Err()
}

func (x *Index) pair(d, o *records.Document, m records.Match) Pair {
	if d.Before(o) < 0 {
		d, o, m = o, d, m.Swap(d.Number)
	}
	return Pair{d.ID, x.match(d, o, &m)}
}

// lookUp calls at with the document of an id.
func (x *Index) lookUp(id string, at func(d *records.Document)) error {
	err := fmt.Errorf("%w: %q", ErrUnknown, id)
	x.look(func() {
		if d := x.docs.Find(id); d != nil {
			err = nil
			at(d)
		}
	})
	return cmp.Or(x.Err(), err)
}

// known lists those matches of a document that are wanted, by what is kept of it.
func (x *Index) known(d *records.Document, wanted func(n uint32) bool) []known.Found {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	q := known.Question{
		Wanted: wanted, Most: x.o.MaxMatches, Counts: x.counts,
		Compare: x.verifier(d, s, likeness.Effort{Elements: mostExcess, Words: mostJudged}), Comparisons: mostVerified + x.o.MaxMatches,
	}
	return q.Matches(x.clustered(), d)
}
