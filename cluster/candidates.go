package cluster

import (
	"cmp"
	"math"
	"slices"
)

const (
	// longestList bounds the documents that are listed for one shingle or
	// band: the latest so many.
	longestList = 32

	// mostVerified bounds the candidates by which a document is clustered, and
	// mostOfCluster those in one cluster: the ones that share the most. In a
	// large cluster all say much the same.
	mostVerified  = 64
	mostOfCluster = 16

	// A candidate shares in the sample at least this part of what a match must
	// share, or, if the two have a band in common, which says that they are
	// alike as a whole, the smaller part. At 48 sampled shingles and the
	// default threshold these are 3.5 and 5 standard errors below it.
	slack     = .5
	slackBand = .25
)

// scratch is the memory of one search.
type scratch struct {
	list    []uint32
	own     []uint64 // elements of the document looked up, unpacked
	other   []uint64 // and of a candidate
	hits    []hit    // by the number of the document
	touched []uint32 // the documents with hits
	search  uint32   // counts searches: hits of another one do not count
}

// hit is what a document shares with the one that is looked up.
type hit struct {
	search uint32
	weight uint32 // of the common shingles of the samples
	bands  uint32
}

// begin makes room for the hits of so many documents.
func (s *scratch) begin(docs int) {
	s.touched = s.touched[:0]
	s.search++
	if s.search == 0 { // after 2³² searches
		clear(s.hits)
		s.search = 1
	}
	if len(s.hits) < docs {
		s.hits = append(s.hits, make([]hit, docs-len(s.hits)+docs/4)...)
	}
}

func (s *scratch) hit(doc uint32) *hit {
	h := &s.hits[doc]
	if h.search != s.search {
		*h = hit{search: s.search}
		s.touched = append(s.touched, doc)
	}
	return h
}

// candidate is a representative that may match.
type candidate struct {
	doc           *document
	weight, bands int
}

// A finding is what a search comes back with.
type finding struct {
	matches    []match     // with representatives, the strongest first
	novelty    float64     // share of the sample, by weight, that no other document has
	candidates int         // representatives verified
	beyond     []*document // candidates beyond the bounds, not verified
}

// search finds the representatives that match d, and sets what of d is
// boilerplate.
func (x *Index) search(d *document, bands []uint32) (f finding) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	candidates := x.candidates(d, bands, s, &f)
	if len(candidates) == 0 {
		return f
	}
	own := d.sketch(s.own[:0])
	type count struct {
		group *group
		n     int
	}
	var counts []count
	for _, c := range candidates {
		if f.candidates == mostVerified {
			f.beyond = append(f.beyond, c.doc)
			continue
		}
		g := c.doc.group()
		i := slices.IndexFunc(counts, func(o count) bool { return g != nil && o.group == g })
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
		if e, ok := x.verifySketch(d, &own, c.doc, &s.other); ok {
			f.matches = append(f.matches, match{c.doc, e})
		}
	}
	slices.SortFunc(f.matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Jaccard, a.Jaccard), a.to.before(b.to))
	})
	return f
}

// candidates finds the representatives that share a band with d or enough of
// its sample, the most first.
func (x *Index) candidates(d *document, bands []uint32, s *scratch, f *finding) (found []candidate) {
	if d.size == 0 {
		return nil
	}
	s.begin(len(x.docs))
	total, fresh := 0, 0
	var form []uint64
	own := d.sample(s.own[:0])
	if d.packed != nil {
		s.own = own
	}
	for _, e := range own {
		s.list = x.shingles.get(s.list[:0], shingleKey(e), x.docs)
		w := weight(e)
		total += w
		switch {
		case len(s.list) == 0:
			fresh += w
		case x.boilerplate(s.list, e, d.site):
			form = append(form, e)
		default:
			for _, n := range s.list {
				s.hit(n).weight += uint32(w)
			}
		}
	}
	d.setForm(form)
	for _, k := range bands {
		s.list = x.bands.get(s.list[:0], k, x.docs)
		for _, n := range s.list {
			s.hit(n).bands++
		}
	}
	mine := float64(total - weigh(form))
	for _, n := range s.touched {
		h := s.hits[n]
		if c := (candidate{x.docs[n], int(h.weight), int(h.bands)}); x.promising(d, c, mine) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.bands, a.bands), a.doc.before(b.doc))
	})
	f.novelty = float64(fresh) / float64(total)
	return found
}

