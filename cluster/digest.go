package cluster

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// digested reports whether, by a match of d, one of the two is a digest, as a newsletter
// is, and the other an article that it holds beside others. Such a match joins no
// clusters.
func (x *Index) digested(d, o *records.Document, m *records.Match) bool {
	if m.Whole || m.Verdict == 0 {
		return false
	}
	return 2*m.B <= m.A && x.isDigest(d) || 2*m.A <= m.B && x.isDigest(o)
}

// isDigest reports whether a document holds several articles: of others' sites, none of
// them more than half of it, that have nothing in common.
func (x *Index) isDigest(d *records.Document) bool {
	brief := &x.docs.Briefs[d.Number]
	if brief.Site == 0 || len(d.Matches()) < digestArticles {
		return false
	}
	var parts []*records.Document
	for i := range d.Matches() {
		m := &d.Links.Matches[i]
		site := x.docs.Briefs[m.With].Site
		if m.Verdict == 0 || m.Whole || m.Apart || 2*m.B > m.A || site == 0 || site == brief.Site {
			continue
		}
		if o := x.docs.Get(m.With); x.matching(d, o, m, false) {
			parts = append(parts, o)
		}
	}
	if len(parts) < digestArticles {
		return false
	}
	slices.SortFunc(parts, func(a, b *records.Document) int {
		return cmp.Or(cmp.Compare(a.Weight, b.Weight), a.Before(b))
	})
	var articles [][]uint64
	for _, o := range parts[:min(len(parts), mostVerified)] {
		var buf unpacked
		s := x.sketch(o, &buf)
		if !slices.ContainsFunc(articles, func(a []uint64) bool {
			n, prose, _ := sets.Shared(a, s.Elements)
			return float64(weightOf(n, prose)) > digestCommon*float64(weigh(a))
		}) {
			articles = append(articles, s.Elements)
		}
		if len(articles) == digestArticles {
			return true
		}
	}
	return false
}
