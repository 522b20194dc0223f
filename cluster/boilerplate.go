package cluster

import (
	"cmp"
	"slices"
)

const (
	// manyPages is the number of different pages of one site on which a
	// shingle is boilerplate for the documents of that site. A page is
	// different if this share of it, by weight of its sample, was in no
	// document before: an article with another menu, a teaser before a
	// paywall, other names in a form.
	manyPages = 8
	newPage   = .05

	// manyArticles is the number of different articles, of whatever site, on
	// whose pages a shingle is boilerplate for all, if they are most of the
	// documents listed. Here much more of a document must be new: each paper
	// that prints a story may change a sentence, or put a frame around it.
	manyArticles = 16
	newArticle   = .2
)

// boilerplate reports whether a shingle with this list is boilerplate for a
// document of the site. What is boilerplate for half of those listed stays so
// down to two thirds of the thresholds: what is new in a document is known with
// an error, and must not have them judged otherwise with every addition.
func (x *Index) boilerplate(list []uint32, e, site uint64) bool {
	if len(list) < manyPages/2 {
		return false
	}
	articles, pages, marked := 0, 0, 0
	for _, n := range list {
		d := x.docs[n]
		if d.novelty >= newArticle {
			articles++
		}
		if d.novelty >= newPage && site != 0 && d.site == site {
			pages++
		}
		if holds(d.form(), e) {
			marked++
		}
	}
	if 2*marked >= len(list) {
		articles += articles / 2
		pages += pages / 2
	}
	return pages >= manyPages || articles >= manyArticles && 4*articles >= 3*len(list)
}

// relabel brings up to date, for the shingles of a document that has come or
// gone, in which of the documents that hold them they count as boilerplate, and
// judges anew the matches of those for which much has changed.
func (x *Index) relabel(d *document) {
	type changed struct{ added, removed []uint64 }
	var docs map[*document]*changed
	var list []uint32
	for _, e := range d.sample(nil) {
		list = x.shingles.get(list[:0], shingleKey(e), x.docs)
		if len(list) < manyPages/2 {
			continue // it has never been boilerplate, or is none since long
		}
		var site uint64 // for which is is known
		is := x.boilerplate(list, e, 0)
		overall := is
		for _, n := range list {
			o := x.docs[n]
			if !overall && o.site != site {
				site = o.site
				is = x.boilerplate(list, e, site)
			}
			if marked := holds(o.form(), e); marked == is {
				continue
			}
			if docs == nil {
				docs = map[*document]*changed{}
			}
			c := docs[o]
			if c == nil {
				c = &changed{}
				docs[o] = c
				x.change.stale = append(x.change.stale, o)
			}
			if is {
				c.added = append(c.added, e)
			} else {
				c.removed = append(c.removed, e)
			}
		}
	}
	for _, o := range x.change.stale {
		c := docs[o]
		o.setForm(without(union(o.form(), c.added), c.removed))
	}
	x.rejudge()
}

// holds reports whether an element is in a form.
func holds(form []uint64, e uint64) bool {
	i, _ := slices.BinarySearch(form, e&^runningText)
	return i < len(form) && form[i]>>1 == e>>1
}

// rejudge scores the matches of relabelled documents anew where the weight of
// their boilerplate has changed by much, and clusters them again.
func (x *Index) rejudge() {
	docs := x.change.stale
	x.change.stale = nil
	slices.SortFunc(docs, func(a, b *document) int { return cmp.Compare(a.arrival, b.arrival) })
	var stale []*document
	for _, d := range docs {
		now, all := weigh(d.form()), weigh(d.sample(nil))
		if diff := now - int(d.ties.formDone); 8*max(diff, -diff) < all {
			continue
		}
		d.ties.formDone = int32(now)
		own := d.sketch(nil)
		for i := range d.ties.matches {
			m := &d.ties.matches[i]
			other := m.to.sketch(nil)
			m.evidence = compare(&own, &other)
			for j := range m.to.ties.matches {
				if back := &m.to.ties.matches[j]; back.to == d {
					back.evidence = m.evidence.swap()
				}
			}
		}
		stale = append(stale, d)
	}
	if len(stale) > 0 {
		x.regroup(stale)
	}
}
