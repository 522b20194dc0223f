package cluster

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/holders"
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
	r := boilerplateRules()
	return r.ByPublishers(list, x.docs.Briefs) || r.BySite(list, x.docs.Briefs, site)
}

func boilerplateRules() holders.Rules {
	return holders.Rules{
		Few: fewHolders, Page: isPage, Pages: manyPages, Article: isArticle, Articles: manyArticles,
		Publishers: manyPublishers, Most: mostArticles, Stays: staysMarked,
	}
}

// relabel updates, for shingles of a document that was added or removed, in which
// documents they count as boilerplate. It judges again the matches of the documents
// for which much has changed.
func (x *Index) relabel(elements []uint64) {
	s := x.scratch.Get().(*scratch)
	defer x.scratch.Put(s)
	listed, r, likely := x.backend.listed(), boilerplateRules(), new(postings.Hint)
	for _, e := range elements {
		key := shingleKey(e)
		if !x.shingles.Frequent(key) {
			continue
		}
		s.list = x.shingles.Get(s.list[:0], key, listed, likely)
		if len(s.list) < fewHolders {
			continue
		}
		overall := r.ByPublishers(s.list, x.docs.Briefs)
		is := overall || r.BySite(s.list, x.docs.Briefs, 0)
		var site uint64 // for which is is known
		for _, p := range s.list {
			if b := &x.docs.Briefs[p.Number()]; !overall && b.Site != site {
				site = b.Site
				is = r.BySite(s.list, x.docs.Briefs, site)
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
