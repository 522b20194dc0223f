package minhash

import (
	"fmt"
	"math"
)

// Bands cuts the first Rows·Bands slots of a signature into bands; two documents
// are candidates if any band agrees in all of its rows. [Tune] chooses both.
type Bands struct {
	Rows, Bands int
}

// Recall is the probability that two sets of Jaccard similarity j share at least
// one band,
//
//	1 − (1 − j^r)^b
//
// with r rows and b bands (Leskovec, Rajaraman and Ullman, "Mining of Massive
// Datasets", section 3.4.2, after Indyk and Motwani 1998). j is taken as 0 below
// 0 and as 1 above. It is exact for independent slots. Those of FastSimilarity
// are not quite independent where a set has fewer shingles than slots; the
// measured share of found pairs then stays within .02 of this.
func (b Bands) Recall(j float64) float64 {
	band := math.Pow(min(max(j, 0), 1), float64(b.Rows))
	// Not 1−pow(1−band, b): that is 0 for band < 1e-16, which matters when it is
	// multiplied with the number of pairs of a large collection.
	return -math.Expm1(float64(b.Bands) * math.Log1p(-band))
}

// Slots is the number of slots in use.
func (b Bands) Slots() int { return b.Rows * b.Bands }

// AppendBands appends a key for each band: equal keys mean equal bands, but for a
// chance of 2⁻⁶⁴. Keys are comparable between signatures of one scheme cut into
// the same number of rows. An empty set has no keys, and so no candidates.
//
// The key of band j over the words w₀ … of its rows, in version 1, is hᵣ with
// h₀ = (j+1)·0x9e3779b97f4a7c15 and hᵢ₊₁ = mix(hᵢ XOR wᵢ).
//
// The error wraps ErrOptions if the bands need more slots than there are or are
// not positive, and ErrScheme if the signature is a zero value; dst is then
// returned as it was.
func (s *Signature) AppendBands(dst []uint64, b Bands) ([]uint64, error) {
	if s.scheme == (Scheme{}) {
		return dst, fmt.Errorf("%w: bands of a signature with no scheme, want a signed one", ErrScheme)
	}
	if b.Rows < 1 || b.Bands < 1 || b.Rows > len(s.slots)/b.Bands {
		return dst, fmt.Errorf("%w: %d bands of %d rows, want at least 1 of each and at most %d slots",
			ErrOptions, b.Bands, b.Rows, len(s.slots))
	}
	if s.Empty() {
		return dst, nil
	}
	for j := range b.Bands {
		h := uint64(j+1) * golden
		for _, w := range s.slots[j*b.Rows : (j+1)*b.Rows] {
			h = mix(h ^ w)
		}
		dst = append(dst, h)
	}
	return dst, nil
}
