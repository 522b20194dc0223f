package cluster_test

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// A reference is an index by definition: plain maps, every step in full, nothing
// kept that can be counted again, and none of the package's own functions. Its
// figures are literals, so that it does not follow a constant that changes. Its judge,
// if it has one, is wholes. It is made for groups of at most 64 documents and for
// representatives that at most 64 follow; where documents are removed, for lists of at most 32.
type reference struct {
	containment, jaccard, overlap float64
	scale                         uint64
	floor, minWords               int
	samplesOnly, skipSameSite     bool
	judged                        bool // by wholes
	window                        time.Duration

	arrivals int
	docs     []*refDoc            // all, in order of arrival
	holders  map[uint64][]*refDoc // of sampled shingles: representatives, in order of arrival
	banded   map[uint64][]*refDoc // of bands, likewise
	changed  map[*refDoc]bool     // those of which other shingles are boilerplate now
	united   int                  // merges of clusters whose cores do not overlap

	digests    int // matches that join nothing, as one document is a digest
	halfUnited int // and of those, in which half of the pairs are whole articles
}

func newReference() *reference {
	return &reference{
		containment: .5, jaccard: 0, overlap: .6, scale: 16, floor: 48, minWords: 15,
		holders: map[uint64][]*refDoc{}, banded: map[uint64][]*refDoc{}, changed: map[*refDoc]bool{},
	}
}

// A refSet is what is known of a document, or of the core of a cluster.
type refSet struct {
	set   map[uint64]bool // its shingles: whether they are running text
	limit uint64          // all up to here are in it
	known uint64          // up to here it is known what is boilerplate
	form  map[uint64]bool // the shingles that are
}

type refDoc struct {
	text
	refSet
	size     int // shingles, those not kept included
	arrival  int
	sample   map[uint64]bool // the part of it that is in the index
	reach    float64         // the upper half of the hash up to which it is
	newPage  bool            // .05 of it was new
	article  bool            // .2 of it was new
	weighed  int             // weight of its boilerplate when its matches were judged
	matches  map[*refDoc]refFigures
	follows  *refDoc // the representative, if it is none itself
	likeness refFigures
	together []*refDoc
}

// refFigures are what two documents share.
type refFigures struct {
	common, a, b       int
	score, boilerplate float64
	alike              float64 // Jaccard similarity by weight
}

func (f refFigures) jaccard() float64 {
	if f.common == 0 {
		return 0
	}
	return float64(f.common) / float64(f.a+f.b-f.common)
}

// refWeight is that of a shingle: 10 in running text, else 1.
func refWeight(prose bool) int {
	if prose {
		return 10
	}
	return 1
}

func refWeigh(set map[uint64]bool) (sum int) {
	for _, prose := range set {
		sum += refWeight(prose)
	}
	return sum
}

// refRound leaves 31 bits of a hash, or 39 where the first four are 0.
func refRound(h uint64) uint64 {
	if h>>60 == 0 {
		return h >> 25 << 25
	}
	return h >> 33 << 33
}

// prepare makes a document of a text.
func (r *reference) prepare(t text) *refDoc {
	d := &refDoc{text: t, sample: map[uint64]bool{}, matches: map[*refDoc]refFigures{}, reach: 1 << 32}
	d.set, d.form = map[uint64]bool{}, map[uint64]bool{}
	d.limit, d.known = math.MaxUint64, math.MaxUint64
	if d.words == 0 {
		d.words = len(t.prose) + len(t.other)
	}
	for _, h := range t.other {
		d.set[refRound(h)] = false
	}
	for _, h := range t.prose {
		d.set[refRound(h)] = true
	}
	d.size = len(d.set)
	var sorted []uint64
	for h := range d.set {
		sorted = append(sorted, h)
	}
	slices.Sort(sorted)
	for i, h := range sorted {
		if i < r.floor || h < math.MaxUint64/r.scale {
			d.sample[h] = d.set[h]
			d.reach, d.known = float64(h>>32)+1, h
		}
	}
	if len(d.sample) == d.size {
		d.reach, d.known = 1<<32, math.MaxUint64
	}
	if r.samplesOnly { // 31 bits of each
		packed := map[uint64]bool{}
		for h, prose := range d.sample {
			packed[h>>33<<33] = packed[h>>33<<33] || prose
		}
		d.sample, d.set = packed, packed
		if d.known != math.MaxUint64 {
			d.known = d.known >> 33 << 33
		}
		d.limit = d.known
	}
	return d
}

// of returns what a document is compared by: one that follows another has the
// boilerplate of that.
func (d *refDoc) of() refSet {
	s := d.refSet
	if d.follows != nil {
		s.form = d.follows.form
	}
	return s
}

// upTo returns the shingles up to a limit.
func (s refSet) upTo(limit uint64) map[uint64]bool {
	out := map[uint64]bool{}
	for h, prose := range s.set {
		if h <= limit {
			out[h] = prose
		}
	}
	return out
}

// refCommon returns the shingles of both; running text is what is that in both.
func refCommon(a, b map[uint64]bool) map[uint64]bool {
	out := map[uint64]bool{}
	for h, prose := range a {
		if other, ok := b[h]; ok {
			out[h] = prose && other
		}
	}
	return out
}

