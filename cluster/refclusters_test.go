package cluster_test

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// candidates returns the representatives that share enough of the sample for a
// comparison, those that share the most first, and says how much of the document is
// new. It sets what of it is boilerplate.
func (r *reference) candidates(d *refDoc) (out []*refDoc, novelty float64) {
	shared, bands := map[*refDoc]int{}, map[*refDoc]int{}
	fresh, own := 0, 0
	d.form = map[uint64]bool{}
	for h, prose := range d.sample {
		list := r.holders[h]
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
		for _, o := range r.banded[key] {
			bands[o]++
		}
	}
	// Those that share .6 of the bands may be copies.
	near := func(o *refDoc) bool { return bands[o] > 0 && float64(bands[o]) >= .6*float64(len(d.bands)) }
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
		if float64(weight) >= part*r.containment*least && !near(o) {
			out = append(out, o)
		}
	}
	for o := range bands {
		if near(o) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(p, q *refDoc) int {
		if near(p) != near(q) {
			return cmp.Compare(bands[q], bands[p])
		}
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
		d.likeness = found[d.follows]
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
	d.newPage, d.article = novelty >= .05, novelty >= .2
	d.weighed = d.boilerplateWeight()
	for o, f := range d.matches {
		f.a, f.b = f.b, f.a
		o.matches[d] = f
	}
	r.regroup(d)
	for h := range d.sample {
		r.holders[h] = list(r.holders[h], d)
	}
	for _, key := range d.bands {
		r.banded[key] = list(r.banded[key], d)
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
		for _, o := range r.holders[h] {
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
		if !r.changed[o] || math.Abs(float64(now-o.weighed)) < .125*float64(refWeigh(o.sample)) {
			continue
		}
		o.weighed = now
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

// A refEdge is a match of two documents, a before b.
type refEdge struct {
	a, b *refDoc
	refFigures
}

// regroup clusters documents anew, with all that hang together with them, by
// clusters as they are or by matches: from the strongest match on, two clusters
// become one if their cores overlap, or if the match is one of two whole articles.
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

	var edges []refEdge
	in := map[*refDoc]*refCluster{}
	for _, d := range all {
		in[d] = &refCluster{docs: []*refDoc{d}, core: d.of(), least: refWeigh(d.set)}
		for o, f := range d.matches {
			if d.before(o) < 0 && r.matching(d, o, f) && !r.digested(d, o, f) {
				edges = append(edges, refEdge{d, o, f})
			}
		}
	}
	slices.SortFunc(edges, func(p, q refEdge) int {
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
		if merged := r.merge(a, b, e); merged != nil {
			for _, d := range merged.docs {
				in[d] = merged
			}
		}
	}
	for _, d := range all {
		d.together = in[d].docs
	}
}

// merge merges the two clusters that a match connects, or returns nil. Their core is
// the overlap if that is .9 of the smaller core and has .3 of the weight of the
// lightest document, and else the smaller core.
//
// If the cores do not overlap, but the match is one of two whole articles, and each
// document holds the core of the other one's cluster to .8 of the score of the match,
// the two documents take the places of the cores. Or if of all pairs of a document of
// the one and one of the other at least half are two whole articles, the core is the
// smaller one.
func (r *reference) merge(a, b *refCluster, e refEdge) *refCluster {
	coreA, coreB := a.core, b.core
	f := refCompare(coreA, coreB)
	if f.score < r.overlap {
		coreOfA, coreOfB := coreA, coreB // the cores of the clusters of e.a and e.b
		if slices.Contains(b.docs, e.a) {
			coreOfA, coreOfB = coreB, coreA
		}
		frame := e.score < r.overlap && (e.a.site == "" || e.b.site == "" || e.a.site == e.b.site)
		unites := r.judged && whole(e.a.sequence, e.b.sequence) && !frame
		held := refCompare(coreOfA, e.b.of()).score >= .8*e.score &&
			refCompare(coreOfB, e.a.of()).score >= .8*e.score
		switch {
		case unites && held || r.pageOf(e):
			r.united++
			coreA, coreB = e.a.of(), e.b.of()
			f = refCompare(coreA, coreB)
		case unites && r.halfUnite(a, b):
			r.halfUnited++
		default:
			return nil
		}
	}
	out := &refCluster{docs: slices.Concat(a.docs, b.docs), least: min(a.least, b.least), core: coreA}
	if refWeigh(coreB.set) < refWeigh(coreA.set) {
		out.core = coreB
	}
	if f.score >= .9 {
		limit := min(coreA.limit, coreB.limit)
		common := refCommon(coreA.upTo(limit), coreB.upTo(limit))
		if float64(refWeigh(common)) >= .3*float64(out.least) {
			out.core = refSet{set: common, limit: limit, known: min(coreA.known, coreB.known)}
		}
	}
	form := map[uint64]bool{}
	for _, s := range []refSet{coreA, coreB} {
		for h := range s.form {
			form[h] = true
		}
	}
	out.core.form = form
	return out
}

// halfUnite reports whether of the pairs of documents of two clusters at least half are
// matches of two whole articles.
func (r *reference) halfUnite(a, b *refCluster) bool {
	if len(a.docs)*len(b.docs) > 64 {
		return false
	}
	n := 0
	for _, d := range a.docs {
		for _, o := range b.docs {
			if f, ok := d.matches[o]; ok && whole(d.sequence, o.sequence) && r.matching(d, o, f) {
				n++
			}
		}
	}
	return 2*n >= len(a.docs)*len(b.docs)
}

// digested reports whether one of two documents is a digest, and the other, at most half
// of it and no whole article with it, one of the articles it holds.
func (r *reference) digested(d, o *refDoc, f refFigures) bool {
	if !r.judged || whole(d.sequence, o.sequence) {
		return false
	}
	if 2*f.b <= f.a && r.isDigest(d) || 2*f.a <= f.b && r.isDigest(o) {
		r.digests++
		return true
	}
	return false
}

// isDigest reports whether of the documents of other sites that a document matches,
// each at most half of it, three have next to nothing in common: .05 of the lighter one.
func (r *reference) isDigest(d *refDoc) bool {
	if !r.judged || d.site == "" || len(d.set) > 1<<16 {
		return false
	}
	var parts, articles []*refDoc
	for o, f := range d.matches {
		if !whole(d.sequence, o.sequence) && 2*f.b <= f.a && o.site != "" && o.site != d.site && r.matching(d, o, f) {
			parts = append(parts, o)
		}
	}
	slices.SortFunc(parts, func(a, b *refDoc) int { return cmp.Or(cmp.Compare(refWeigh(a.set), refWeigh(b.set)), a.before(b)) })
	for _, o := range parts[:min(len(parts), 64)] {
		if !slices.ContainsFunc(articles, func(a *refDoc) bool {
			common := 0
			for h, prose := range a.set {
				if _, ok := o.set[h]; ok {
					common += refWeight(prose)
				}
			}
			return float64(common) > .05*float64(refWeigh(a.set))
		}) {
			articles = append(articles, o)
		}
	}
	return len(articles) >= 3
}

// pageOf reports whether one of two documents stands on several pages of its site,
// which are matches and no whole articles, and the other one is such a page: of each it
// has .9, and together they have .9 of its weight.
func (r *reference) pageOf(e refEdge) bool {
	all, part := e.a, e.b
	if all.size < part.size {
		all, part = part, all
	}
	if !r.judged || whole(e.a.sequence, e.b.sequence) || all.site == "" || all.site != part.site {
		return false
	}
	held, pages := map[uint64]bool{}, 0
	for o, f := range all.matches {
		if whole(all.sequence, o.sequence) || o.site != all.site || float64(f.common) < .9*float64(f.b) || !r.matching(all, o, f) {
			continue
		}
		pages++
		for h, prose := range refCommon(all.of().set, o.of().set) {
			held[h] = held[h] || prose
		}
	}
	return pages > 1 && float64(refWeigh(held)) >= .9*float64(refWeigh(all.of().set))
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
	var digests []*refDoc
	for o := range d.matches {
		was := r.isDigest(o)
		delete(o.matches, d)
		if was && !r.isDigest(o) {
			digests = append(digests, o)
		}
	}
	r.relabel(d.sample)
	if rest := slices.DeleteFunc(slices.Clone(d.together), gone); len(rest) > 0 {
		r.regroup(rest...)
	}
	if len(digests) > 0 {
		r.regroup(digests...)
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

// lead returns the document that this one follows, or itself.
func (d *refDoc) lead() *refDoc {
	if d.follows != nil {
		return d.follows
	}
	return d
}

// clusters returns, of each document, the first of its cluster.
func (r *reference) clusters() map[string]string {
	out := map[string]string{}
	for _, d := range r.docs {
		first := d
		for _, o := range r.docs {
			if slices.Contains(d.lead().together, o.lead()) && o.before(first) < 0 {
				first = o
			}
		}
		out[d.id] = first.id
	}
	return out
}
