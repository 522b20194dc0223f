package minhash

import (
	"math"
	"math/bits"
	"slices"
)

// A Sampler computes samples of one scheme. It holds memory that it reuses: give
// each goroutine its own. The zero value is not usable.
type Sampler struct {
	scheme SampleScheme
	key    uint64
	kept   []uint64
	sorter sorter
}

// NewSampler returns a sampler for a scheme, whose zero fields mean the defaults.
// The error wraps ErrOptions.
func NewSampler(scheme SampleScheme) (*Sampler, error) {
	scheme, err := scheme.Normalise()
	if err != nil {
		return nil, err
	}
	return &Sampler{scheme: scheme, key: key(scheme.Seed, 0)}, nil
}

// Scheme returns the sampler's scheme with its defaults written out.
func (s *Sampler) Scheme() SampleScheme { return s.scheme }

// Sample makes dst the sample of a set of shingles, in any order and however often
// each occurs. The former content of dst is lost and its memory reused, so that
// nothing is allocated once dst and the sampler have seen as large a set; keep a
// sample beyond the next call with [Sample.Clone].
//
// It takes one hash evaluation a shingle, and sorts only what it keeps. Only a set
// with many repeated shingles may need a second pass to reach the floor.
func (s *Sampler) Sample(dst *Sample, shingles []uint64) {
	dst.scheme = s.scheme
	for limit := s.firstLimit(len(shingles)); ; limit = raise(limit) {
		kept := s.collect(shingles, limit)
		if len(kept) == len(shingles) {
			limit = math.MaxUint64 // none is left out
		}
		dst.hashes = slices.Grow(dst.hashes[:0], len(kept))[:len(kept)]
		s.sorter.sort(dst.hashes, kept)
		dst.hashes = slices.Compact(dst.hashes)
		if len(dst.hashes) >= s.scheme.Floor || limit == math.MaxUint64 {
			dst.limit = limit
			dst.cut()
			return
		}
	}
}

// firstLimit is the scheme's limit, or a greater one at which a set of n distinct
// shingles would keep half again as many as the floor, and 8: fewer than the floor
// then remain less than once in 1,000 sets, for any floor.
func (s *Sampler) firstLimit(n int) uint64 {
	want := uint64(s.scheme.Floor + s.scheme.Floor/2 + 8)
	if uint64(n) <= want {
		return math.MaxUint64
	}
	return max(s.scheme.limit(), math.MaxUint64/uint64(n)*want)
}

func raise(limit uint64) uint64 {
	if limit > math.MaxUint64/4 {
		return math.MaxUint64
	}
	return 4 * limit
}

// collect gives the hashes up to the limit, in the order of the shingles. Each is
// written, and the next overwrites it unless it is to stay, because a branch taken
// once in Scale times would be mispredicted as often.
func (s *Sampler) collect(shingles []uint64, limit uint64) []uint64 {
	s.kept = slices.Grow(s.kept[:0], len(shingles))[:len(shingles)]
	kept, key, n := s.kept, s.key, 0
	for _, x := range shingles {
		h := mix(x ^ key)
		kept[n] = h
		if h <= limit {
			n++
		}
	}
	return kept[:n]
}

// sorter sorts hashes faster than comparisons would, since they are uniform: it
// scatters them by their leading bits and mends the little that is then out of
// order. 90 hashes take a quarter of the 3 µs of slices.Sort.
type sorter struct {
	ends [256]uint16
}

const (
	scatterMost   = 4096 // more hashes are left to slices.Sort
	scatterBucket = 64   // as is a bucket that no uniform hash would fill so
)

// sort writes the sorted hashes of from to to, which has the same length.
func (s *sorter) sort(to, from []uint64) {
	if len(from) > scatterMost {
		copy(to, from)
		slices.Sort(to)
		return
	}
	var all uint64
	for _, h := range from {
		all |= h
	}
	shift := max(bits.Len64(all)-8, 0) & 63
	clear(s.ends[:])
	for _, h := range from {
		s.ends[uint8(h>>shift)]++
	}
	var end, fullest uint16
	for i := range s.ends {
		n := s.ends[i]
		end += n
		fullest = max(fullest, n)
		s.ends[i] = end
	}
	if fullest > scatterBucket {
		copy(to, from)
		slices.Sort(to)
		return
	}
	for _, h := range from {
		b := uint8(h >> shift)
		s.ends[b]--
		to[s.ends[b]] = h
	}
	for i := 1; i < len(to); i++ {
		h, j := to[i], i
		for ; j > 0 && to[j-1] > h; j-- {
			to[j] = to[j-1]
		}
		to[j] = h
	}
}
