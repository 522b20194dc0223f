package cluster

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/hits"
	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// scratch is the memory of one search.
type scratch struct {
	keys    []uint32
	list    []postings.Posting
	found   []candidate
	matches []records.Match
	mask    []uint64
	own     unpacked // the document looked up
	other   unpacked // a candidate

	cores  [2]unpacked
	recent likeness.Recent
	looked *unpacked // the document looked up, which may be among the recent ones
	hits   hits.Table
	sum    byte // of what was prefetched

	judges Judge // may be nil
}

// A finding is the result of a search.
type finding struct {
	matches    []evidence          // with representatives, the strongest first
	novelty    float64             // share of the sample, by weight, that no other document has
	candidates int                 // representatives verified
	beyond     []*records.Document // candidates beyond the bounds, not verified
	effort     likeness.Effort
}

// candidate is a representative that may match.
type candidate struct {
	doc           *records.Document
	weight, bands int
	near          bool // perhaps a copy of the whole
}

// search finds the representatives that match d, and sets what of d is
// boilerplate.
func (x *Index) search(d *records.Document, brief *records.Brief, e *records.Entry, k hints) (f finding) {
	if d.Size == 0 {
		return f
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	x.candidates(d, brief, e.Bands, k, s, &f)
	if len(s.found) == 0 {
		return f
	}
	mine := s.recent.Of(d, &s.own, nil)
	s.looked = mine
	defer func() { s.looked = nil }()
	own := x.sketch(d, mine)
	own.Sequence = mine.Sequence(e.Sequence)
	f.effort = likeness.Effort{Elements: mostExcess, Words: mostJudged}
	type count struct {
		group uint32
		n     int
	}
	var buf [8]count
	counts := buf[:0]
	for _, c := range s.found {
		if f.candidates == mostVerified {
			f.beyond = append(f.beyond, c.doc)
			continue
		}
		g := x.docs.Group(c.doc)
		i := slices.IndexFunc(counts, func(o count) bool { return g > 0 && o.group == g })
		if i < 0 {
			i = len(counts)
			counts = append(counts, count{group: g})
		}
		if counts[i].n == mostOfCluster {
			f.beyond = append(f.beyond, c.doc)
			continue
		}
		counts[i].n++
		f.candidates++
		if e, ok := x.verify(d, &own, c.doc, brief.SameSite(&x.docs.Briefs[c.doc.Number]), s, &f.effort); ok {
			f.matches = append(f.matches, e)
		}
	}
	slices.SortFunc(f.matches, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Jaccard(), a.Jaccard()), x.docs.Get(a.With).Before(x.docs.Get(b.With)))
	})
	return f
}

// candidates finds the representatives that share a band with d or enough of
// its sample, the most first.
func (x *Index) candidates(d *records.Document, brief *records.Brief, bands []uint32, k hints, s *scratch, f *finding) {
	s.found = s.found[:0]
	s.hits.Reset()
	sample := s.own.Keep(d.Sample(s.own.Memory()))
	s.keys = append(s.keys[:0], bands...)
	for _, e := range sample {
		s.keys = append(s.keys, shingleKey(e))
	}
	shingles := s.keys[len(bands):]
	s.sum += x.shingles.Prefetch(shingles) + x.bands.Prefetch(bands)
	listed := x.backend.listed()
	s.mask = append(s.mask[:0], make([]uint64, (len(sample)+63)/64)...)
	total, fresh, boilerplate := 0, 0, 0
	for i, e := range sample {
		s.list = k.lookup(x.shingles, s.list[:0], shingles[i], listed, len(bands)+i)
		w := weight(e)
		total += w
		switch {
		case len(s.list) == 0:
			fresh += w
		case x.boilerplate(s.list, brief.Site):
			boilerplate += w
			s.mask[i/64] |= 1 << (i % 64)
		default:
			for _, p := range s.list {
				s.hits.At(p.Number()).Weight += uint32(w)
			}
		}
	}
	if boilerplate > 0 {
		d.NeedLinks().Mask = records.MaskOf(slices.Clone(s.mask))
	} else if d.Links != nil {
		d.Links.Mask = records.Mask{}
	}
	for i, key := range bands {
		s.list = k.lookup(x.bands, s.list[:0], key, listed, i)
		for _, p := range s.list {
			s.hits.At(p.Number()).Bands++
		}
	}
	brief.Weight = uint32(total - boilerplate)
	f.novelty = float64(fresh) / float64(total)
	for n, h := range s.hits.All() {
		near := isNear(int(h.Bands), len(bands))
		if (near || x.promising(brief, &x.docs.Briefs[n], h.Weight, h.Bands)) && (n != d.Number || d.Arrival == 0) {
			s.found = append(s.found, candidate{x.docs.Get(n), int(h.Weight), int(h.Bands), near})
		}
	}
	slices.SortFunc(s.found, func(a, b candidate) int {
		if a.near != b.near {
			return cmp.Compare(b.bands, a.bands)
		}
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.bands, a.bands), a.doc.Before(b.doc))
	})
}

