package sets

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Sets against maps from shingles to whether they are running text.
func TestOperations(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	make := func() (elements []uint64, flags map[uint64]uint64) {
		flags = map[uint64]uint64{}
		for range rng.IntN(60) {
			flags[uint64(rng.IntN(80))] = uint64(rng.IntN(2))
		}
		for h, f := range flags {
			elements = append(elements, h<<1|f)
		}
		slices.Sort(elements)
		return elements, flags
	}
	for range 2000 {
		a, inA := make()
		b, inB := make()
		n, proseA, proseB := 0, 0, 0
		for h, f := range inA {
			if g, ok := inB[h]; ok {
				n++
				proseA += int(f)
				proseB += int(g)
			}
		}
		gotN, gotA, gotB := Shared(a, b)
		assert.Equal(t, []int{n, proseA, proseB}, []int{gotN, gotA, gotB})

		both := Intersect(nil, a, b)
		assert.Len(t, both, n)
		for _, e := range both {
			assert.Equal(t, inA[e>>1]&inB[e>>1], e&Prose)
		}
		rest := Without(a, b)
		assert.Equal(t, len(a)-n, len(rest))
		for _, e := range rest {
			_, ok := inB[e>>1]
			assert.False(t, ok)
		}
		all := Union(a, b)
		assert.Equal(t, len(a)+len(b)-n, len(all))
		assert.True(t, slices.IsSorted(all))
		for _, e := range all {
			assert.Equal(t, inA[e>>1]|inB[e>>1], e&Prose)
		}
		assert.Equal(t, CountProse(a), CountProse(rest)+proseA)
		assert.Equal(t, len(a) == n && len(b) == n, Equal(a, b))

		limit := uint64(rng.IntN(170))
		part := UpTo(a, limit)
		for i, e := range a {
			assert.Equal(t, e>>1 <= limit>>1, i < len(part))
		}
	}
}

// What is packed is unpacked as it was, or with the upper 31 bits of each element.
func TestPacked(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for n := range 60 {
		var elements []uint64
		for range n {
			elements = append(elements, Round(rng.Uint64()>>rng.IntN(8)))
		}
		slices.Sort(elements)
		whole, part := Of(elements, true), Of(elements, false)
		require.Equal(t, n, whole.Len())
		require.Equal(t, n, part.Len())
		require.Equal(t, 5*n, whole.Bytes())
		require.Equal(t, 4*n, part.Bytes())
		require.Equal(t, elements, append([]uint64(nil), whole.First(n, nil)...))
		require.Equal(t, whole, FromBytes(whole.Stored(), whole.Whole()))
		for i, e := range elements {
			require.Equal(t, e, whole.At(i))
			require.Equal(t, e>>33<<33|e&Prose, part.At(i))
			for _, flag := range []uint64{0, Prose} {
				at, ok := whole.Find(e&^Prose|flag, n)
				require.True(t, ok)
				require.Equal(t, i, at)
				_, ok = whole.Find(e, i)
				require.False(t, ok)
			}
			prefix := whole.Prefix(i)
			require.Equal(t, i, prefix.Len())
			require.Equal(t, whole.First(i, nil), prefix.First(i, nil))
			require.Equal(t, part, part.Prefix(i))
		}
	}
	// Elements that the packed form cannot tell apart become one, of running text if
	// one of them is.
	same := Of([]uint64{1 << 40, 1<<40 | 6, 1<<40 | 8 | Prose}, false)
	require.Equal(t, []uint64{1<<40 | Prose}, same.First(same.Len(), nil))
}

// What is looked up in a packed set against a walk through all of it.
func TestLookingUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 2000 {
		random := func(n int) (set []uint64) {
			for range n {
				set = append(set, rng.Uint64N(400)<<33|rng.Uint64N(2))
			}
			slices.Sort(set)
			return slices.CompactFunc(set, func(a, b uint64) bool { return a>>1 == b>>1 })
		}
		all, some := random(rng.IntN(300)), random(rng.IntN(40))
		p := Of(all, rng.IntN(2) == 0)
		n := rng.IntN(len(all) + 1)
		limit := rng.Uint64N(400) << 33
		assert.Equal(t, len(UpTo(all, limit)), p.UpTo(limit))
		assert.Equal(t, CountProse(all[:n]), p.Prose(n))
		var want []uint64
		for _, e := range all[:n] {
			if slices.ContainsFunc(some, func(o uint64) bool { return o>>1 == e>>1 }) {
				want = append(want, e)
			}
		}
		assert.Equal(t, want, append([]uint64(nil), p.Among(n, some, nil)...))
	}
}
