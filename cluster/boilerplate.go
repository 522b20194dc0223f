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
	newArticle   = .25
)

// boilerplate reports whether a shingle with this list is boilerplate for a
// document of the site.
func (x *Index) boilerplate(list []uint32, site uint64) bool {
	if len(list) < manyPages {
		return false
	}
	articles, pages := 0, 0
	for _, n := range list {
		d := x.docs[n]
		if d.novelty >= newArticle {
			articles++
		}
		if d.novelty >= newPage && site != 0 && d.site == site {
			pages++
		}
	}
	return pages >= manyPages || articles >= manyArticles && 4*articles >= 3*len(list)
}

// learn marks, in the other documents that hold them, the shingles that the
// new document d made boilerplate. It looks only at those that were none when
// d came.
func (x *Index) learn(d *document) {
	var list []uint32
	for _, e := range without(d.sample(nil), d.form()) {
		list = x.shingles.get(list[:0], shingleKey(e), x.docs)
		if x.boilerplate(list, d.site) {
			x.relabel(list, e)
		}
	}
	x.rejudge()
}

// forget takes the mark away where it is no longer due after d has gone.
func (x *Index) forget(d *document) {
	var list []uint32
	for _, e := range d.form() {
		list = x.shingles.get(list[:0], shingleKey(e), x.docs)
		if !x.boilerplate(list, d.site) {
			x.relabel(list, e)
		}
	}
	x.rejudge()
}

// relabel brings the mark of one shingle up to date in the documents listed.
func (x *Index) relabel(list []uint32, e uint64) {
	for _, n := range list {
		d := x.docs[n]
		one := []uint64{e}
		marked, _, _ := shared(d.form(), one)
		switch is := x.boilerplate(list, d.site); {
		case is && marked == 0:
			d.setForm(union(d.form(), one))
		case !is && marked > 0:
			d.setForm(without(d.form(), one))
		default:
			continue
		}
		x.change.stale = append(x.change.stale, d)
	}
}

// rejudge scores the matches of relabelled documents anew where the weight of
// their boilerplate has changed by much, and clusters them again.
func (x *Index) rejudge() {
	docs := x.change.stale
	x.change.stale = nil
	slices.SortFunc(docs, func(a, b *document) int { return cmp.Compare(a.arrival, b.arrival) })
	var stale []*document
	for _, d := range slices.Compact(docs) {
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