// refCompare says how much two have in common: the share of the lighter one, by
// weight, the first of two that weigh the same. Boilerplate, which is known up to
// the lesser of what is known of both, is taken out in proportion.
func refCompare(a, b refSet) (f refFigures) {
	limit := min(a.limit, b.limit)
	inA, inB := a.upTo(limit), b.upTo(limit)
	common := refCommon(inA, inB)
	f.common, f.a, f.b = len(common), len(inA), len(inB)
	if f.common == 0 {
		return f
	}
	weightA, weightB := float64(refWeigh(inA)), float64(refWeigh(inB))
	sharedA, sharedB := 0., 0.
	for h := range common {
		sharedA += float64(refWeight(inA[h]))
		sharedB += float64(refWeight(inB[h]))
	}
	if len(a.form)+len(b.form) > 0 && f.jaccard() < .95 { // else they are copies of one whole
		known := min(a.known, b.known, limit)
		share := func(set map[uint64]bool) float64 { // of boilerplate
			is, all := 0, 0
			for h, prose := range set {
				if h <= known {
					all += refWeight(prose)
					if a.form[h] || b.form[h] {
						is += refWeight(prose)
					}
				}
			}
			if all == 0 {
				return 0
			}
			return float64(is) / float64(all)
		}
		f.boilerplate = share(common)
		sharedA *= 1 - f.boilerplate
		sharedB *= 1 - f.boilerplate
		ownA, ownB := 1-share(inA), 1-share(inB)
		if ownA < .05 || ownB < .05 {
			return f
		}
		weightA *= ownA
		weightB *= ownB
	}
	if weightB < weightA {
		f.score = sharedB / weightB
	} else {
		f.score = sharedA / weightA
	}
	f.score = min(1, f.score)
	shared := min(sharedA, sharedB)
	f.alike = min(1, shared/(weightA+weightB-shared))
	return f
}

// before is the order of publication, of those without a time by name.
func (d *refDoc) before(o *refDoc) int {
	if d.published.IsZero() != o.published.IsZero() {
		if o.published.IsZero() {
			return -1
		}
		return 1
	}
	return cmp.Or(d.published.Compare(o.published), cmp.Compare(d.id, o.id), cmp.Compare(d.arrival, o.arrival))
}

func (d *refDoc) sameSite(o *refDoc) bool { return d.site != "" && d.site == o.site }

// allowed reports whether sites and times let two documents match.
func (r *reference) allowed(d, o *refDoc) bool {
	if r.skipSameSite && d.sameSite(o) {
		return false
	}
	if r.window == 0 {
		return true
	}
	return !d.published.IsZero() && !o.published.IsZero() && d.published.Sub(o.published).Abs() <= r.window
}

// strength is what a match is worth: on one site .8 of its score.
func strength(d, o *refDoc, f refFigures) float64 {
	if d.sameSite(o) {
		return .8 * f.score
	}
	return f.score
}

// matching reports whether figures are those of a match. Those of short texts must
// be nearly the same.
func (r *reference) matching(d, o *refDoc, f refFigures) bool {
	if min(d.words, o.words) < r.minWords && f.jaccard() < .8 {
		return false
	}
	return f.common > 0 && f.jaccard() >= r.jaccard && strength(d, o, f) >= r.containment
}

func (r *reference) match(d, o *refDoc) (refFigures, bool) {
	if !r.allowed(d, o) {
		return refFigures{}, false
	}
	f := refCompare(d.of(), o.of())
	return f, r.matching(d, o, f)
}

// list adds a document to a list of at most 32, of which the oldest goes whose site has
// the most in it.
func list(docs []*refDoc, d *refDoc) []*refDoc {
	docs = append(docs, d)
	if len(docs) <= 32 {
		return docs
	}
	of := map[string]int{}
	most := 0
	for _, o := range docs {
		of[o.site]++
		most = max(most, of[o.site])
	}
	i := slices.IndexFunc(docs, func(o *refDoc) bool { return of[o.site] == most })
	return slices.Delete(docs, i, i+1)
}

// boilerplate reports whether a shingle is boilerplate for documents of a site: if
// it is on articles of 28 publishers, three quarters of those listed, or on 8 pages of the
// site. For those of unknown sites it is 16 of their articles, three quarters of them. Two
// thirds do if half of the publishers, or of the documents, have it marked. Versions of one
// page are one, and so are all unknown sites.
func (r *reference) boilerplate(h uint64, site string) bool {
	return refBoilerplate(r.holders[h], h, site)
}

func refBoilerplate(list []*refDoc, h uint64, site string) bool {
	publishers, ofArticles, ofMarked := map[string]bool{}, map[string]bool{}, map[string]bool{}
	own, marked, pages, articles := 0, 0, map[any]bool{}, map[any]bool{}
	for _, d := range list {
		publishers[d.site] = true
		if d.form[h] {
			marked++
			ofMarked[d.site] = true
		}
		if d.article {
			ofArticles[d.site] = true
		}
		var page any = d // where the URL is unknown, each document is a page
		if d.text.page != 0 {
			page = d.text.page
		}
		if d.site == site {
			own++
		}
		if d.site == site && d.newPage {
			pages[page] = true
		}
		if d.site == site && d.article {
			articles[page] = true
		}
	}
	all, ofSite, ofUnknown := len(ofArticles), len(pages), len(articles)
	if len(ofMarked) > 0 && 2*len(ofMarked) >= len(publishers) {
		all += all / 2
	}
	if marked > 0 && 2*marked >= len(list) {
		ofSite += ofSite / 2
		ofUnknown += ofUnknown / 2
	}
	if all >= 28 && 4*all >= 3*len(publishers) {
		return true
	}
	if site == "" {
		return ofUnknown >= 16 && 4*ofUnknown >= 3*own
	}
	return ofSite >= 8
}
