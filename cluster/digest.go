package cluster

import (
	"cmp"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
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
	if brief.Site == 0 || len(d.Matches()) < digestArticles || x.kept(d) > largestDigest {
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
	return rules().Distinct(func(yield func([]uint64) bool) {
		for _, o := range parts[:min(len(parts), mostVerified)] {
			var buf unpacked
			if !yield(x.sketch(o, &buf).Elements) {
				return
			}
		}
	}, digestCommon, digestArticles)
}
