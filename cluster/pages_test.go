package cluster_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cbb30ed1/reprint/cluster"
)

// Versions of one page are one page, for a site and among unknown sites.
func TestRuleVersionsOfOnePage(t *testing.T) {
	place := func(h *shelf, site string, n, fresh int) { // n pages, the last one twice
		h.place(site, n-1, fresh)
		h.page = 7
		h.place(site, 2, fresh)
		h.page = 0
	}
	t.Run("of a site", func(t *testing.T) {
		at(t, 7, 8, func(t *testing.T, pages int) bool {
			h := newShelf(t)
			place(h, "site", pages, 100)
			return h.boilerplate("site")
		})
	})
	t.Run("of unknown sites", func(t *testing.T) {
		at(t, 15, 16, func(t *testing.T, articles int) bool {
			h := newShelf(t)
			place(h, "", articles, 500)
			return h.boilerplate("")
		})
	})
}

// Eight versions of one page stay together, though each has new text. Eight pages with
// as much in common fill in one form.
func TestVersionsOfOnePageStayTogether(t *testing.T) {
	for name, c := range map[string]struct {
		page func(i int) uint32
		want int
	}{
		"versions":      {func(int) uint32 { return 7 }, 8},
		"pages":         {func(i int) uint32 { return uint32(i + 1) }, 1},
		"unknown pages": {func(int) uint32 { return 0 }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSource(1)
			x := newIndex(t, exact)
			body := s.take(700)
			for i := range 8 {
				a := add(t, x, text{
					id: fmt.Sprint(i), site: "site", page: c.page(i), prose: join(body, s.take(300)),
				})
				assert.True(t, i == 7 || a.Size == i+1)
			}
			for i := range 8 {
				assert.Equal(t, c.want, together(t, x, fmt.Sprint(i)))
			}
		})
	}
}

// One outlet that puts a paragraph of another's article on many pages of its own does
// not make it boilerplate for all: copies of the article elsewhere are still found.
func TestOneOutletDoesNotHideAnArticle(t *testing.T) {
	for _, pages := range []int{16, 1000} {
		t.Run(fmt.Sprint(pages), func(t *testing.T) {
			s := newSource(1)
			x := newIndex(t, cluster.Options{})
			paragraph, rest := s.take(800), s.take(400)
			add(t, x, text{id: "article", site: "victim", prose: join(paragraph, rest)})
			for i := range pages {
				add(t, x, text{
					id: fmt.Sprint("page", i), site: "attacker", page: uint32(i + 1),
					prose: join(paragraph, s.take(2400)),
				})
			}
			found := func(prose []uint64) cluster.Match {
				for _, m := range x.Query(text{id: "q", site: "elsewhere", prose: prose}.entry()) {
					if m.ID == "article" {
						return m
					}
				}
				return cluster.Match{}
			}
			h := &shelf{t: t, x: x, s: s, form: paragraph}
			assert.True(t, h.boilerplate("attacker"))
			assert.False(t, h.boilerplate("elsewhere"))
			assert.False(t, h.boilerplate(""))

			copied := join(paragraph, rest, s.take(300))
			m := found(copied)
			assert.Equal(t, 1., m.Score)
			assert.Zero(t, m.Boilerplate)
			if pages < 32 {
				// The article is still listed for the shingles of the paragraph.
				assert.Equal(t, .75, found(join(paragraph, rest[:100], s.take(600))).Score)
			}
			a := add(t, x, text{id: "copy", site: "elsewhere", prose: copied})
			assert.Equal(t, "article", a.Cluster)
			assert.Equal(t, 2, a.Size)
		})
	}
}

// An article on one page joins the pages that it also stands on by parts, if these hold
// .9 of it together, and are of its site.
func TestRulePageShare(t *testing.T) {
	judged := exact
	judged.NewJudge = newWholes
	joined := func(t *testing.T, held int, site string) bool {
		s := newSource(1)
		a := s.take(2000)
		x := newIndex(t, judged)
		add(t, x, text{id: "a", site: "one", prose: a, sequence: isPiece})
		add(t, x, text{id: "page1", site: "one", prose: a[:1000], sequence: isPiece})
		add(t, x, text{id: "page2", site: site, prose: a[1000 : 1000+held], sequence: isPiece})
		return together(t, x, "a") == 3
	}
	at(t, 799, 801, func(t *testing.T, held int) bool { return joined(t, held, "one") })
	assert.False(t, joined(t, 1000, "two"), "the pages of another site are articles of their own")

	// A page of which less than .9 is the article's is none of its pages.
	at(t, 899, 901, func(t *testing.T, own int) bool {
		s := newSource(1)
		a := s.take(2000)
		x := newIndex(t, judged)
		add(t, x, text{id: "a", site: "one", prose: a, sequence: isPiece})
		add(t, x, text{id: "page1", site: "one", prose: a[:1100], sequence: isPiece})
		add(t, x, text{id: "page2", site: "one", prose: join(a[1000:1000+own], s.take(1000-own)), sequence: isPiece})
		return together(t, x, "a") == 3
	})
}
