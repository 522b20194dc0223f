package cluster_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
)

// A newsletter is a shelf of articles, each on a site of its own, and a page that holds
// them all.
type newsletter struct {
	x        *cluster.Index
	articles []text
	page     text
}

// newNewsletter makes one of n articles of 1,000 shingles, of which each but the first has
// so many of the one before.
func newNewsletter(t *testing.T, n, shared int, site func(i int) string) *newsletter {
	o := exact
	o.NewJudge = newWholes
	s := newSource(1)
	l := &newsletter{x: newIndex(t, o)}
	var all, last []uint64
	for i := range n {
		own := s.take(1000)
		if i > 0 {
			copy(own, last[1000-shared:])
		}
		last = own
		all = append(all, own...)
		l.articles = append(l.articles, text{id: fmt.Sprint("article", i), prose: own, sequence: isPiece, site: site(i)})
	}
	l.page = text{id: "digest", prose: join(all, s.take(100)), sequence: isPiece, site: "letter"}
	return l
}

func sites(i int) string { return fmt.Sprint("site", i) }

// isDigest adds all, and reports whether the page is with none of them.
func (l *newsletter) isDigest(t *testing.T, order ...int) bool {
	docs := append([]text{l.page}, l.articles...)
	for _, i := range order {
		add(t, l.x, docs[i])
	}
	if len(order) == 0 {
		for _, d := range docs {
			add(t, l.x, d)
		}
	}
	n := together(t, l.x, l.page.id)
	digest := 0
	for _, found := range l.x.Pairs() {
		for _, m := range found {
			if m.Digest {
				digest++
			}
		}
	}
	if n == 1 {
		assert.GreaterOrEqual(t, digest, 3)
	} else {
		assert.Zero(t, digest)
	}
	return n == 1
}

// A document that holds three articles of other sites joins none.
func TestRuleDigestArticles(t *testing.T) {
	at(t, 2, 3, func(t *testing.T, n int) bool { return newNewsletter(t, n, 0, sites).isDigest(t) })
	for name, site := range map[string]func(int) string{
		"its own pages":     func(int) string { return "letter" },
		"nobody's articles": func(int) string { return "" },
	} {
		assert.False(t, newNewsletter(t, 4, 0, site).isDigest(t), name)
	}
	for _, order := range [][]int{{0, 1, 2, 3}, {1, 2, 3, 0}, {3, 0, 1, 2}, {2, 1, 0, 3}} {
		assert.True(t, newNewsletter(t, 3, 0, sites).isDigest(t, order...), order)
	}
}

// They are three if no two have more than .05 in common.
func TestRuleDigestCommon(t *testing.T) {
	at(t, 51, 50, func(t *testing.T, shared int) bool { return newNewsletter(t, 3, shared, sites).isDigest(t) })
}

// A book is no digest, whatever it holds.
func TestRuleLargestDigest(t *testing.T) {
	at(t, 1<<16+1, 1<<16, func(t *testing.T, size int) bool {
		l := newNewsletter(t, 3, 0, sites)
		l.page.prose = join(l.page.prose, newSource(2).take(size-len(l.page.prose)))
		return l.isDigest(t)
	})
}

// When one of three articles goes, the page is no digest any more.
func TestDigestWithoutItsArticles(t *testing.T) {
	l := newNewsletter(t, 3, 0, sites)
	require.True(t, l.isDigest(t))
	_, ok := l.x.Remove("article1")
	require.True(t, ok)
	assert.Equal(t, 2, together(t, l.x, "digest"))
	add(t, l.x, l.articles[1])
	assert.Equal(t, 1, together(t, l.x, "digest"))

	e, err := l.x.Explain("digest", "article1")
	require.NoError(t, err)
	assert.False(t, e.Together)
	assert.Contains(t, e.Why, "several articles")
}
