package sets

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomSet returns a set of hashes, of which some may be close together, and some at the
// ends of what there is.
func randomSet(rng *rand.Rand, n int) []uint64 {
	var set Set
	for range n {
		e := rng.Uint64()
		shingles := []uint64{e}
		switch rng.IntN(20) {
		case 0: // one that is the same when rounded, or nearly
			shingles = append(shingles, e^1<<rng.IntN(40))
		case 1:
			shingles = append(shingles, 1<<64-1-rng.Uint64N(1<<40))
		case 2:
			shingles = append(shingles, fine-1<<34+rng.Uint64N(1<<35))
		case 3:
			shingles = append(shingles, rng.Uint64N(1<<30))
		}
		set.Add(shingles, rng.IntN(2) == 0)
	}
	set.Sort()
	return append([]uint64{}, set.Elements()...)
}

// What is packed in any way is unpacked as it was.
func TestDense(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 1))
	for i := range 3000 {
		n := rng.IntN(200)
		if i%100 == 0 {
			n = 1000 + rng.IntN(5000)
		}
		set := randomSet(rng, n)
		n = len(set)
		p, stored := Dense(set, true), Of(set, true)
		require.Equal(t, n, p.Len())
		require.True(t, p.Whole())
		require.Equal(t, p, p.Densely())
		require.Equal(t, p, stored.Densely())
		require.Equal(t, stored.Stored(), p.Stored())
		for i, e := range set {
			require.Equal(t, e, p.At(i))
			require.Equal(t, e, stored.At(i))
		}
		part := rng.IntN(n + 1)
		require.Equal(t, set[:part], p.First(part, make([]uint64, 0, n+1)))
		require.Equal(t, set[:part], append([]uint64{}, stored.First(part, nil)...))
	}
}

// Samples are as Of has them.
func TestDenseSample(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 1))
	for range 2000 {
		set := randomSet(rng, rng.IntN(120))
		want, p := Of(set, false), Dense(set, false)
		n := want.Len()
		require.Equal(t, n, p.Len())
		require.False(t, p.Whole())
		require.Equal(t, p, want.Densely())
		require.Equal(t, want.First(n, nil), p.First(n, nil))
		require.Equal(t, want.Stored(), p.Stored())
		for i := range n {
			require.Equal(t, want.At(i), p.At(i))
		}
		if n > 50 {
			require.Less(t, p.Bytes(), want.Bytes())
		}
	}
}

// What is looked up in a dense set against a walk through all of it.
func TestLookingUpDense(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 1))
	for i := range 3000 {
		all := randomSet(rng, rng.IntN(300))
		p := Dense(all, i%2 == 0)
		all = p.First(p.Len(), nil)
		n := rng.IntN(len(all) + 1)
		limit := rng.Uint64() >> rng.IntN(5)
		if len(all) > 0 && rng.IntN(2) == 0 {
			limit = p.At(rng.IntN(len(all))) ^ rng.Uint64N(2)
		}
		upTo := 0
		for i := range all {
			if p.At(i) <= limit|Prose {
				upTo++
			}
		}
		require.Equal(t, upTo, p.UpTo(limit))
		require.Equal(t, len(all), p.UpTo(1<<64-1))
		require.Equal(t, CountProse(all[:n]), p.Prose(n))
		var some, want []uint64
		for _, e := range all {
			if rng.IntN(4) == 0 {
				some = append(some, e^rng.Uint64N(2))
			}
		}
		some = slices.Compact(some)
		some = append(some, Round(rng.Uint64()), Round(rng.Uint64()))
		slices.Sort(some)
		some = slices.CompactFunc(some, func(a, b uint64) bool { return a>>1 == b>>1 })
		for _, e := range all[:n] {
			if slices.ContainsFunc(some, func(o uint64) bool { return o>>1 == e>>1 }) {
				want = append(want, e)
			}
		}
		require.Equal(t, want, append([]uint64(nil), p.Among(n, some, nil)...))

		for _, e := range append(some, limit) {
			place, ok := p.Find(e, n)
			at := slices.IndexFunc(all[:n], func(o uint64) bool { return o>>1 == e>>1 })
			require.Equal(t, at >= 0, ok)
			if ok {
				require.Equal(t, at, place)
			}
		}
	}
}

// Nothing is allocated where there is memory for what is unpacked.
func TestUnpackingAllocatesNothing(t *testing.T) {
	set := randomSet(rand.New(rand.NewPCG(10, 1)), 700)
	p := Dense(set, true)
	buf := make([]uint64, 0, len(set))
	some := p.First(len(set), nil)[100:200]
	require.Zero(t, testing.AllocsPerRun(10, func() {
		p.First(len(set), buf)
		p.Among(len(set), some, buf)
		p.Find(set[7], 50)
		p.Find(set[200], 300)
	}))
}

func BenchmarkFirst(b *testing.B) {
	set := randomSet(rand.New(rand.NewPCG(11, 1)), 700)
	buf := make([]uint64, 0, len(set))
	for name, p := range map[string]Packed{"whole": Of(set, true), "dense": Dense(set, true)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.First(len(set), buf)
			}
		})
	}
}

func BenchmarkPack(b *testing.B) {
	set := randomSet(rand.New(rand.NewPCG(11, 1)), 700)
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			Of(set, true)
		}
	})
	b.Run("dense", func(b *testing.B) {
		for b.Loop() {
			Dense(set, true)
		}
	})
}

// What is between two bounds against a walk through all of it.
func TestBetween(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(10, 1))
	for i := range 3000 {
		elements := randomSet(rng, rng.IntN(300))
		for _, p := range []Packed{Dense(elements, i%2 == 0), Of(elements, i%2 == 0)} {
			all := p.First(p.Len(), nil)
			n := rng.IntN(len(all) + 1)
			bound := func() uint64 {
				switch {
				case rng.IntN(8) == 0:
					return 0
				case len(all) > 0 && rng.IntN(2) == 0:
					return all[rng.IntN(len(all))] + rng.Uint64N(3) - 1
				}
				return rng.Uint64() >> rng.IntN(5)
			}
			from, below := bound()&^Prose, bound()&^Prose
			var want []uint64
			place := n
			for i, e := range all[:n] {
				if e >= from && (below == 0 || e < below) {
					place = min(place, i)
					want = append(want, e)
				}
			}
			got, first := p.Between(from, below, n, nil)
			require.Equal(t, want, append([]uint64(nil), got...))
			if len(want) > 0 {
				require.Equal(t, place, first)
			}
		}
	}
}
