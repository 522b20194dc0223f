package minhash

import "fmt"

// Method is the way in which a signature is computed.
type Method uint8

const (
	// FastSimilarity is Fast Similarity Sketching, the default.
	FastSimilarity Method = iota
	// Classic is MinHash with one hash function a slot, as go-minhash computes
	// it; for signatures that must be comparable with such ones made elsewhere.
	// It costs some 35 times as much as FastSimilarity for 700 shingles, and more
	// where that has vectors.
	Classic
)

// String gives "fast-similarity", "classic" or, for other values, "method(7)".
func (m Method) String() string {
	switch m {
	case FastSimilarity:
		return "fast-similarity"
	case Classic:
		return "classic"
	}
	return fmt.Sprintf("method(%d)", uint8(m))
}

const (
	// DefaultSlots stands for 0 in Scheme.Slots.
	DefaultSlots = 128
	// DefaultK stands for 0 in Scheme.K.
	DefaultK = 5

	maxSlots = 4096
	maxK     = 255
)

// Scheme is everything that two signatures must have in common to be comparable.
// Schemes compare with ==, after Normalise.
//
// FastSimilarity is the algorithm of Dahlgaard, Knudsen and Thorup, "Fast
// Similarity Sketching" (FOCS 2017, arXiv:1704.04370). With t slots,
// in round i = 0, 1, …, 2t−1 each shingle x is hashed to a slot b and to a value
// v in [0, 1), and slot b keeps the least i+v it has met; in round i ≥ t all
// shingles go to slot i−t, so that every slot is filled at last. It ends with the
// first round that leaves no slot empty: for more than a few hundred shingles
// that is mostly round 0 or 1, whence one or two hash evaluations a shingle
// instead of t. The version 1 of its hash:
//
//	h = mix(x XOR key(i)),  b = ⌊h·t / 2⁶⁴⌋,  v = ⌊(h·t mod 2⁶⁴) / 2¹⁶⌋ / 2⁴⁸
//
// mix being the finaliser of SplitMix64 and key(i) = mix(mix(Seed+g) + (i+1)·g)
// with g = 0x9e3779b97f4a7c15. Slot and value come from different bits of h, and
// the chances of two slots differ by less than t/2⁶⁴ where t is not a power of
// two. A slot's word is i in the top 16 bits and v·2⁴⁸ below.
//
// Classic is described at [ClassicHashes].
type Scheme struct {
	// Method of computing the slots. The zero value is FastSimilarity.
	Method Method
	// Slots is the length of a signature, 1 to 4096; 0 means 128. A signature
	// takes 8 bytes a slot, and its standard error falls with √Slots.
	Slots int
	// Seed selects the hash functions. Any value will do, 0 as well.
	Seed uint64
	// K is the number of words in a shingle, 1 to 255; 0 means 5. It changes no
	// hash: it is carried along so that sets of unlike shingles are never compared.
	K int

	_ struct{} // fields are to be named
}

// Normalise returns s with its defaults written out, or an error that wraps
// ErrOptions if a field is out of range.
func (s Scheme) Normalise() (Scheme, error) {
	if s.Slots == 0 {
		s.Slots = DefaultSlots
	}
	if s.K == 0 {
		s.K = DefaultK
	}
	if s.Method > Classic {
		return Scheme{}, fmt.Errorf("%w: %v, want fast-similarity or classic", ErrOptions, s.Method)
	}
	if s.Slots < 1 || s.Slots > maxSlots {
		return Scheme{}, fmt.Errorf("%w: %d slots, want 1 to %d", ErrOptions, s.Slots, maxSlots)
	}
	if err := checkK(s.K); err != nil {
		return Scheme{}, err
	}
	return s, nil
}

// Validate reports what Normalise would find wrong.
func (s Scheme) Validate() error {
	_, err := s.Normalise()
	return err
}

// String names the scheme in errors and logs.
func (s Scheme) String() string {
	if s == (Scheme{}) {
		return "(no scheme)"
	}
	return fmt.Sprintf("%v slots=%d seed=%#x k=%d", s.Method, s.Slots, s.Seed, s.K)
}

func checkK(k int) error {
	if k < 1 || k > maxK {
		return fmt.Errorf("%w: shingles of %d words, want 1 to %d", ErrOptions, k, maxK)
	}
	return nil
}
