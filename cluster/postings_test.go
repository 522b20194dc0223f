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

// Postings that are added together make the lists that they make one by one, in
// as many places.
func TestAddAll(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 3))
		p, q := newPostings(longestList), newPostings(longestList)
		doc := uint32(0)
		for round := range 30 {
			if round == 20 && seed%2 == 1 { // from here on numbers need wide places
				doc += 1 << 21
			}
			// Some that are there, in segments of which some get most.
			for range 200 {
				doc++
				key := uint32(rng.ExpFloat64()*3)<<16 | uint32(rng.IntN(200))
				for _, t := range []*postings{p, q} {
					t.add(key, postingOf(doc), nil)
				}
			}
			var later pending
			keys := map[uint32]bool{}
			for range 1 << rng.IntN(13) {
				key := uint32(rng.ExpFloat64()*3) << 16
				switch seed % 3 {
				case 0:
					key |= uint32(rng.IntN(1 << 16))
				case 1: // tags bunched at the end
					key |= 0xFF00 | uint32(rng.IntN(256))
				case 2:
					key = rng.Uint32()
				}
				if keys[key] || p.has(key) {
					continue
				}
				keys[key] = true
				doc++
				e := postingOf(doc) | posting(rng.IntN(1<<postingBits))
				p.add(key, e, nil)
				later.add(key, e)
			}
			later.settle(q)
			require.Empty(t, later.postings)
			require.Equal(t, p.entries, q.entries)
			type place struct {
				key uint32
				posting
			}
			list := func(p *postings) (out []place) {
				for key, e := range p.all() {
					require.True(t, p.has(key))
					out = append(out, place{key, e})
				}
				return out
			}
			require.Equal(t, list(p), list(q))
			require.InEpsilon(t, p.blocks.used(), q.blocks.used(), .05)
		}
	}
}

// Whatever their number, and whatever they have in common, hashes are sorted.
func TestSortHashes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	for _, n := range []int{0, 1, 2, 15, 16, 33, 1000, 100_000} {
		for _, mask := range []uint32{1<<32 - 1, 0xFFFF, 0xF0000000} {
			var p pending
			for i := range n {
				p.add(rng.Uint32()&mask, posting(i%1000))
			}
			want := slices.Sorted(slices.Values(p.postings))
			sortHashes(p.postings, 0)
			require.True(t, slices.Equal(want, p.postings))
		}
	}
}
