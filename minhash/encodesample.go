package minhash

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

const (
	sampleMagic  = "RpSm"
	sampleHeader = 40
)

// MarshalBinary encodes the sample in the format that UnmarshalBinary describes.
// The error wraps ErrScheme if s is a zero value.
func (s *Sample) MarshalBinary() ([]byte, error) {
	return s.AppendBinary(make([]byte, 0, sampleHeader+8*len(s.hashes)))
}

// AppendBinary appends what MarshalBinary returns to b, which it returns as it was
// on error.
func (s *Sample) AppendBinary(b []byte) ([]byte, error) {
	if s.scheme == (SampleScheme{}) {
		return b, fmt.Errorf("%w: encoding a sample with no scheme, want a sampled one", ErrScheme)
	}
	b = append(b, sampleMagic...)
	b = append(b, version, 0, byte(s.scheme.K), 0)
	b = binary.LittleEndian.AppendUint64(b, s.scheme.Scale)
	b = binary.LittleEndian.AppendUint64(b, s.scheme.Seed)
	b = binary.LittleEndian.AppendUint64(b, s.limit)
	b = binary.LittleEndian.AppendUint32(b, uint32(s.scheme.Floor))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s.hashes)))
	for _, h := range s.hashes {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	return b, nil
}

// UnmarshalBinary decodes a sample. The format, all numbers little-endian:
//
//	offset  bytes
//	 0      4        "RpSm"
//	 4      1        version, 1: it stands for the hash function, too
//	 5      1        method: 0
//	 6      1        k, 1 to 255
//	 7      1        0
//	 8      8        scale, 1 to 2³²
//	16      8        seed
//	24      8        limit
//	32      4        floor, 1 to 65536
//	36      4        n, the number of hashes
//	40      8·n      the hashes, ascending and distinct
//
// About 740 bytes for an article of 700 shingles. Bytes that no encoder has written
// are rejected: a wrong length, hashes out of order or above the limit, and a limit
// and number of hashes that the scheme would not have chosen.
//
// The memory of s is reused. The length is checked before anything is allocated.
// The error wraps ErrFormat; s is then unchanged.
func (s *Sample) UnmarshalBinary(data []byte) error {
	scheme, err := decodeSampleHeader(data)
	if err != nil {
		return err
	}
	limit := binary.LittleEndian.Uint64(data[24:])
	payload := data[sampleHeader:]
	// Compared as 64 bits: 8·n need not fit in an int.
	if n := binary.LittleEndian.Uint32(data[36:]); 8*uint64(n) != uint64(len(payload)) {
		return fmt.Errorf("%w: sample with %d bytes of hashes, want 8 for each of %d", ErrFormat, len(payload), n)
	}
	if err := checkHashes(scheme, limit, payload); err != nil {
		return err
	}
	n := len(payload) / 8
	s.scheme, s.limit = scheme, limit
	s.hashes = slices.Grow(s.hashes[:0], n)[:n]
	for i := range s.hashes {
		s.hashes[i] = binary.LittleEndian.Uint64(payload[8*i:])
	}
	return nil
}

func decodeSampleHeader(data []byte) (SampleScheme, error) {
	if err := checkHeader(data, sampleMagic, sampleHeader); err != nil {
		return SampleScheme{}, err
	}
	if data[5] != 0 || data[7] != 0 {
		return SampleScheme{}, fmt.Errorf("%w: bytes 5 and 7 of a sample are %d and %d, want 0", ErrFormat, data[5], data[7])
	}
	floor := binary.LittleEndian.Uint32(data[32:])
	scheme := SampleScheme{
		K:     int(data[6]),
		Scale: binary.LittleEndian.Uint64(data[8:]),
		Seed:  binary.LittleEndian.Uint64(data[16:]),
		Floor: int(min(floor, maxFloor+1)), // fits in 32 bits, and is refused
	}
	// A zero is no default here: the encoder writes defaults out.
	if n, err := scheme.Normalise(); err != nil || n != scheme {
		return SampleScheme{}, fmt.Errorf("%w: scheme %v, want one in range", ErrFormat, scheme)
	}
	return scheme, nil
}

// checkHashes verifies the order of the hashes, and that Sample.cut would leave
// them and their limit as they are.
func checkHashes(scheme SampleScheme, limit uint64, payload []byte) error {
	var last uint64
	below := 0
	for i := 0; 8*i < len(payload); i++ {
		h := binary.LittleEndian.Uint64(payload[8*i:])
		if i > 0 && h <= last || h > limit {
			return fmt.Errorf("%w: hash %d of a sample is %#x, want it above %#x and at most %#x", ErrFormat, i, h, last, limit)
		}
		last = h
		if h <= scheme.limit() {
			below++
		}
	}
	n := len(payload) / 8
	var ok bool
	switch {
	case limit == math.MaxUint64: // the whole set: small, or by chance all below
		ok = n == below || n <= scheme.Floor
	case limit == scheme.limit():
		ok = n >= scheme.Floor
	default: // chosen by the floor
		ok = n == scheme.Floor && below < n && last == limit
	}
	if !ok {
		return fmt.Errorf("%w: %d hashes up to %#x, want those that scheme %v keeps", ErrFormat, n, limit, scheme)
	}
	return nil
}
