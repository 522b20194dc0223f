package origin

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// trees calls f with the parents of every tree over n members that hangs from
// the root (-1), by definition: each member has a parent and none is above
// itself.
func trees(n int, f func(parent []int)) {
	parent := make([]int, n)
	var place func(i int)
	place = func(i int) {
		if i == n {
			for k := range n {
				for steps, p := 0, k; p >= 0; p = parent[p] {
					if steps++; steps > n {
						return
					}
				}
			}
			f(parent)
			return
		}
		for p := -1; p < n; p++ {
			if p != i {
				parent[i] = p
				place(i + 1)
			}
		}
	}
	place(0)
}

func (f forest) weight(parent []int) (w float64, roots int) {
	w = 1
	for i, p := range parent {
		if p < 0 {
			w *= f.root[i]
			roots++
		} else {
			w *= f.edge[p*f.n+i]
		}
	}
	return w, roots
}

// The sums, shares, marginals and the best tree are those of all trees counted
// one by one.
func TestForest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 5; n++ {
		for range 20 {
			f := forest{n: n, edge: make([]float64, n*n), root: make([]float64, n)}
			for i := range f.edge {
				f.edge[i] = math.Exp(r.NormFloat64() * 3)
			}
			for i := range f.root {
				f.root[i] = math.Exp(r.NormFloat64() * 3)
			}
			many, one, share := 0.0, 0.0, make([]float64, n)
			taken := map[[2]int]float64{}
			best, bestOf := 0.0, 0.0
			single := r.IntN(n)
			trees(n, func(parent []int) {
				w, roots := f.weight(parent)
				many += w
				best = max(best, w)
				for i, p := range parent {
					taken[[2]int{p, i}] += w
				}
				if roots == 1 {
					one += w
					for i, p := range parent {
						if p < 0 {
							share[i] += w
							if i == single {
								bestOf = max(bestOf, w)
							}
						}
					}
				}
			})
			require.InDelta(t, math.Log(many), f.many(), 1e-6)
			z, shares := f.one()
			require.InDelta(t, math.Log(one), z, 1e-6)
			for i := range share {
				require.InDelta(t, share[i]/one, shares[i], 1e-6)
			}
			p := f.marginals(-1)
			for k, w := range taken {
				require.InDelta(t, w/many, p(k[0], k[1]), 1e-6)
			}
			w, _ := f.weight(f.best(-1))
			require.InDelta(t, 1, w/best, 1e-9)
			w, roots := f.weight(f.best(single))
			require.Equal(t, 1, roots)
			require.InDelta(t, 1, w/bestOf, 1e-9)
		}
	}
}
