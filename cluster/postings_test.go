package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The table against a map of lists, with few enough keys that their tags and
// segments are often the same only where the keys are.
func TestPostings(t *testing.T) {
	for _, bound := range []int{1, 3, 32} {
		for seed := range uint64(3) {
			rng := rand.New(rand.NewPCG(seed, 2))
			keys := make([]uint32, 300)
			for i := range keys {
				// Four segments, so that they grow; tags bunched at both ends.
				keys[i] = uint32(i%4)<<16 | uint32(rng.IntN(200))
				if i%3 == 0 {
					keys[i] |= 0xFF00
				}
			}
			p := newPostings(bound)
			var docs bitset // those that are there
			n := uint32(0)
			want := map[uint32][]uint32{}
			marks := map[[2]uint32]bool{}
			check := func() {
				for _, k := range keys {
					var got []uint32
					for _, e := range p.get(nil, k, docs) {
						require.Equal(t, marks[[2]uint32{k, e.doc()}], e&marked != 0)
						got = append(got, e.doc())
					}
					require.Equal(t, len(want[k]), len(got))
					if len(got) > 0 {
						require.Equal(t, want[k], got)
					}
				}
			}
			for range 3000 {
				if n++; n == 1500 { // from here on numbers need wide places
					n += 1 << 21
				}
				docs.add(n)
				k := keys[rng.IntN(len(keys))]
				p.add(k, postingOf(n), docs)
				if want[k] = append(want[k], n); len(want[k]) > bound {
					want[k] = want[k][1:]
				}
				if k := keys[rng.IntN(len(keys))]; len(want[k]) > 0 {
					doc, on := want[k][rng.IntN(len(want[k]))], rng.IntN(2) == 0
					p.mark(k, doc, on)
					marks[[2]uint32{k, doc}] = on
				}
				if k := keys[rng.IntN(len(keys))]; n%5 == 0 && len(want[k]) > 0 { // one is taken out
					i := rng.IntN(len(want[k]))
					p.remove(k, want[k][i])
					want[k] = slices.Delete(want[k], i, i+1)
				}
				if n%7 == 0 { // one goes
					gone := uint32(rng.IntN(int(n)))
					docs.remove(gone)
					for k := range want {
						want[k] = slices.DeleteFunc(want[k], func(d uint32) bool { return d == gone })
					}
				}
				if n%1000 == 999 {
					check()
					p.sweep(docs)
					entries := 0
					for _, l := range want {
						entries += len(l)
					}
					require.Equal(t, entries, p.entries)
					check()
				}
			}
			clear(docs)
			p.sweep(docs)
			require.Zero(t, p.entries)
			require.Zero(t, p.bytes())
		}
	}
}
