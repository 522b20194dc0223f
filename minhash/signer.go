package minhash

import "slices"

// A Signer computes signatures of one scheme. It holds memory that it reuses:
// give each goroutine its own. The zero value is not usable.
type Signer struct {
	scheme  Scheme
	keys    []uint64 // of the 2·Slots rounds; FastSimilarity only
	choices choices
	classic *classic // Classic only
}

// NewSigner returns a signer for a scheme, whose zero fields mean the defaults.
// The error wraps ErrOptions.
func NewSigner(scheme Scheme) (*Signer, error) {
	scheme, err := scheme.Normalise()
	if err != nil {
		return nil, err
	}
	s := &Signer{scheme: scheme}
	switch scheme.Method {
	case Classic:
		s.classic = newClassic(scheme)
	default:
		s.keys = make([]uint64, 2*scheme.Slots)
		for i := range s.keys {
			s.keys[i] = key(scheme.Seed, i+1)
		}
	}
	return s, nil
}

// Scheme returns the signer's scheme with its defaults written out.
func (s *Signer) Scheme() Scheme { return s.scheme }

// Sign makes dst the signature of a set of shingles, in any order and however
// often each occurs. The former content of dst is lost and its memory reused, so
// that nothing is allocated once dst has been used with as many slots; keep a
// signature beyond the next call with [Signature.Clone].
//
// FastSimilarity takes about 1.4 hash evaluations a shingle for 700 shingles and
// 128 slots, and t·ln t of them altogether, in the mean, for few shingles and t
// slots. Classic takes t steps a shingle.
func (s *Signer) Sign(dst *Signature, shingles []uint64) {
	dst.scheme = s.scheme
	dst.slots = slices.Grow(dst.slots[:0], s.scheme.Slots)[:s.scheme.Slots]
	if s.classic != nil {
		s.classic.sign(dst.slots, shingles)
		return
	}
	fastSimilarity(dst.slots, shingles, s.keys, &s.choices)
}
