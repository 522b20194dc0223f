package cluster

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// remove removes a document.
func (x *Index) remove(d *records.Document) {
	x.docs.Unname(d)
	x.change.NoteLeaving(d)
	r := d
	if f := x.clustered().Representative(d); f != nil {
		r = x.docs.Edit(f.Number)
		g := x.group(r)
		x.change.Note(g)
		heap.Remove(records.DuplicatesOf(x.docs, r), int(d.Links.Slot))
		x.docs.DropEntry(d)
		x.docs.Release(d)
		x.docs.Reuse(d.Number)
		x.clustered().Lose(g, d)
	} else {
		d = x.docs.Edit(d.Number)
		d.Gone = true
		x.docs.Gone.Add(d.Number)
		if g := x.group(d); g != nil {
			x.change.Note(g)
			d.NeedRepresentative().AtRemoval = int32(len(d.Duplicates()))
			x.clustered().Lose(g, d)
		}
	}
	n := len(r.Duplicates())
	if r.Gone && (n <= fewDuplicates || 2*n <= int(r.NeedRepresentative().AtRemoval)) {
		x.promote(r)
	}
}

// promote takes a removed representative out of the index, and adds its duplicates
// again. The first of them becomes the representative of the others.
func (x *Index) promote(d *records.Document) {
	var left []*records.Document
	for _, n := range d.Duplicates() {
		left = append(left, x.docs.Get(n))
	}
	if len(left) > 0 {
		x.change.NoteDuplicates(d)
	}
	x.docs.DropEntry(d)
	x.leave(d)
	slices.SortFunc(left, func(a, b *records.Document) int { return cmp.Compare(a.Arrival, b.Arrival) })
	for _, f := range left {
		e := records.Entry{
			Bands: f.Links.Duplicate.Bands, Sequence: x.docs.Sequence(f),
			Brief: x.docs.Briefs[f.Number], Position: x.docs.Position(f.Number), Note: x.docs.Note(f),
		}
		f.Links = nil
		e.Brief.Weight = uint32(weigh(f.Sample(nil)))
		x.docs.Unname(f)
		x.docs.Release(f)
		x.docs.Reuse(f.Number)
		x.add(f, &e, x.backend.hints(f, &e))
	}
}

// leave takes a representative out of the index: its postings, its matches, and its
// place in its cluster.
func (x *Index) leave(d *records.Document) {
	x.docs.Live.Remove(d.Number)
	x.docs.Retired = append(x.docs.Retired, d.Number)
	x.refill(d)
	var digests []*records.Document // that are none without it
	for _, m := range d.Matches() {
		to := x.docs.Edit(m.With)
		was := x.isDigest(to)
		to.Links.Matches = slices.DeleteFunc(to.Links.Matches, func(o records.Match) bool { return o.With == d.Number })
		if was && !x.isDigest(to) {
			digests = append(digests, to)
		}
	}
	x.relabel(d.Sample(nil))
	if g := x.group(d); g != nil && slices.Contains(g.Reps, d.Number) { // not clustered anew without it
		x.part(d)
	}
	if len(digests) > 0 {
		x.regroup(digests)
	}
	x.docs.Release(d)
	d.Links = nil
	x.stats.Indexed--
	x.backend.retired()
}

// refill lists the former matches of d again for the shingles that they share with
// it, where d leaves a list that was full: they may have been displaced from it.
func (x *Index) refill(d *records.Document) {
	if len(d.Matches()) == 0 {
		return
	}
	var list []postings.Posting
	for _, e := range d.Sample(nil) {
		key := shingleKey(e)
		if !x.shingles.Frequent(key) {
			continue
		}
		list = x.shingles.Get(list[:0], key, x.docs.Live, nil)
		for _, m := range d.Matches() {
			if len(list) != longestList-1 {
				break
			}
			o := x.docs.Get(m.With)
			if i, ok := o.Set.Find(e, int(o.Sampled)); ok && !slices.ContainsFunc(list, func(p postings.Posting) bool { return p.Number() == o.Number }) {
				x.shingles.Add(key, postingOf(o, i), x.docs.Live, nil)
				list = append(list, postingOf(o, i))
			}
		}
	}
}
