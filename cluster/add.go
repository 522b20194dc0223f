package cluster

import (
	"container/heap"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// add puts a new document into the index, and returns what was found for it.
func (x *Index) add(d *records.Document, e *records.Entry, k postings.Hints) finding {
	x.clock++
	d.Arrival = x.clock
	x.docs.Allocate(d, e)
	f := x.search(d, &x.docs.Briefs[d.Number], e, k)
	x.stats.Candidates += f.candidates
	x.stats.Skipped += len(f.beyond)
	x.stats.Shortened += f.effort.Cut
	x.stats.Matches += len(f.matches)
	for i := range f.matches {
		m := &f.matches[i]
		// With a filter, each document has its own matches.
		if to := x.docs.Get(m.With); !x.filtered() && m.Jaccard() >= nearlyIdentical && m.Alike >= nearlyIdentical && !to.Gone && !m.Apart {
			x.addDuplicate(d, to, m.Match, e.Bands)
			return f
		}
	}
	if d.Links != nil {
		d.Links.MaskJudged = int32(e.Brief.Weight - x.docs.Briefs[d.Number].Weight)
	}
	if len(f.matches) > 0 {
		d.NeedLinks().Matches = make([]records.Match, len(f.matches))
	}
	for i := range f.matches {
		m := f.matches[i].Match
		d.Links.Matches[i] = m
		to := x.docs.Edit(m.With)
		to.NeedLinks().Matches = append(to.Matches(), m.Swap(d.Number))
	}
	x.stats.Indexed++
	x.join(d)
	x.enter(d, e.Bands, freshness(f.novelty), k)
	return f
}

// addDuplicate makes a document a duplicate of a representative. Its own bands are
// kept, to add it by when the representative goes.
func (x *Index) addDuplicate(d, r *records.Document, likeness records.Match, bands []uint32) {
	d.Links = &records.Links{Duplicate: &records.Duplicate{Of: r.Number, Likeness: likeness, Bands: slices.Clone(bands)}}
	g := x.groupOf(r)
	x.change.Note(g)
	r = x.docs.Edit(r.Number)
	r.NeedRepresentative()
	heap.Push(records.DuplicatesOf(x.docs, r), d)
	x.clustered().Gain(g, d)
}

// enter writes a representative into the lists of the index, and brings up to
// date which shingles are boilerplate by it.
func (x *Index) enter(d *records.Document, bands []uint32, fresh postings.Posting, k postings.Hints) {
	listed := x.backend.listed()
	d.Fresh = uint8(fresh)
	var entered [2]postings.KeySet
	for i, key := range bands {
		x.bands.Add(key, postings.Of(d.Number), listed, k.ForAdd(i, key, &entered[0]))
	}
	if x.backend.keepsBands() {
		d.NeedRepresentative().Bands = bands
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	sample := s.other.Keep(d.Sample(s.other.Memory()))
	n := 0
	for i, e := range sample {
		key, number := shingleKey(e), len(bands)+i
		if x.shingles.Add(key, postingOf(d, i), listed, k.ForAdd(number, key, &entered[1])) >= fewHolders {
			sample[n] = e
			n++
		}
	}
	x.relabel(sample[:n])
}

// shingleKey makes a key of the lists of a set's element.
func shingleKey(element uint64) uint32 { return postings.Key(element >> 1) }

// postingOf returns what the list of an element of the sample says of a document.
func postingOf(d *records.Document, place int) postings.Posting {
	p := postings.Of(d.Number) | postings.Posting(d.Fresh)
	if d.Links != nil && d.Links.Mask.Has(place) {
		p |= postings.Marked
	}
	return p
}
