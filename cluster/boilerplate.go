package cluster

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Flags of the postings of a document that was a new page, or even a new article,
// when it came.
const (
	isPage    postings.Posting = 1 << 1
	isArticle postings.Posting = 1 << 2
)

// freshness returns how new a document is, for its postings.
func freshness(novelty float64) postings.Posting {
	switch {
	case novelty >= newArticle:
		return isPage | isArticle
	case novelty >= newPage:
		return isPage
	}
	return 0
}

// boilerplate reports whether a shingle with this list is boilerplate for a document of
// the site: by its own site, or by all publishers. Those whose site is unknown are taught
// by one another.
func (x *Index) boilerplate(list []postings.Posting, site uint64) bool {
	return x.ofPublishers(list) || x.ofSite(list, site)
}

// ofSite reports whether a shingle with this list is boilerplate for the documents of a
// site because of what else that site has published; 0 are those of unknown sites.
// Versions of one page count once.
func (x *Index) ofSite(list []postings.Posting, site uint64) bool {
	flag, many, most := isPage, manyPages, 0.
	if site == 0 {
		flag, many, most = isArticle, manyArticles, mostArticles
	}
	if !canTeach(list, flag, many) {
		return false
	}
	own, different, marks := 0, 0, 0
	var pages [longestList]uint32
	for _, p := range list {
		marks += int(p & postings.Marked)
		b := &x.docs.Briefs[p.Number()]
		if b.Site != site {
			continue
		}
		own++
		if p&flag != 0 && (b.Page == 0 || !slices.Contains(pages[:different], b.Page)) {
			pages[different] = b.Page
			different++
		}
	}
	n := countsAs(different, marks, len(list))
	return n >= many && float64(n) >= most*float64(own)
}

// ofPublishers reports whether a shingle with this list is boilerplate for all. It counts
// publishers, and not what they publish. All documents of unknown sites are of one.
func (x *Index) ofPublishers(list []postings.Posting) bool {
	if !canTeach(list, isArticle, manyPublishers) {
		return false
	}
	var sites [longestList]uint64
	var has [longestList]postings.Posting
	publishers, different, marked := 0, 0, 0
	for _, p := range list {
		site := x.docs.Briefs[p.Number()].Site
		i := slices.Index(sites[:publishers], site)
		if i < 0 {
			i = publishers
			sites[i] = site
			publishers++
		}
		has[i] |= p
	}
	for _, p := range has[:publishers] {
		marked += int(p & postings.Marked)
		if p&isArticle != 0 {
			different++
		}
	}
	n := countsAs(different, marked, publishers)
	return n >= manyPublishers && float64(n) >= mostArticles*float64(publishers)
}

// canTeach reports whether enough documents of a list have a flag, whoever they are of.
func canTeach(list []postings.Posting, flag postings.Posting, many int) bool {
	if len(list) < fewHolders {
		return false
	}
	n := 0
	for _, p := range list {
		if p&flag != 0 {
			n++
		}
	}
	return n+n/2 >= many
}

// countsAs returns what n different pages or publishers count as, if what they have is
// marked for so many of all; see staysMarked.
func countsAs(n, marked, all int) int {
	if marked > 0 && float64(marked) >= staysMarked*float64(all) {
		n += n / 2
	}
	return n
}

// relabel updates, for shingles of a document that was added or removed, in which
// documents they count as boilerplate. It judges again the matches of the documents
// for which much has changed.
func (x *Index) relabel(elements []uint64) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	listed := x.backend.listed()
	for _, e := range elements {
		key := shingleKey(e)
		if !x.shingles.Frequent(key) {
			continue
		}
		s.list = x.shingles.Get(s.list[:0], key, listed, nil)
		if len(s.list) < fewHolders {
			continue
		}
		overall := x.ofPublishers(s.list)
		is := overall || x.ofSite(s.list, 0)
		var site uint64 // for which is is known
		for _, p := range s.list {
			if b := &x.docs.Briefs[p.Number()]; !overall && b.Site != site {
				site = b.Site
				is = x.ofSite(s.list, site)
			}
			if is != (p&postings.Marked != 0) {
				x.shingles.Mark(key, p.Number(), is, listed)
				x.setMask(x.docs.Get(p.Number()), e, is)
			}
		}
	}
	x.rejudge()
}

// setMask sets whether an element of a document is boilerplate.
func (x *Index) setMask(d *records.Document, e uint64, is bool) {
	x.change.relabelled(d)
	d = x.docs.Edit(d.Number)
	i, ok := d.Set.Find(e, int(d.Sampled))
	if !ok {
		return // it was taken for another
	}
	t := d.NeedLinks()
	if len(t.Mask.Words()) == 0 {
		t.Mask = records.MaskOf(make([]uint64, (d.Sampled+63)/64))
	}
	b := &x.docs.Briefs[d.Number]
	w := uint32(weight(d.Set.At(i)))
	if is {
		t.Mask.Words()[i/64] |= 1 << (i % 64)
		b.Weight -= w
	} else {
		t.Mask.Words()[i/64] &^= 1 << (i % 64)
		b.Weight += w
	}
}

// rejudge scores again the matches of documents whose weight of boilerplate has
// changed by much, and clusters these documents again.
func (x *Index) rejudge() {
	docs := x.change.stale
	x.change.stale = nil
	slices.SortFunc(docs, func(a, b *records.Document) int { return cmp.Compare(a.Arrival, b.Arrival) })
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	var stale []*records.Document
	for _, d := range docs {
		if d.Links == nil {
			continue
		}
		all := weightOf(int(d.Sampled), d.Set.Prose(int(d.Sampled)))
		now := all - int(x.docs.Briefs[d.Number].Weight)
		if diff := now - int(d.Links.MaskJudged); float64(max(diff, -diff)) < muchRelabelled*float64(all) {
			continue
		}
		if exact := x.kept(d) <= smallPair; !exact && x.change.effort.Elements <= 0 {
			continue
		}
		x.docs.Edit(d.Number)
		d.Links.MaskJudged = int32(now)
		own := x.sketch(d, &s.own)
		for i := range d.Links.Matches {
			m := &d.Links.Matches[i]
			o := x.docs.Get(m.With)
			x.docs.Edit(o.Number)
			found := x.judgeAgain(d, o, m, &own, s)
			*m = found
			for j := range o.Links.Matches {
				if back := &o.Links.Matches[j]; back.With == d.Number {
					*back = found.Swap(d.Number)
				}
			}
		}
		stale = append(stale, d)
	}
	if len(stale) > 0 {
		x.regroup(stale)
	}
}
