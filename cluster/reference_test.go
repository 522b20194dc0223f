package cluster_test

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
)

// A reference is an index by definition: plain maps, every step in full, nothing
// kept that can be counted again, and none of the package's own functions. Its
// figures are literals, so that it does not follow a constant that changes. It has
// no judge, and is made for groups of at most 64 documents and for representatives
// that at most 64 follow; where documents are removed, for lists of at most 32.
type reference struct {
	containment, jaccard, overlap float64
	scale                         uint64
	floor, minWords               int
	samplesOnly, skipSameSite     bool
	window                        time.Duration

	arrivals int
	docs     []*refDoc            // all, in order of arrival
	holders  map[uint64][]*refDoc // of sampled shingles: representatives, in order of arrival
	banded   map[uint64][]*refDoc // of bands, likewise
	changed  map[*refDoc]bool     // those of which other shingles are boilerplate now
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
	page     bool            // .05 of it was new
	article  bool            // .2 of it was new
	judged   int             // weight of its boilerplate when its matches were judged
	matches  map[*refDoc]refFigures
	follows  *refDoc // the representative, if it is none itself
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

// prepare makes a document of a text.
func (r *reference) prepare(t text) *refDoc {
	d := &refDoc{text: t, sample: map[uint64]bool{}, matches: map[*refDoc]refFigures{}, reach: 1 << 32}
	d.set, d.form = map[uint64]bool{}, map[uint64]bool{}
	d.limit, d.known = math.MaxUint64, math.MaxUint64
	if d.words == 0 {
		d.words = len(t.prose) + len(t.other)
	}
	for _, h := range t.other {
		d.set[h&^1] = false
	}
	for _, h := range t.prose {
		d.set[h&^1] = true
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
	if len(a.form)+len(b.form) > 0 {
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

// latest returns the last 32 of a list.
func latest(list []*refDoc) []*refDoc { return list[max(0, len(list)-32):] }

// boilerplate reports whether a shingle is boilerplate for documents of a site: if
// it is on 16 articles, three quarters of the documents, or on 8 pages of the site.
// Two thirds do if half of the documents have it marked.
func (r *reference) boilerplate(h uint64, site string) bool {
	return refBoilerplate(latest(r.holders[h]), h, site)
}

func refBoilerplate(list []*refDoc, h uint64, site string) bool {
	marked, articles, pages := 0, 0, 0
	for _, d := range list {
		if d.form[h] {
			marked++
		}
		if d.article {
			articles++
		}
		if d.page && d.site == site {
			pages++
		}
	}
	if marked > 0 && 2*marked >= len(list) {
		articles += articles / 2
		pages += pages / 2
	}
	if articles >= 16 && 4*articles >= 3*len(list) {
		return true
	}
	return site != "" && pages >= 8
}

// candidates returns the representatives that share enough of the sample for a
// comparison, those that share the most first, and says how much of the document is
// new. It sets what of it is boilerplate.
func (r *reference) candidates(d *refDoc) (out []*refDoc, novelty float64) {
	shared, bands := map[*refDoc]int{}, map[*refDoc]int{}
	fresh, own := 0, 0
	d.form = map[uint64]bool{}
	for h, prose := range d.sample {
		list := latest(r.holders[h])
		switch {
		case len(list) == 0:
			fresh += refWeight(prose)
		case r.boilerplate(h, d.site):
			d.form[h] = true
			continue
		}
		own += refWeight(prose)
		for _, o := range list {
			shared[o] += refWeight(prose)
		}
	}
	for _, key := range d.bands {
		for _, o := range latest(r.banded[key]) {
			bands[o]++
		}
	}
	for o, weight := range shared {
		its := 0
		for h, prose := range o.sample {
			if !o.form[h] {
				its += refWeight(prose)
			}
		}
		// Of each, what lies in the part that both samples reach.
		reach := min(d.reach, o.reach)
		least := min(float64(own)*reach/d.reach, float64(its)*reach/o.reach)
		part := .5
		if bands[o] > 0 {
			part = .25
		}
		if float64(weight) >= part*r.containment*least {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(p, q *refDoc) int {
		return cmp.Or(cmp.Compare(shared[q], shared[p]), cmp.Compare(bands[q], bands[p]), p.before(q))
	})
	return out, float64(fresh) / float64(max(refWeigh(d.sample), 1))
}

// search finds the matches of a document, the strongest first, and the candidates
// beyond the bounds: 64, and 16 of a cluster.
func (r *reference) search(d *refDoc) (matches, beyond []*refDoc, novelty float64) {
	candidates, novelty := r.candidates(d)
	verified := 0
	of := map[*refDoc]int{}
	for _, o := range candidates {
		cluster := o
		if len(o.together) > 0 {
			cluster = o.together[0]
		}
		if verified == 64 || of[cluster] == 16 {
			beyond = append(beyond, o)
			continue
		}
		verified++
		of[cluster]++
		if f, ok := r.match(d, o); ok {
			d.matches[o] = f
			matches = append(matches, o)
		}
	}
	slices.SortFunc(matches, func(p, q *refDoc) int {
		f, g := d.matches[p], d.matches[q]
		return cmp.Or(cmp.Compare(g.score, f.score), cmp.Compare(g.jaccard(), f.jaccard()), p.before(q))
	})
	return matches, beyond, novelty
}

// add adds a document, and answers what it matches.
func (r *reference) add(t text) map[string]refFigures {
	if i := slices.IndexFunc(r.docs, func(o *refDoc) bool { return o.id == t.id }); i >= 0 {
		r.remove(t.id)
	}
	return r.place(r.prepare(t))
}

func (r *reference) place(d *refDoc) map[string]refFigures {
	r.arrivals++
	d.arrival = r.arrivals
	r.docs = append(r.docs, d)
	matches, beyond, novelty := r.search(d)
	found := maps.Clone(d.matches) // as they are judged now

	follows := slices.IndexFunc(matches, func(o *refDoc) bool {
		return r.window == 0 && !r.skipSameSite && found[o].jaccard() >= .9 && found[o].alike >= .9
	})
	if follows >= 0 {
		d.follows, d.matches, d.form = matches[follows], nil, nil
	} else {
		r.enter(d, novelty)
	}

	// What else is in the clusters of those that it matches is looked at, too.
	answer := map[string]refFigures{}
	for _, o := range matches {
		answer[o.id] = found[o]
	}
	for _, o := range r.docs {
		lead := o
		if o.follows != nil {
			lead = o.follows
		}
		near := slices.ContainsFunc(matches, func(m *refDoc) bool { return m == lead || slices.Contains(m.together, lead) })
		if _, listed := answer[o.id]; !listed && o != d && (near || slices.Contains(beyond, o)) {
			if f, ok := r.match(d, o); ok {
				answer[o.id] = f
			}
		}
	}
	return answer
}

// enter makes a document a representative.
func (r *reference) enter(d *refDoc, novelty float64) {
	d.page, d.article = novelty >= .05, novelty >= .2
	d.judged = d.boilerplateWeight()
	for o, f := range d.matches {
		f.a, f.b = f.b, f.a
		o.matches[d] = f
	}
	r.regroup(d)
	for h := range d.sample {
		r.holders[h] = append(r.holders[h], d)
	}
	for _, key := range d.bands {
		r.banded[key] = append(r.banded[key], d)
	}
	r.relabel(d.sample)
}

func (d *refDoc) boilerplateWeight() (sum int) {
	for h := range d.form {
		sum += refWeight(d.sample[h])
	}
	return sum
}

// relabel marks where shingles are boilerplate, after a document came or went. If
// that is an eighth of a document more or less than when its matches were judged,
// they are judged anew.
func (r *reference) relabel(sample map[uint64]bool) {
	clear(r.changed)
	for h := range sample {
		is := map[*refDoc]bool{}
		for _, o := range latest(r.holders[h]) {
			is[o] = r.boilerplate(h, o.site)
		}
		for o, is := range is {
			if is != o.form[h] {
				r.changed[o] = true
				delete(o.form, h)
				if is {
					o.form[h] = true
				}
			}
		}
	}
	var stale []*refDoc
	for _, o := range r.docs {
		now := o.boilerplateWeight()
		if !r.changed[o] || math.Abs(float64(now-o.judged)) < .125*float64(refWeigh(o.sample)) {
			continue
		}
		o.judged = now
		for with := range o.matches {
			f := refCompare(o.of(), with.of())
			o.matches[with] = f
			f.a, f.b = f.b, f.a
			with.matches[o] = f
		}
		stale = append(stale, o)
	}
	if len(stale) > 0 {
		r.regroup(stale...)
	}
}

// A refCluster is one that is being formed.
type refCluster struct {
	docs  []*refDoc
	core  refSet
	least int // weight of its lightest document
}

// regroup clusters documents anew, with all that hang together with them, by
// clusters as they are or by matches: from the strongest match on, two clusters
// become one if their cores overlap.
func (r *reference) regroup(docs ...*refDoc) {
	all := slices.Clone(docs)
	reach := func(o *refDoc) {
		if !slices.Contains(all, o) {
			all = append(all, o)
		}
	}
	for i := 0; i < len(all); i++ {
		for _, o := range all[i].together {
			if r.there(o) {
				reach(o)
			}
		}
		for o, f := range all[i].matches {
			if r.matching(all[i], o, f) {
				reach(o)
			}
		}
	}
	if len(all) > 64 {
		panic("the reference is not made for more than 64 at a time")
	}

	type edge struct {
		a, b *refDoc
		refFigures
	}
	var edges []edge
	in := map[*refDoc]*refCluster{}
	for _, d := range all {
		in[d] = &refCluster{docs: []*refDoc{d}, core: d.of(), least: refWeigh(d.set)}
		for o, f := range d.matches {
			if d.before(o) < 0 && r.matching(d, o, f) {
				edges = append(edges, edge{d, o, f})
			}
		}
	}
	slices.SortFunc(edges, func(p, q edge) int {
		return cmp.Or(
			cmp.Compare(strength(q.a, q.b, q.refFigures), strength(p.a, p.b, p.refFigures)),
			cmp.Compare(q.jaccard(), p.jaccard()), p.a.before(q.a), p.b.before(q.b))
	})
	for _, e := range edges {
		a, b := in[e.a], in[e.b]
		if a == b {
			continue
		}
		if len(a.docs) < len(b.docs) {
			a, b = b, a
		}
		if merged := r.merge(a, b); merged != nil {
			for _, d := range merged.docs {
				in[d] = merged
			}
		}
	}
	for _, d := range all {
		d.together = in[d].docs
	}
}

// merge merges two clusters, or returns nil. Their core is the overlap if that is
// .9 of the smaller core and has .3 of the weight of the lightest document, and
// else the smaller core.
func (r *reference) merge(a, b *refCluster) *refCluster {
	f := refCompare(a.core, b.core)
	if f.score < r.overlap {
		return nil
	}
	out := &refCluster{docs: slices.Concat(a.docs, b.docs), least: min(a.least, b.least), core: a.core}
	if refWeigh(b.core.set) < refWeigh(a.core.set) {
		out.core = b.core
	}
	if f.score >= .9 {
		limit := min(a.core.limit, b.core.limit)
		common := refCommon(a.core.upTo(limit), b.core.upTo(limit))
		if float64(refWeigh(common)) >= .3*float64(out.least) {
			out.core = refSet{set: common, limit: limit, known: min(a.core.known, b.core.known)}
		}
	}
	form := map[uint64]bool{}
	for _, s := range []refSet{a.core, b.core} {
		for h := range s.form {
			form[h] = true
		}
	}
	out.core.form = form
	return out
}

func (r *reference) there(d *refDoc) bool { return slices.Contains(r.docs, d) }

// remove removes a document. Those that followed it are added anew.
func (r *reference) remove(id string) {
	i := slices.IndexFunc(r.docs, func(d *refDoc) bool { return d.id == id })
	d := r.docs[i]
	r.docs = slices.Delete(r.docs, i, i+1)
	if d.follows != nil {
		return
	}
	gone := func(o *refDoc) bool { return o == d }
	for h := range d.sample {
		r.holders[h] = slices.DeleteFunc(r.holders[h], gone)
	}
	for _, key := range d.bands {
		r.banded[key] = slices.DeleteFunc(r.banded[key], gone)
	}
	for o := range d.matches {
		delete(o.matches, d)
	}
	r.relabel(d.sample)
	if rest := slices.DeleteFunc(slices.Clone(d.together), gone); len(rest) > 0 {
		r.regroup(rest...)
	}
	var followers []*refDoc
	for _, o := range slices.Clone(r.docs) {
		if o.follows == d {
			followers = append(followers, o)
			r.docs = slices.DeleteFunc(r.docs, func(p *refDoc) bool { return p == o })
		}
	}
	for _, o := range followers {
		r.place(r.prepare(o.text))
	}
}

// clusters returns, of each document, the first of its cluster.
func (r *reference) clusters() map[string]string {
	lead := func(d *refDoc) *refDoc {
		if d.follows != nil {
			return d.follows
		}
		return d
	}
	out := map[string]string{}
	for _, d := range r.docs {
		first := d
		for _, o := range r.docs {
			if slices.Contains(lead(d).together, lead(o)) && o.before(first) < 0 {
				first = o
			}
		}
		out[d.id] = first.id
	}
	return out
}
