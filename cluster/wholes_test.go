package cluster_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cbb30ed1/reprint/cluster"
)

// wholes is a judge that knows by their sequences which documents are whole articles:
// two of them are one article, all others join.
type wholes struct{}

func newWholes() cluster.Judge { return wholes{} }

func (wholes) Judge(a, b []uint32, _ cluster.Corpus) (cluster.Verdict, cluster.Outcome) {
	if whole(a, b) {
		return 1, cluster.Unites
	}
	return 2, cluster.Joins
}

// whole reports whether two sequences are those of whole articles.
func whole(a, b []uint32) bool { return a[0] > 0 && b[0] > 0 }

var (
	isWhole = []uint32{1}
	isPiece = []uint32{0}
)

// together returns how many documents are in the cluster of one.
func together(t *testing.T, x *cluster.Index, id string) int {
	c, err := x.Cluster(id)
	assert.NoError(t, err)
	return len(c.Members)
}

// a and b share .7 of their text. The core of a and its excerpt is the excerpt, of
// which b must have .56, which is less than cores must overlap. With two more pages
// that have all of b, the cluster of b is the larger one.
func TestRuleHeldShare(t *testing.T) {
	judged := exact
	judged.NewJudge = newWholes
	for name, more := range map[string]int{"larger": 0, "smaller": 2} {
		for name, sequence := range map[string][]uint32{name: isWhole, name + " and a piece": isPiece} {
			t.Run(name, func(t *testing.T) {
				held := func(t *testing.T, held int) bool {
					s := newSource(1)
					a := s.take(2000)
					b := join(a[:held], a[1000:2400-held], s.take(600))
					x := newIndex(t, judged)
					add(t, x, text{id: "a", prose: a, sequence: isWhole})
					add(t, x, text{id: "excerpt", prose: a[:1000], sequence: isPiece})
					// Of three pairs one unites, which is less than half.
					add(t, x, text{id: "more", prose: join(a[:1000], s.take(300)), sequence: isPiece})
					assert.Equal(t, 3, together(t, x, "a"))
					for i := range more {
						id := string(rune('p' + i))
						add(t, x, text{id: id, prose: join(b, s.take(1000)), sequence: isPiece})
					}
					add(t, x, text{id: "b", prose: b, sequence: sequence})
					n := together(t, x, "a")
					assert.Equal(t, 4+more, map[bool]int{false: n + together(t, x, "b"), true: n}[n == 4+more])
					return n == 4+more
				}
				if sequence[0] == 0 {
					assert.False(t, held(t, 561), "only whole articles unite clusters")
					return
				}
				at(t, 559, 561, held)
			})
		}
	}
}

// The clusters of a and of b, two versions of one article, have cores that do not
// overlap. They merge if at least half of the documents of the one are one article with
// b, and these share what no frame of a site is.
func TestRuleUnitedShare(t *testing.T) {
	judged := exact
	judged.NewJudge = newWholes
	united := func(t *testing.T, versions, pieces int, site func(i int) string) bool {
		s := newSource(1)
		a := s.take(2000)
		x := newIndex(t, judged)
		for i := range versions {
			add(t, x, text{id: fmt.Sprint("a", i), prose: join(a, s.take(300)), sequence: isWhole, site: site(i)})
		}
		for i := range pieces {
			add(t, x, text{id: fmt.Sprint("piece", i), prose: join(a[:900], s.take(200)), sequence: isPiece, site: site(versions + i)})
		}
		assert.Equal(t, versions+pieces, together(t, x, "a0"))
		b := join(a[700:1800], s.take(900)) // has less than a quarter of the core
		add(t, x, text{id: "b", prose: b, sequence: isWhole, site: site(versions + pieces)})
		return together(t, x, "b") > 1
	}
	for _, n := range []int{1, 2, 3, 10} {
		assert.True(t, united(t, n, n, sites), n)
		assert.False(t, united(t, n, n+1, sites), n)
	}
	for _, n := range []int{1, 2, 3} {
		assert.False(t, united(t, n, n, func(int) string { return "one" }), "a frame")
		assert.False(t, united(t, n, n, func(int) string { return "" }), "it may be a frame")
	}
}

// Two copies of an article, each with passages of its own, and of each an excerpt with
// some of these. The excerpts become cores, and have nothing in common. Each is nearer
// to the other copy than the copies are to one another: when these are compared, the
// two cores were rejected already.
func TestExcerptsDoNotKeepCopiesApart(t *testing.T) {
	s := newSource(1)
	body, own := s.take(900), [2][]uint64{s.take(300), s.take(300)}
	docs := []text{
		{id: "first", prose: join(body, own[0])},
		{id: "second", prose: join(body, own[1])},
		{id: "start", prose: join(body[:300], own[0][:50]), sequence: isPiece},
		{id: "end", prose: join(body[600:], own[1][:50]), sequence: isPiece},
	}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {0, 2, 1, 3}, {2, 3, 0, 1}, {1, 3, 2, 0}} {
		for _, sequence := range [][]uint32{isPiece, isWhole} {
			o := exact
			o.NewJudge = newWholes
			x := newIndex(t, o)
			docs[0].sequence, docs[1].sequence = sequence, sequence
			for _, i := range order {
				add(t, x, docs[i])
			}
			want := 2
			if sequence[0] > 0 {
				want = 4
			}
			for _, d := range docs {
				assert.Equal(t, want, together(t, x, d.id), "%v %s", order, d.id)
			}
		}
	}
}
