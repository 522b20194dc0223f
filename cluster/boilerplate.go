package cluster

import (
	"cmp"
	"slices"
)

// freshness returns how new a document is, for its postings.
func freshness(novelty float64) posting {
	switch {
	case novelty >= newArticle:
		return isPage | isArticle
	case novelty >= newPage:
		return isPage
	}
	return 0
}

// boilerplate reports whether a shingle with this list is boilerplate for a
// document of the site. See staysMarked for what was boilerplate before.
func (x *Index) boilerplate(list []posting, site uint64) bool {
	if len(list) < fewHolders {
		return false
	}
	articles, pages, marks := 0, 0, 0
	for _, p := range list {
		marks += int(p & marked)
		if p&isArticle != 0 {
			articles++
		}
		if p&isPage != 0 {
			pages++
		}
	}
	stays := float64(marks) >= staysMarked*float64(len(list))
	enough := func(n, many int) bool { return n >= many || stays && n+n/2 >= many }
	if stays {
		articles += articles / 2
	}
	if articles >= manyArticles && float64(articles) >= mostArticles*float64(len(list)) {
		return true
	}
	if site == 0 || !enough(pages, manyPages) {
		return false
	}
	pages = 0
	for _, p := range list {
		if p&isPage != 0 && x.briefs[p.doc()].site == site {
			pages++
		}
	}
	return enough(pages, manyPages)
}

// relabel brings up to date, for shingles of a document that has come or gone,
// in which of the documents that hold them they count as boilerplate, and judges
// anew the matches of those for which much has changed.
func (x *Index) relabel(elements []uint64) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	listed := x.listed()
	for _, e := range elements {
		key := shingleKey(e)
		if !x.shingles.many(key) {
			continue
		}
		s.list = x.shingles.get(s.list[:0], key, listed)
		if len(s.list) < fewHolders {
			continue
		}
		var site uint64 // for which is is known
		is := x.boilerplate(s.list, 0)
		overall := is
		for _, p := range s.list {
			if b := &x.briefs[p.doc()]; !overall && b.site != site {
				site = b.site
				is = x.boilerplate(s.list, site)
			}
			if is != (p&marked != 0) {
				x.shingles.mark(key, p.doc(), is, listed)
				x.setForm(x.doc(p.doc()), e, is)
			}
		}
	}
	x.rejudge()
}

// setForm sets whether an element of a document is boilerplate.
func (x *Index) setForm(d *document, e uint64, is bool) {
	x.change.relabelled(d)
	x.changed(d)
	i, ok := d.set.find(e, int(d.sampled))
	if !ok {
		return // it was taken for another
	}
	t := d.tie()
	if t.form.n == 0 {
		t.form = bitmapOf(make([]uint64, (d.sampled+63)/64))
	}
	b := &x.briefs[d.number]
	w := uint32(weight(d.set.element(i)))
	if is {
		t.form.words()[i/64] |= 1 << (i % 64)
		b.weight -= w
	} else {
		t.form.words()[i/64] &^= 1 << (i % 64)
		b.weight += w
	}
}

// rejudge scores the matches of relabelled documents anew where the weight of
// their boilerplate has changed by much, and clusters them again.
func (x *Index) rejudge() {
	docs := x.change.stale
	x.change.stale = nil
	slices.SortFunc(docs, func(a, b *document) int { return cmp.Compare(a.arrival, b.arrival) })
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	var stale []*document
	for _, d := range docs {
		if d.ties == nil {
			continue
		}
		all := weigh(d.sample(nil))
		now := all - int(x.briefs[d.number].weight)
		if diff := now - int(d.ties.formDone); float64(max(diff, -diff)) < muchRelabelled*float64(all) {
			continue
		}
		x.changed(d)
		d.ties.formDone = int32(now)
		own := x.sketch(d, &s.own)
		own.sequence = x.sequence(d)
		for i := range d.ties.matches {
			m := &d.ties.matches[i]
			o := x.doc(m.with)
			x.changed(o)
			other := x.sketch(o, &s.other)
			other.sequence = x.sequence(o)
			e := compare(&own, &other)
			same := x.briefs[d.number].sameSite(&x.briefs[o.number])
			if x.matching(d, o, &e.match, same) && !s.judge(&e, &own, &other, same) {
				e.apart = true
			}
			e.with = o.number
			found := e.match
			*m = found
			for j := range o.ties.matches {
				if back := &o.ties.matches[j]; back.with == d.number {
					*back = found.swap(d.number)
				}
			}
		}
		stale = append(stale, d)
	}
	if len(stale) > 0 {
		x.regroup(stale)
	}
}
