package cluster

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Common is what the documents of an index show about two, which need not be among
// them.
type Common struct {
	// Shared is the share of what the two have in common, by weight of the
	// sample, that is on the pages of many different articles; A and B are the
	// shares of each of the two.
	Shared, A, B float64

	// Others is the number of further documents that have at least half of
	// what the two have in common, and of what only one of the two has less
	// than half: they are copies of neither. Of very many only some are
	// counted, as the lists of the index are bounded.
	Others int

	// SameSite is whether both are known to be of one site.
	SameSite bool
}

// Compare measures exactly what two entries share. It needs no index, and so does not
// know what is boilerplate.
func Compare(a, b Entry) Figures {
	s, t := wholeSketch(a.Set), wholeSketch(b.Set)
	e := compare(&s, &t)
	return figures(&e.Match)
}

// Common returns what of two documents is boilerplate, and how many others have the
// same form. Documents of the index with the id or the sample of one of the two are
// taken for it: they do not count, and if its site is not known, theirs is taken.
func (x *Index) Common(a, b Entry) (c Common) {
	p, q := x.prepare(&a), x.prepare(&b)
	defer x.evictIfIdle()
	x.rlock()
	defer x.mu.RUnlock()
	defer x.rescue(nil)
	if x.Err() != nil {
		return c
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	limit := min(p.Brief.Limit(), q.Brief.Limit())
	var docs [2]subject
	for i, d := range []Prepared{p, q} {
		whole := d.doc.Sample(nil)
		docs[i] = subject{id: d.doc.ID, whole: whole, sample: sets.UpTo(whole, limit), site: d.Brief.Site}
	}
	common := sets.Intersect(nil, docs[0].sample, docs[1].sample)

	// The documents that have any of it, and how much.
	s.hits.Reset()
	for _, d := range docs {
		for _, e := range d.sample {
			for _, l := range x.shingles.Get(s.list[:0], shingleKey(e), x.backend.listed(), nil) {
				s.hits.At(l.Number()).Weight++
			}
		}
	}
	self := map[uint32]bool{}
	for n, h := range s.hits.All() {
		o := x.docs.Get(n)
		whole := o.Sample(nil)
		for i := range docs {
			if d := &docs[i]; o.ID == d.id || sets.Equal(whole, d.whole) {
				self[n] = true
				d.twin(x.docs.Briefs[n].Site)
			}
		}
		reach := x.docs.Briefs[n].Limit()
		if !self[n] && 2*int(h.Weight) >= len(sets.UpTo(common, reach)) && sets.CopyOfNeither(sets.UpTo(whole, limit), reach, docs[0].sample, docs[1].sample, fewCommon) {
			c.Others++
		}
	}
	c.SameSite = docs[0].site != 0 && docs[0].site == docs[1].site

	form := func(e uint64) bool {
		s.list = x.shingles.Get(s.list[:0], shingleKey(e), x.backend.listed(), nil)
		s.list = slices.DeleteFunc(s.list, func(l postings.Posting) bool { return self[l.Number()] })
		return x.boilerplate(s.list, docs[0].site) || docs[1].site != docs[0].site && x.boilerplate(s.list, docs[1].site)
	}
	share := func(elements []uint64) float64 {
		is, all := 0, 0
		for _, e := range elements {
			w := weight(e)
			all += w
			if form(e) {
				is += w
			}
		}
		return float64(is) / float64(max(all, 1))
	}
	c.Shared, c.A, c.B = share(common), share(docs[0].sample), share(docs[1].sample)
	return c
}

// A subject is one of the two.
type subject struct {
	id     string
	whole  []uint64 // its sample
	sample []uint64 // as far as that of the other reaches, too
	site   uint64
	taken  bool // the site is that of a twin, of which there may be several
}

// twin notes the site of a document with the same text.
func (s *subject) twin(site uint64) {
	if s.site == 0 || s.taken && site != 0 {
		s.site, s.taken = max(s.site, site), true // whichever is looked at first
	}
}
