package sets

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomSet returns a set of hashes, of which some may be close together, and the last ones
// at the end of what there is.
func randomSet(rng *rand.Rand, n int) []uint64 {
	set := []uint64{}
	for len(set) < n {
		e := rng.Uint64()
		set = append(set, e)
		switch rng.IntN(20) {
		case 0: // one that is the same when rounded, or nearly
			set = append(set, e^1<<rng.IntN(40))
		case 1:
			set = append(set, 1<<64-1-rng.Uint64N(1<<40))
		}
	}
	slices.Sort(set)
	return slices.CompactFunc(set, func(a, b uint64) bool { return a>>1 == b>>1 })
}

// A dense set has what the set has that it was made of: all bits of the first elements,
// and the upper ones of the others.
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
		exact := rng.IntN(n + 1)
		p := Dense(set, exact, true)
		require.Equal(t, n, p.Len())
		require.True(t, p.Whole())
		require.False(t, p.Storable())
		require.Equal(t, p, p.Densely(exact))
		require.Equal(t, p, Of(set, true).Densely(exact))
		require.Equal(t, set[:exact], p.Sample(exact, []uint64{}))
		all := p.First(n, nil)
		for i, e := range set {
			require.Equal(t, p.Rounded(e)>>1, all[i]>>1)
			if i == 0 || p.Rounded(e)>>1 != p.Rounded(set[i-1])>>1 {
				require.Equal(t, e&Prose, all[i]&Prose)
			}
			if i < exact {
				require.Equal(t, e, p.At(i))
			} else {
				require.Equal(t, all[i], p.At(i))
			}
		}
		part := rng.IntN(n + 1)
		require.Equal(t, append([]uint64{}, all[:part]...), p.First(part, make([]uint64, 0, n+1)))
	}
}

// Samples are as Of has them.
func TestDenseSample(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 1))
	for range 2000 {
		set := randomSet(rng, rng.IntN(120))
		want, p := Of(set, false), Dense(set, 0, false)
		n := want.Len()
		require.Equal(t, n, p.Len())
		require.False(t, p.Whole())
		require.Equal(t, p, want.Densely(0))
		require.Equal(t, want.First(n, nil), p.First(n, nil))
		require.Equal(t, want.First(n, nil), p.Sample(n, nil))
		for i := range n {
			require.Equal(t, want.At(i), p.At(i))
			require.Equal(t, want.At(i), p.Rounded(p.At(i)))
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
		p := Dense(all, len(all), false)
		exact := p.Len()
		if i%2 == 0 {
			exact = rng.IntN(len(all) + 1)
			p = Dense(all, exact, true)
		}
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
		some = append(some, p.Rounded(rng.Uint64()), p.Rounded(rng.Uint64()))
		slices.Sort(some)
		some = slices.CompactFunc(some, func(a, b uint64) bool { return a>>1 == b>>1 })
		last := uint64(1)
		for _, e := range all[:n] {
			if e>>1 != last>>1 && slices.ContainsFunc(some, func(o uint64) bool { return o>>1 == e>>1 }) {
				want = append(want, e)
			}
			last = e
		}
		require.Equal(t, want, append([]uint64(nil), p.Among(n, some, nil)...))

		in := min(n, exact)
		for _, e := range append(some, limit) {
			place, ok := p.Find(e, in)
			at := slices.IndexFunc(p.Sample(in, nil), func(o uint64) bool { return o>>1 == e>>1 })
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
	p := Dense(set, 50, true)
	buf := make([]uint64, 0, len(set))
	some := p.First(len(set), nil)[100:200]
	require.Zero(t, testing.AllocsPerRun(10, func() {
		p.First(len(set), buf)
		p.Among(len(set), some, buf)
		p.Find(set[7], 50)
	}))
}

func BenchmarkFirst(b *testing.B) {
	set := randomSet(rand.New(rand.NewPCG(11, 1)), 700)
	buf := make([]uint64, 0, len(set))
	for name, p := range map[string]Packed{"whole": Of(set, true), "dense": Dense(set, 50, true)} {
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
			Dense(set, 50, true)
		}
	})
}
