package cluster

import (
	"cmp"
	"math"
	"slices"
)

// scratch is the memory of one search.
type scratch struct {
	keys  []uint32
	list  []posting
	found []candidate
	form  []uint64
	own   unpacked // the document looked up
	other unpacked // a candidate
	hits  hits
	sum   byte // of what was touched, so that it is

	judges Judge // may be nil
}

// A finding is what a search comes back with.
type finding struct {
	matches    []evidence  // with representatives, the strongest first
	novelty    float64     // share of the sample, by weight, that no other document has
	candidates int         // representatives verified
	beyond     []*document // candidates beyond the bounds, not verified
}

// candidate is a representative that may match.
type candidate struct {
	doc           *document
	weight, bands int
}

// search finds the representatives that match d, and sets what of d is
// boilerplate.
func (x *Index) search(d *document, brief *brief, e *entry, k known) (f finding) {
	if d.size == 0 {
		return f
	}
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	x.candidates(d, brief, e.bands, k, s, &f)
	if len(s.found) == 0 {
		return f
	}
	own := x.sketch(d, &s.own)
	own.sequence = e.sequence
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
		g := x.groupNumber(c.doc)
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
		if e, ok := x.verify(d, &own, c.doc, brief.sameSite(&x.briefs[c.doc.number]), s); ok {
			f.matches = append(f.matches, e)
		}
	}
	slices.SortFunc(f.matches, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.jaccard(), a.jaccard()), x.doc(a.with).before(x.doc(b.with)))
	})
	return f
}

// candidates finds the representatives that share a band with d or enough of
// its sample, the most first.
func (x *Index) candidates(d *document, brief *brief, bands []uint32, k known, s *scratch, f *finding) {
	s.found = s.found[:0]
	s.hits.reset()
	s.own.elements = d.sample(s.own.elements)
	sample := s.own.elements
	s.keys = append(s.keys[:0], bands...)
	for _, e := range sample {
		s.keys = append(s.keys, shingleKey(e))
	}
	shingles := s.keys[len(bands):]
	s.sum += x.shingles.touch(shingles, k.unique, len(bands)) + x.bands.touch(bands, k.unique, 0)
	listed := x.listed()
	s.form = append(s.form[:0], make([]uint64, (len(sample)+63)/64)...)
	total, fresh, form := 0, 0, 0
	for i, e := range sample {
		s.list = x.shingles.look(s.list[:0], shingles[i], listed, &k, len(bands)+i)
		w := weight(e)
		total += w
		switch {
		case len(s.list) == 0:
			fresh += w
		case x.boilerplate(s.list, brief.site):
			form += w
			s.form[i/64] |= 1 << (i % 64)
		default:
			for _, p := range s.list {
				s.hits.at(p.doc()).weight += uint32(w)
			}
		}
	}
	if form > 0 {
		d.tie().form = bitmapOf(slices.Clone(s.form))
	} else if d.ties != nil {
		d.ties.form = bitmap{}
	}
	for i, key := range bands {
		s.list = x.bands.look(s.list[:0], key, listed, &k, i)
		for _, p := range s.list {
			s.hits.at(p.doc()).bands++
		}
	}
	brief.weight = uint32(total - form)
	f.novelty = float64(fresh) / float64(total)
	for _, h := range s.hits.slots {
		if h.doc == 0 {
			continue
		}
		if n := h.doc - 1; x.promising(brief, &x.briefs[n], h.weight, h.bands) && (n != d.number || d.arrival == 0) {
			s.found = append(s.found, candidate{x.doc(n), int(h.weight), int(h.bands)})
		}
	}
	slices.SortFunc(s.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.bands, a.bands), a.doc.before(b.doc))
	})
}

// listed tells which documents of the lists are there; nil says that all are. (A
// storage may have lists of what is gone, or damaged.)
func (x *Index) listed() bitset {
	if x.stored == nil && len(x.retired) == 0 {
		return nil
	}
	return x.live
}

// promising estimates, from the weight of the shared sample, whether the
// containment of the smaller document can reach the threshold. Samples reach
// up to different hashes where one has the floor; of each, the part that the
// other could share is what counts.
func (x *Index) promising(d, c *brief, weight, bands uint32) bool {
	mine, its := d.reach(), c.reach()
	known := min(mine, its)
	least := min(float64(d.weight)*known/mine, float64(c.weight)*known/its)
	part := slack
	if bands > 0 {
		part = slackBand
	}
	return weight > 0 && float64(weight) >= part*x.o.Containment*least
}