// isNear reports whether two documents that share some of so many bands may be copies
// of one whole.
func isNear(shared, bands int) bool { return shared > 0 && float64(shared) >= nearBands*float64(bands) }

// promising estimates, from the weight of the shared sample, whether the
// containment of the smaller document can reach the threshold. If one sample has
// the floor, the two reach up to different hashes; of each, only the part counts
// that the other could share.
func (x *Index) promising(d, c *records.Brief, weight, bands uint32) bool {
	mine, its := d.Reach(), c.Reach()
	known := min(mine, its)
	least := min(float64(d.Weight)*known/mine, float64(c.Weight)*known/its)
	part := slack
	if bands > 0 {
		part = slackBand
	}
	return weight > 0 && float64(weight) >= part*x.o.Containment*least
}

// verify compares d with c, which may be of the same site, and reports whether
// they match. The sketch of d is at hand.
func (x *Index) verify(d *records.Document, own *sketch, c *records.Document, same bool, s *scratch, t *likeness.Effort) (evidence, bool) {
	if !x.allowed(d, c, same) {
		return evidence{}, false
	}
	exact := t.Compares(x.kept(c) - len(own.Elements))
	var other sketch
	buf := s.recent.Of(c, &s.other, s.looked)
	if exact && x.kept(c) < muchLarger*len(own.Elements) {
		other = x.sketch(c, buf)
	} else {
		other = x.restricted(c, exact, own, buf)
	}
	e := compare(own, &other)
	e.With = c.Number
	if !x.matching(d, c, &e.Match, same) {
		return e, false
	}
	if t.Judges(int(c.Words) - int(d.Words)) {
		other.Sequence = buf.Sequence(x.docs.Sequence(c))
	}
	return e, s.judge(&e, own, &other, same)
}

// muchLarger is how much larger a document is in which elements are looked up one by
// one, instead of comparing it from one end to the other.
const muchLarger = 16

// filtered reports whether the options keep some documents from matching.
func (x *Index) filtered() bool { return x.o.SkipSameSite || x.o.Window > 0 }

// allowed reports whether the options let two documents match. same says that they
// are of one site.
func (x *Index) allowed(d, c *records.Document, same bool) bool {
	if x.o.SkipSameSite && same {
		return false
	}
	return x.o.Window == 0 || d.Within(c, int64(x.o.Window))
}

// matching reports whether the comparison of two documents makes a match. same says
// that they are of one site.
func (x *Index) matching(d, c *records.Document, m *records.Match, same bool) bool {
	if m.Common == 0 {
		return false
	}
	if int(min(d.Words, c.Words)) < x.o.MinWords && m.Jaccard() < nearExact {
		return false
	}
	return m.Jaccard() >= x.o.Jaccard && strength(m, same) >= x.o.Containment
}

// strength returns the score of a match, lower for two pages of one site.
func strength(m *records.Match, same bool) float64 {
	if same {
		return m.Score * ofSameSite
	}
	return m.Score
}