// promising estimates, from the weight of the shared sample, whether the
// containment of the smaller document can reach the threshold. Samples reach
// up to different hashes where one has the floor; of each, the part that the
// other could share is what counts.
func (x *Index) promising(d *document, c candidate, weight float64) bool {
	if c.doc == d {
		return false
	}
	mine, its := d.known(), c.doc.known()
	known := min(mine, its)
	least := min(weight*known/mine, c.doc.sampleWeight()*known/its)
	part := slack
	if c.bands > 0 {
		part = slackBand
	}
	return c.weight > 0 && float64(c.weight) >= part*x.o.Containment*least
}

// verify compares d with a candidate, and reports whether they match.
func (x *Index) verify(d, c *document) (evidence, bool) {
	own := d.sketch(nil)
	var buf []uint64
	return x.verifySketch(d, &own, c, &buf)
}

// verifySketch does so where the sketch of d is at hand, and memory for that of
// c.
func (x *Index) verifySketch(d *document, own *sketch, c *document, buf *[]uint64) (evidence, bool) {
	if !x.allowed(d, c) {
		return evidence{}, false
	}
	other := c.sketch((*buf)[:0])
	if c.packed != nil {
		*buf = other.elements
	}
	e := compare(own, &other)
	return e, x.matching(d, c, e)
}

// filtered reports whether the options may keep documents from matching.
func (x *Index) filtered() bool { return x.o.SkipSameSite || x.o.Window > 0 }

// allowed reports whether the options let the two documents match.
func (x *Index) allowed(d, c *document) bool {
	if x.o.SkipSameSite && d.site != 0 && d.site == c.site {
		return false
	}
	return x.o.Window == 0 || d.within(c, int64(x.o.Window))
}

func (d *document) within(c *document, window int64) bool {
	if d.time == math.MaxInt64 || c.time == math.MaxInt64 {
		return false // unknown
	}
	return uint64(max(d.time, c.time))-uint64(min(d.time, c.time)) <= uint64(window)
}

// matching reports whether evidence is enough for a match.
func (x *Index) matching(d, c *document, e evidence) bool {
	if int(min(d.words, c.words)) < x.o.MinWords && e.Jaccard < nearExact {
		return false
	}
	return e.Jaccard >= x.o.Jaccard && x.strength(d, c, e) >= x.o.Containment
}

// nearExact is the Jaccard similarity that very short documents must have.
const nearExact = .8

// strength is the score of a match between two documents; what two pages of
// one site share says less.
func (x *Index) strength(d, c *document, e evidence) float64 {
	if d.site != 0 && d.site == c.site {
		return e.Score * sameSite
	}
	return e.Score
}

const sameSite = .8

// answer lists the matches of d, the strongest first: the representatives
// found and, where there is room, those beyond the bounds and the other
// documents of the clusters of all these.
func (x *Index) answer(d *document, f finding) []Match {
	var out []Match
	seen := map[*document]bool{}
	list := func(o *document, fig Figures) {
		if !o.gone && o.id != d.id {
			out = append(out, Match{o.id, fig})
		}
	}
	for _, m := range f.matches {
		seen[m.to] = true
		list(m.to, m.Figures)
	}
	// look verifies a document, and reports whether there is room for more.
	budget := mostVerified + x.o.MaxMatches
	look := func(o *document) bool {
		if len(out) >= x.o.MaxMatches || budget == 0 {
			return false
		}
		if !seen[o] {
			seen[o] = true
			budget--
			if e, ok := x.verify(d, o); ok {
				list(o, e.Figures)
			}
		}
		return true
	}
	for _, o := range f.beyond {
		if !look(o) {
			break
		}
	}
	groups := map[*group]bool{}
	for _, m := range f.matches {
		g := m.to.group()
		if g == nil || groups[g] {
			continue
		}
		groups[g] = true
		for _, r := range g.reps {
			if !look(r) || slices.ContainsFunc(r.followers(), func(o *document) bool { return !look(o) }) {
				break
			}
		}
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Jaccard, a.Jaccard), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), x.o.MaxMatches)]
}