// reach is the hash up to which the elements are in the index.
func (b *brief) reach() float64 { return float64(b.known) + 1 }

// verify compares d with c, which may be of the same site, and reports whether
// they match. The sketch of d is at hand.
func (x *Index) verify(d *document, own *sketch, c *document, same bool, s *scratch) (evidence, bool) {
	if !x.allowed(d, c, same) {
		return evidence{}, false
	}
	other := x.sketch(c, &s.other)
	other.sequence = x.sequence(c)
	e := compare(own, &other)
	e.with = c.number
	return e, x.matching(d, c, &e.match, same) && s.judge(&e, own, &other, same)
}

// filtered reports whether the options may keep documents from matching.
func (x *Index) filtered() bool { return x.o.SkipSameSite || x.o.Window > 0 }

// sameSite reports whether two documents are known to be of one site.
func (b *brief) sameSite(o *brief) bool { return b.site != 0 && b.site == o.site }

// allowed reports whether the options let two documents match, which may be of
// the same site.
func (x *Index) allowed(d, c *document, same bool) bool {
	if x.o.SkipSameSite && same {
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

// matching reports whether what was found in comparing two documents, which may
// be of the same site, is enough for a match.
func (x *Index) matching(d, c *document, m *match, same bool) bool {
	if m.common == 0 {
		return false
	}
	if int(min(d.words, c.words)) < x.o.MinWords && m.jaccard() < nearExact {
		return false
	}
	return m.jaccard() >= x.o.Jaccard && m.strength(same) >= x.o.Containment
}

// strength is the score of a match; what two pages of the same site share says
// less.
func (m *match) strength(same bool) float64 {
	if same {
		return m.score * ofSameSite
	}
	return m.score
}

// answer lists the matches of d, the strongest first: the representatives
// found and, where there is room, those beyond the bounds and the other
// documents of the clusters of all these.
func (x *Index) answer(d *document, brief *brief, e *entry, f *finding) []Match {
	if len(f.matches)+len(f.beyond) == 0 {
		return nil
	}
	var out []Match
	list := func(o *document, m *match) {
		if !o.gone && o.id != d.id {
			out = append(out, Match{o.id, m.figures(), m.verdict})
		}
	}
	for i := range f.matches {
		m := &f.matches[i].match
		list(x.doc(m.with), m)
	}
	if len(out) < x.o.MaxMatches {
		x.answerMore(d, brief, e, f, list)
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Jaccard, a.Jaccard), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(len(out), x.o.MaxMatches)]
}

// answerMore lists what the search did not verify, as far as there is room.
func (x *Index) answerMore(d *document, brief *brief, e *entry, f *finding, list func(*document, *match)) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	own := x.sketch(d, &s.own)
	own.sequence = e.sequence
	room := x.o.MaxMatches
	seen := map[*document]bool{}
	for _, m := range f.matches {
		o := x.doc(m.with)
		seen[o] = true
		if !o.gone && o.id != d.id {
			room--
		}
	}
	// look verifies a document, and reports whether there is room for more.
	budget := mostVerified + x.o.MaxMatches
	look := func(o *document) bool {
		if room <= 0 || budget == 0 {
			return false
		}
		if !seen[o] {
			seen[o] = true
			budget--
			if e, ok := x.verify(d, &own, o, brief.sameSite(&x.briefs[o.number]), s); ok {
				list(o, &e.match)
				if !o.gone && o.id != d.id {
					room--
				}
			}
		}
		return true
	}
	for _, o := range f.beyond {
		if !look(o) {
			return
		}
	}
	groups := map[*group]bool{}
	for _, m := range f.matches {
		g := x.group(x.doc(m.with))
		if g == nil || groups[g] {
			continue
		}
		groups[g] = true
		for _, n := range g.reps {
			r := x.doc(n)
			if !look(r) || slices.ContainsFunc(r.followers(), func(n uint32) bool { return !look(x.doc(n)) }) {
				return
			}
		}
	}
}
