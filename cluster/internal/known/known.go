// Package known finds the matches of a document that is in an index by what the index keeps
// of it and of its cluster. So nothing is searched for.
package known

import (
	"cmp"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Around yields the numbers of the documents that may match one that is in an index, of those
// that are wanted, each once: its representative and the duplicates of that; then those that the
// representative matches, the strongest first, each with its duplicates; and then all in the
// clusters of these. With a number comes the match that the document keeps, if it keeps one.
func Around(c records.Clusters, d *records.Document, wanted func(n uint32) bool) iter.Seq2[uint32, *records.Match] {
	return func(yield func(uint32, *records.Match) bool) {
		if d.Links == nil {
			return
		}
		w := walk{c, wanted, yield, map[uint32]bool{d.Number: true}, map[uint32]bool{0: true}}
		lead, likeness := d, (*records.Match)(nil)
		if r := c.Representative(d); r != nil {
			lead, likeness = r, &d.Links.Likeness
		}
		if !w.withDuplicates(lead.Number, likeness) {
			return
		}
		matches := strongestFirst(c.Documents, lead.Matches())
		for _, m := range matches {
			its := m
			if lead != d {
				its = nil // it is that of the representative
			}
			if !w.withDuplicates(m.With, its) {
				return
			}
		}
		if !w.clusterOf(lead.Number) {
			return
		}
		for _, m := range matches {
			if !w.clusterOf(m.With) {
				return
			}
		}
	}
}

// A walk goes to documents that are wanted, each once. Its methods report whether to go on.
type walk struct {
	records.Clusters
	wanted func(n uint32) bool
	yield  func(n uint32, m *records.Match) bool
	seen   map[uint32]bool // documents
	groups map[uint32]bool // those gone through, by their number plus one
}

// document goes to a document.
func (w *walk) document(n uint32, m *records.Match) bool {
	if !w.wanted(n) || w.seen[n] {
		return true
	}
	w.seen[n] = true
	return w.yield(n, m)
}

// withDuplicates goes to a representative and its duplicates.
func (w *walk) withDuplicates(n uint32, m *records.Match) bool {
	if !w.document(n, m) {
		return false
	}
	for _, duplicate := range w.Documents.Get(n).Duplicates() {
		if !w.document(duplicate, nil) {
			return false
		}
	}
	return true
}

// clusterOf goes to all in the cluster of a representative.
func (w *walk) clusterOf(n uint32) bool {
	g := w.Documents.Group(w.Documents.Get(n))
	if w.groups[g] {
		return true
	}
	w.groups[g] = true
	for _, r := range w.Groups.Get(g - 1).Reps {
		if !w.withDuplicates(r, nil) {
			return false
		}
	}
	return true
}

// strongestFirst returns matches by their strength, ties by the name of the other.
func strongestFirst(docs *records.Documents, matches []records.Match) []*records.Match {
	all := make([]*records.Match, len(matches))
	for i := range matches {
		all[i] = &matches[i]
	}
	slices.SortFunc(all, func(a, b *records.Match) int {
		if c := cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Jaccard(), a.Jaccard())); c != 0 || a.With == b.With {
			return c
		}
		return docs.Get(a.With).Before(docs.Get(b.With))
	})
	return all
}

// A Question asks for the matches of a document.
type Question struct {
	Wanted func(n uint32) bool // which documents may be listed
	Most   int                 // so many matches at most

	// Counts tells whether a match that is kept is one by what is known now. Compare
	// compares the document with another one, and reports whether they match; it is called
	// so often at most.
	Counts      func(d *records.Document, m *records.Match) bool
	Compare     func(o *records.Document) (records.Match, bool)
	Comparisons int
}

// A Found is a document that matches.
type Found struct {
	Document *records.Document
	records.Match
}

// Matches returns the matches of a document that is in an index, of what Around yields the
// first so many, the strongest first. They are as they were last judged. A match that was
// judged to be of two articles may turn out to be none: it is compared again, as is what the
// document keeps no match of.
func (q *Question) Matches(c records.Clusters, d *records.Document) (out []Found) {
	kept := 0
	for _, m := range d.Matches() {
		if q.Wanted(m.With) {
			kept++
		}
	}
	for n, m := range Around(c, d, q.Wanted) {
		if m != nil {
			kept--
		}
		if len(out) == q.Most || kept <= 0 && m == nil && q.Comparisons == 0 {
			break
		}
		o := c.Documents.Get(n)
		if o.Gone {
			continue
		}
		var found records.Match
		ok := false
		switch {
		case o.IsDuplicate() && o.Links.Of == d.Number:
			found, ok = o.Links.Likeness.Swap(n), true
		case m != nil && !m.Apart:
			found, ok = *m, q.Counts(d, m)
		case q.Comparisons > 0:
			q.Comparisons--
			found, ok = q.Compare(o)
		}
		if ok {
			out = append(out, Found{o, found})
		}
	}
	slices.SortFunc(out, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Jaccard(), a.Jaccard()), cmp.Compare(a.Document.ID, b.Document.ID))
	})
	return out
}
