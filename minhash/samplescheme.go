package minhash

import (
	"fmt"
	"math"
)

const (
	// DefaultScale stands for 0 in SampleScheme.Scale.
	DefaultScale = 8
	// DefaultFloor stands for 0 in SampleScheme.Floor.
	DefaultFloor = 64

	maxScale = 1 << 32
	maxFloor = 1 << 16
)

// SampleScheme is everything that two samples must have in common to be
// comparable. Schemes compare with ==, after Normalise.
//
// A sample is that of FracMinHash (Irber et al., "Lightweight compositional
// analysis of metagenomes with FracMinHash and minimum metagenome covers", 2022):
// the shingles whose hash is below 2⁶⁴/Scale. A set with fewer than Floor such
// shingles keeps its Floor least hashes instead, the bottom-k sketch of Cohen and
// Kaplan (2007), or all of them if it has no more. The hash of a shingle x, in
// version 1, is
//
//	mix(x XOR mix(mix(Seed + 0x9e3779b97f4a7c15)))
//
// with the finaliser of SplitMix64. It is a bijection, so that hashes stand for
// shingles without collisions.
type SampleScheme struct {
	// Scale: one shingle in Scale is kept, 1 to 2³²; 0 means 8, and 1 keeps all.
	Scale uint64
	// Floor is the least number of shingles to keep, 1 to 65536; 0 means 64.
	Floor int
	// Seed selects the hash function. Any value will do, 0 as well.
	Seed uint64
	// K is the number of words in a shingle, 1 to 255; 0 means 5. It changes no
	// hash: it is carried along so that sets of unlike shingles are never compared.
	K int

	_ struct{} // fields are to be named
}

// Normalise returns s with its defaults written out, or an error that wraps
// ErrOptions if a field is out of range.
func (s SampleScheme) Normalise() (SampleScheme, error) {
	if s.Scale == 0 {
		s.Scale = DefaultScale
	}
	if s.Floor == 0 {
		s.Floor = DefaultFloor
	}
	if s.K == 0 {
		s.K = DefaultK
	}
	if s.Scale > maxScale {
		return SampleScheme{}, fmt.Errorf("%w: scale %d, want 1 to %d", ErrOptions, s.Scale, uint64(maxScale))
	}
	if s.Floor < 1 || s.Floor > maxFloor {
		return SampleScheme{}, fmt.Errorf("%w: floor %d, want 1 to %d", ErrOptions, s.Floor, maxFloor)
	}
	if err := checkK(s.K); err != nil {
		return SampleScheme{}, err
	}
	return s, nil
}

// Validate reports what Normalise would find wrong.
func (s SampleScheme) Validate() error {
	_, err := s.Normalise()
	return err
}

// String names the scheme in errors and logs.
func (s SampleScheme) String() string {
	if s == (SampleScheme{}) {
		return "(no scheme)"
	}
	return fmt.Sprintf("scale=%d floor=%d seed=%#x k=%d", s.Scale, s.Floor, s.Seed, s.K)
}

// limit is the greatest hash below 2⁶⁴/Scale.
func (s SampleScheme) limit() uint64 { return math.MaxUint64 / s.Scale }
