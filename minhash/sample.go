package minhash

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Sample is a sketch of a set that estimates containment: all of the set's shingles
// whose hash is up to a limit, which is the scheme's unless the set is small.
//
// The zero value is the sample of an empty set under no scheme. It can be sampled
// into, decoded into and merged into; comparing it is an error.
//
// Copies share memory. Methods that only read are safe for concurrent use.
type Sample struct {
	scheme SampleScheme // normalised; zero in the zero value
	limit  uint64
	hashes []uint64 // ascending, distinct, up to limit
}

// Scheme returns the scheme of the sample, with defaults written out, or the zero
// SampleScheme if it has none.
func (s *Sample) Scheme() SampleScheme { return s.scheme }

// Hashes returns the hashes of the sampled shingles, ascending and distinct. The
// slice is the sample's own: read it, and copy it to keep it.
func (s *Sample) Hashes() []uint64 { return s.hashes }

// Limit is the hash up to which the sample has every shingle of the set:
// math.MaxUint64 if it has them all, and 0 for the zero value.
func (s *Sample) Limit() uint64 { return s.limit }

// Exact reports whether the sample holds the whole set. Estimates from two such
// samples are exact.
func (s *Sample) Exact() bool { return s.limit == math.MaxUint64 || s.scheme == (SampleScheme{}) }

// Empty reports whether the sample is that of an empty set, the zero value
// included.
func (s *Sample) Empty() bool { return len(s.hashes) == 0 }

// Clone returns a copy that shares no memory with s.
func (s *Sample) Clone() Sample {
	c := *s
	c.hashes = slices.Clone(s.hashes)
	return c
}

// Containment estimates the share of the set of s that is in the set of o,
// |A∩B|/|A|, from the hashes up to the lesser of both limits: there, both samples
// have everything. If either set is empty it is 0, with certainty.
//
// The standard error is the binomial one of the n shingles of s up to that limit,
// with the finite population's factor; n is about |A|/Scale, so a page of 5,000
// shingles (limit 1/8) judges an article of 400 by 50: ±.07 at the worst.
//
// Bias: none at a scheme's limit, given n > 0. With n = 0 counted as a containment
// of 0 the mean would be C·(1−(1−p)^|A|), p being the share of hashes up to the
// limit, for which Hera, Pierce-Ward and Koslicki ("Debiasing FracMinHash", 2023)
// divide by the second factor; here n = 0 gives 0 ± ½, which claims nothing, and
// nothing is divided. Where the floor of o sets
// the limit the ratio is biased by about +C(1−C)²/Floor, under .003 by default.
//
// The error wraps ErrScheme if the schemes differ or either sample has none.
func (s *Sample) Containment(o *Sample) (Estimate, error) {
	c, err := s.count(o)
	if err != nil || s.Empty() || o.Empty() {
		return Estimate{}, err
	}
	return share(c.both, c.s, c.sampled), nil
}

// Jaccard estimates |A∩B|/|A∪B| as Containment does its share, from the shingles
// of either set up to the lesser limit. If either set is empty it is 0, with
// certainty. The error wraps ErrScheme if the schemes differ or either sample has
// none.
func (s *Sample) Jaccard(o *Sample) (Estimate, error) {
	c, err := s.count(o)
	if err != nil || s.Empty() || o.Empty() {
		return Estimate{}, err
	}
	return share(c.both, c.s+c.o-c.both, c.sampled), nil
}

// Cardinality estimates the number of distinct shingles in the set. It is exact if
// the sample is. Otherwise, with n hashes up to a limit that is a share p of all
// hashes, it is n/p at the scheme's limit, and (n−1)/p at one that the floor chose,
// which lies on the n-th hash (Bar-Yossef et al. 2002); the standard error is
// √(n(1−p))/p.
func (s *Sample) Cardinality() Estimate {
	n := float64(len(s.hashes))
	if s.Exact() {
		return Estimate{Value: n}
	}
	p := portion(s.limit)
	e := Estimate{Value: n / p, StdErr: math.Sqrt(n*(1-p)) / p}
	if s.limit != s.scheme.limit() {
		e.Value = (n - 1) / p
	}
	return e
}

