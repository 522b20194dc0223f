package peer_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/bench/internal/peer"
	"github.com/cbb30ed1/reprint/bench/news"
	"github.com/cbb30ed1/reprint/shingle"
)

// All estimate the similarity of the same sets: they agree with the exact
// figure, to five standard errors.
func TestImpls(t *testing.T) {
	s, err := shingle.New(shingle.Options{})
	require.NoError(t, err)
	var read shingle.Text
	set := func(text string) map[uint64]bool {
		s.Shingle(&read, text)
		out := map[uint64]bool{}
		for _, h := range read.Shingles {
			out[h] = true
		}
		return out
	}
	first := map[string]string{}
	compared := 0
	for doc := range news.New(news.Options{Docs: 800, Seed: 1}).Documents() {
		if doc.Kind == news.First {
			first[doc.ID] = doc.Text
		}
		of, ok := first[doc.Cluster]
		if !ok || doc.ID == doc.Cluster {
			continue
		}
		compared++
		a, b := set(of), set(doc.Text)
		both := 0
		for h := range a {
			if b[h] {
				both++
			}
		}
		j := float64(both) / float64(len(a)+len(b)-both)
		for _, impl := range peer.Impls {
			if impl.Input == "text" && doc.Lang == "zh" {
				continue
			}
			sign := impl.New()
			x := slices.Clone(sign(of))
			y := slices.Clone(sign(doc.Text))
			if impl.Name == "simhash" {
				require.Zero(t, peer.Distance(x, x))
				if j > .9 {
					require.Less(t, peer.Distance(x, y), 24, "J = %.3f", j)
				}
				continue
			}
			require.Len(t, x, peer.Slots)
			require.InDelta(t, j, peer.Agreement(x, y), 5*math.Sqrt(j*(1-j)/peer.Slots)+.01, "%s, %s", impl.Key(), doc.ID)
		}
	}
	require.Greater(t, compared, 30)
}
