package likeness

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

var rules = Rules{Prose: 10, Other: 1, LeastOwn: .05}

// make returns a random set, with some elements of another one.
func random(rng *rand.Rand, n int, of []uint64) (set []uint64) {
	for range n {
		e := sets.Round(rng.Uint64())
		if len(of) > 0 && rng.IntN(2) == 0 {
			e = of[rng.IntN(len(of))] ^ rng.Uint64N(2)
		}
		set = append(set, e)
	}
	slices.Sort(set)
	return slices.CompactFunc(set, func(a, b uint64) bool { return a>>1 == b>>1 })
}

// sketchOf returns the sketch of a set, of which the first n are in the sample, and
// nothing else if it is not whole.
func sketchOf(rng *rand.Rand, set []uint64, n int, whole bool) Sketch {
	s := Sketch{Elements: set, Limit: math.MaxUint64, Known: math.MaxUint64}
	if n < len(set) {
		s.Known = set[n-1]
	}
	if !whole {
		s.Elements, s.Limit = set[:n], s.Known
	}
	if rng.IntN(3) > 0 {
		for _, e := range set[:n] {
			if rng.IntN(3) == 0 {
				s.Boilerplate = append(s.Boilerplate, e)
			}
		}
	}
	s.Weight = rules.Weigh(s.Elements)
	return s
}

// A comparison with a restricted sketch is one with the whole.
func TestRestrict(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	matched := 0
	for range 5000 {
		large := random(rng, 1+rng.IntN(300), nil)
		small := random(rng, 1+rng.IntN(60), large)
		a := sketchOf(rng, small, 1+rng.IntN(len(small)), rng.IntN(2) == 0)
		b := sketchOf(rng, large, 1+rng.IntN(len(large)), rng.IntN(2) == 0)
		if rng.IntN(4) == 0 { // what its representative has
			b.Boilerplate = random(rng, 10, large)
			b.Boilerplate = sets.UpTo(b.Boilerplate, b.Known)
		}
		l := Large{
			Set: sets.Of(large, true), Size: len(b.Elements), Limit: b.Limit, Weight: b.Weight,
			Known: b.Known, Boilerplate: b.Boilerplate,
		}
		r := rules.Restrict(&l, &a, nil)
		want, got := rules.Compare(&a, &b), rules.Compare(&a, &r)
		require.Equal(t, want, got)
		if want.Score > .3 {
			matched++
		}
	}
	require.Greater(t, matched, 500)
}