// Merge makes s the sample of the union of both sets: exactly the one that sampling
// the union would give. The zero value takes over the scheme of o, so that a union
// can be built up from nothing. It allocates the new sample.
//
// The error wraps ErrScheme if the schemes differ or o has none; s is then
// unchanged.
func (s *Sample) Merge(o *Sample) error {
	if o != nil && s.scheme == (SampleScheme{}) && o.scheme != (SampleScheme{}) {
		*s = o.Clone()
		return nil
	}
	if err := s.comparable(o); err != nil {
		return err
	}
	limit := min(s.limit, o.limit)
	union := make([]uint64, 0, len(s.hashes)+len(o.hashes))
	a, b := s.hashes, o.hashes
	for len(a) > 0 || len(b) > 0 {
		var h uint64
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			h, a = a[0], a[1:]
		case len(a) == 0 || b[0] < a[0]:
			h, b = b[0], b[1:]
		default:
			h, a, b = a[0], a[1:], b[1:]
		}
		if h > limit {
			break
		}
		union = append(union, h)
	}
	s.hashes, s.limit = union, limit
	s.cut()
	return nil
}

// cut reduces s, which has every shingle up to its limit and is to have at least
// Floor of them or all, to what the scheme keeps. What it gives depends on the set
// alone, not on the limit: that is the law of Merge. For if s had been reduced from
// the whole set, the same hashes would stay, the scheme's limit and the Floor-th
// hash being both within s.
func (s *Sample) cut() {
	limit, floor := s.scheme.limit(), s.scheme.Floor
	below := upTo(s.hashes, limit)
	keep := below
	if below < floor {
		keep = min(floor, len(s.hashes))
	}
	if keep == len(s.hashes) && s.limit == math.MaxUint64 {
		return
	}
	s.hashes = s.hashes[:keep]
	s.limit = limit
	if below < floor {
		s.limit = s.hashes[keep-1]
	}
}

// counts of the shingles of two samples up to the lesser of their limits.
type counts struct {
	s, o, both int
	sampled    float64 // share of all hashes up to that limit
}

func (s *Sample) count(o *Sample) (counts, error) {
	if err := s.comparable(o); err != nil {
		return counts{}, err
	}
	limit := min(s.limit, o.limit)
	a, b := s.hashes[:upTo(s.hashes, limit)], o.hashes[:upTo(o.hashes, limit)]
	return counts{s: len(a), o: len(b), both: shared(a, b), sampled: portion(limit)}, nil
}

// shared counts the values that two ascending slices have in common. The steps are
// taken without branches, since which slice has the next value is a coin's toss.
func shared(a, b []uint64) (n int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i], b[j]
		if x <= y {
			i++
		}
		if y <= x {
			j++
		}
		if x == y {
			n++
		}
	}
	return n
}

// upTo is the number of leading hashes that are at most limit.
func upTo(hashes []uint64, limit uint64) int {
	return sort.Search(len(hashes), func(i int) bool { return hashes[i] > limit })
}

// portion is the share of all hashes that are at most limit.
func portion(limit uint64) float64 {
	if limit == math.MaxUint64 {
		return 1
	}
	return min(float64(limit+1)*0x1p-64, 1-0x1p-53) // below 1 in spite of rounding
}

func (s *Sample) comparable(o *Sample) error {
	var other SampleScheme
	if o != nil {
		other = o.scheme
	}
	if s.scheme != other || s.scheme == (SampleScheme{}) {
		return fmt.Errorf("%w: samples by %v and %v, want the same scheme", ErrScheme, s.scheme, other)
	}
	return nil
}
