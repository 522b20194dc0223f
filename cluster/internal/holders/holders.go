// Package holders says whether those who have a shingle, the documents of a list, make it
// boilerplate. The rules are those of package cluster.
package holders

import (
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Rules are the constants of the rules; see cluster/rules.go.
type Rules struct {
	Few        int              // of fewer documents nothing is learned
	Page       postings.Posting // the flag of a document that was a new page
	Pages      int              // how many of them, of one site
	Article    postings.Posting // the flag of one that was a new article
	Articles   int              // how many of them, of unknown sites
	Publishers int              // how many have such articles
	Most       float64          // their share of all articles of unknown sites, or of all publishers
	Stays      float64          // see countsAs
}

// longest is that of a list.
const longest = 64

// BySite reports whether a shingle with this list is boilerplate for the documents of a
// site because of what else that site has published; 0 are those of unknown sites. Versions
// of one page count once.
func (r *Rules) BySite(list []postings.Posting, docs []records.Brief, site uint64) bool {
	flag, many, most := r.Page, r.Pages, 0.
	if site == 0 {
		flag, many, most = r.Article, r.Articles, r.Most
	}
	if !r.canTeach(list, flag, many) {
		return false
	}
	own, different, marks := 0, 0, 0
	var pages [longest]uint32
	for _, p := range list {
		marks += int(p & postings.Marked)
		b := &docs[p.Number()]
		if b.Site != site {
			continue
		}
		own++
		if p&flag != 0 && (b.Page == 0 || !slices.Contains(pages[:different], b.Page)) {
			pages[different] = b.Page
			different++
		}
	}
	n := r.countsAs(different, marks, len(list))
	return n >= many && float64(n) >= most*float64(own)
}

// ByPublishers reports whether a shingle with this list is boilerplate for all. It counts
// publishers, and not what they publish. All documents of unknown sites are of one.
func (r *Rules) ByPublishers(list []postings.Posting, docs []records.Brief) bool {
	if !r.canTeach(list, r.Article, r.Publishers) {
		return false
	}
	var sites [longest]uint64
	var has [longest]postings.Posting
	publishers, different, marked := 0, 0, 0
	for _, p := range list {
		site := docs[p.Number()].Site
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
		if p&r.Article != 0 {
			different++
		}
	}
	n := r.countsAs(different, marked, publishers)
	return n >= r.Publishers && float64(n) >= r.Most*float64(publishers)
}

// canTeach reports whether enough documents of a list have a flag, whoever they are of.
func (r *Rules) canTeach(list []postings.Posting, flag postings.Posting, many int) bool {
	if len(list) < r.Few {
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

// countsAs returns what n different pages or publishers count as: half as many more if the
// shingle is marked as boilerplate for enough of all.
func (r *Rules) countsAs(n, marked, all int) int {
	if marked > 0 && float64(marked) >= r.Stays*float64(all) {
		n += n / 2
	}
	return n
}
