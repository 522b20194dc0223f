package minhash

import (
	"encoding/binary"
	"fmt"
	"slices"
)

const (
	signatureMagic  = "RpSg"
	signatureHeader = 18
	version         = 1
)

// MarshalBinary encodes the signature in the format that UnmarshalBinary
// describes. The error wraps ErrScheme if s is a zero value.
func (s *Signature) MarshalBinary() ([]byte, error) {
	return s.AppendBinary(make([]byte, 0, signatureHeader+8*len(s.slots)))
}

// AppendBinary appends what MarshalBinary returns to b, which it returns as it was
// on error.
func (s *Signature) AppendBinary(b []byte) ([]byte, error) {
	if s.scheme == (Scheme{}) {
		return b, fmt.Errorf("%w: encoding a signature with no scheme, want a signed one", ErrScheme)
	}
	b = append(b, signatureMagic...)
	b = append(b, version, byte(s.scheme.Method), byte(s.scheme.K), 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(s.scheme.Slots))
	b = binary.LittleEndian.AppendUint64(b, s.scheme.Seed)
	if s.Empty() {
		return b, nil
	}
	for _, w := range s.slots {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b, nil
}

// UnmarshalBinary decodes a signature. The format, all numbers little-endian:
//
//	offset  bytes
//	 0      4        "RpSg"
//	 4      1        version, 1: it stands for the hash functions, too
//	 5      1        method: 0 fast-similarity, 1 classic
//	 6      1        k, 1 to 255
//	 7      1        0
//	 8      2        slots, 1 to 4096
//	10      8        seed
//	18      8·slots  the words, or nothing if the set is empty
//
// 1,042 bytes for 128 slots. Bytes that no encoder has written are rejected: a wrong
// length, the words of an empty set, and in fast-similarity a word of a round that
// there is not, or that fills another slot.
//
// The memory of s is reused. The length is checked before anything is allocated.
// The error wraps ErrFormat; s is then unchanged.
func (s *Signature) UnmarshalBinary(data []byte) error {
	scheme, payload, err := decodeSignatureHeader(data)
	if err != nil {
		return err
	}
	if len(payload) != 0 && len(payload) != 8*scheme.Slots {
		return fmt.Errorf("%w: signature with %d bytes of words, want 0 or %d", ErrFormat, len(payload), 8*scheme.Slots)
	}
	if err := checkWords(scheme, payload); err != nil {
		return err
	}
	s.scheme = scheme
	s.slots = slices.Grow(s.slots[:0], scheme.Slots)[:scheme.Slots]
	for i := range s.slots {
		s.slots[i] = unfilled
		if len(payload) != 0 {
			s.slots[i] = binary.LittleEndian.Uint64(payload[8*i:])
		}
	}
	return nil
}

func decodeSignatureHeader(data []byte) (Scheme, []byte, error) {
	if err := checkHeader(data); err != nil {
		return Scheme{}, nil, err
	}
	if data[7] != 0 {
		return Scheme{}, nil, fmt.Errorf("%w: byte 7 of a signature is %d, want 0", ErrFormat, data[7])
	}
	scheme := Scheme{
		Method: Method(data[5]),
		K:      int(data[6]),
		Slots:  int(binary.LittleEndian.Uint16(data[8:])),
		Seed:   binary.LittleEndian.Uint64(data[10:]),
	}
	// A zero is no default here: the encoder writes defaults out.
	if n, err := scheme.Normalise(); err != nil || n != scheme {
		return Scheme{}, nil, fmt.Errorf("%w: scheme %v, want one in range", ErrFormat, scheme)
	}
	return scheme, data[signatureHeader:], nil
}

func checkWords(scheme Scheme, payload []byte) error {
	empty := len(payload) > 0
	for i := 0; 8*i < len(payload); i++ {
		w := binary.LittleEndian.Uint64(payload[8*i:])
		if w != unfilled {
			empty = false
		}
		round := int(w >> roundShift)
		if scheme.Method == FastSimilarity && round >= scheme.Slots && round-scheme.Slots != i {
			return fmt.Errorf("%w: slot %d of %d was filled in round %d, want one below %d or %d",
				ErrFormat, i, scheme.Slots, round, scheme.Slots, scheme.Slots+i)
		}
	}
	if empty {
		return fmt.Errorf("%w: %d words of an empty signature, want none", ErrFormat, scheme.Slots)
	}
	return nil
}

// checkHeader checks length, magic and version.
func checkHeader(data []byte) error {
	if len(data) < signatureHeader {
		return fmt.Errorf("%w: %d bytes, want at least %d", ErrFormat, len(data), signatureHeader)
	}
	if string(data[:4]) != signatureMagic {
		return fmt.Errorf("%w: it begins with %q, want %q", ErrFormat, data[:4], signatureMagic)
	}
	if data[4] != version {
		return fmt.Errorf("%w: version %d, want %d", ErrFormat, data[4], version)
	}
	return nil
}
