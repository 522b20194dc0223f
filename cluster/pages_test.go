package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// randomPage makes postings of a page, as a checkpoint writes them.
func randomPage(rng *rand.Rand) (page []byte) {
	for tag := range uint32(12) {
		if rng.IntN(2) == 0 {
			continue
		}
		replacing := rng.IntN(4) == 0
		n := rng.IntN(4)
		if n == 0 && replacing {
			page = appendPosting(page, tag, 0, true)
		}
		for range n {
			page = appendPosting(page, tag, postingOf(uint32(rng.IntN(1000))), replacing)
			replacing = false
		}
	}
	return page
}

// What merging keeps of each key is what a map of lists has, in whatever order
// neighbours are merged.
func TestMergePages(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 2000 {
		parts := make([][]byte, 1+rng.IntN(6))
		want := map[uint16][]posting{}
		for i := range parts {
			parts[i] = randomPage(rng)
			for tag := range uint16(12) {
				n := run(parts[i], func(t uint16) bool { return t < tag })
				if n < len(parts[i]) && tagAt(parts[i][n:], 0) == tag && parts[i][n+1]&(replaces>>8) != 0 {
					want[tag] = nil
				}
				want[tag] = append(want[tag], listIn(parts[i], tag)...)
			}
		}
		for len(parts) > 1 {
			i := rng.IntN(len(parts) - 1)
			parts[i] = MergePages(nil, parts[i], parts[i+1])
			parts = slices.Delete(parts, i+1, i+2)
		}
		for tag := range uint16(12) {
			require.Equal(t, want[tag], listIn(parts[0], tag))
		}
	}
}

func FuzzMergePages(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 2))
	f.Add(randomPage(rng), randomPage(rng))
	f.Add([]byte{1, 2, 3}, []byte{4})
	f.Fuzz(func(t *testing.T, older, newer []byte) {
		MergePages(nil, older, newer) // whatever is on a disk, it ends
		swept(older, bitset{1<<64 - 1})
		listIn(newer, 3)
	})
}

func TestSwept(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var there bitset
	for n := range uint32(1000) {
		if rng.IntN(2) == 0 {
			there.add(n)
		}
	}
	for range 200 {
		page := randomPage(rng)
		rest, less := swept(page, there)
		for tag := range uint16(12) {
			want := slices.DeleteFunc(listIn(page, tag), func(p posting) bool { return !there.has(p.doc()) })
			got := listIn(rest, tag)
			assert.Equal(t, append([]posting{}, want...), append([]posting{}, got...))
		}
		assert.Equal(t, less, len(rest) < len(page))
	}
}

// A filter has what was added, and of other keys no more than one in 25 when it
// is full.
func TestFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const keys = 200_000
	f := newFilter(keys)
	known := map[uint32]bool{}
	for len(known) < keys {
		k := rng.Uint32()
		known[k] = true
		f.add(k)
	}
	for k := range known {
		require.True(t, f.has(k))
	}
	passed, asked := 0, 0
	for asked < 200_000 {
		if k := rng.Uint32(); !known[k] {
			asked++
			if f.has(k) {
				passed++
			}
		}
	}
	assert.Less(t, passed, asked/25)
}

// Lists that were read are remembered, and follow what is written.
func TestRememberedLists(t *testing.T) {
	p := &pages{most: 4000}
	want := map[uint32][]posting{}
	rng := rand.New(rand.NewPCG(3, 5))
	for round := range 300 {
		for range 10 {
			k := uint32(rng.IntN(500))
			if got, ok := p.known(k); ok {
				require.Equal(t, append([]posting{}, want[k]...), append([]posting{}, got...), k)
			} else {
				p.learn(k, want[k])
			}
		}
		l := newLayer()
		for range 5 {
			k, e := uint32(rng.IntN(500)), postingOf(uint32(round))
			if l.postings.add(k, e, nil); rng.IntN(3) == 0 {
				l.complete[k] = true
			}
		}
		for k := range uint32(500) {
			if l.complete[k] {
				want[k] = nil
			}
			want[k] = l.get(slices.Clone(want[k]), k, nil)
		}
		p.follow(&l)
	}
}
