package engine

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// ErrKey is wrapped by the error for a key that is too short.
var ErrKey = errors.New("engine: bad key")

// LeastKey is the number of bytes that a key must have.
const LeastKey = 16

// A Key is a secret. It says nothing of itself when it is printed, logged or encoded.
type Key []byte

// Format writes whether there is a key, and never what it is.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.shown()) }

// MarshalText returns whether there is a key, and never what it is.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.shown()), nil }

func (k Key) shown() string {
	if len(k) == 0 {
		return "none"
	}
	return "secret"
}

// validate returns an error if the key is too short to be a secret.
func (k Key) validate() error {
	if n := len(k); n > 0 && n < LeastKey {
		return fmt.Errorf("%w: Key has %d bytes, want none, or %d random ones at least", ErrKey, n, LeastKey)
	}
	return nil
}

// derive returns a key for one purpose. What was derived for another tells nothing of it.
func (k Key) derive(purpose string) []byte {
	h := hmac.New(sha256.New, k)
	h.Write([]byte(purpose))
	return h.Sum(nil)
}

// Check returns what proves a key without telling it, or "" for none.
func (k Key) Check() string {
	if len(k) == 0 {
		return ""
	}
	return hex.EncodeToString(k.derive("reprint check 1")[:16])
}

// A keyedHash makes of the hash of a shingle, which anybody can compute, one that only
// those can who know the key: SipHash-1-3 of its eight bytes.
type keyedHash struct{ v0, v1, v2, v3 uint64 }

// newKeyedHash returns the keyed hash of a key, or nil for none.
func newKeyedHash(k Key) *keyedHash {
	if len(k) == 0 {
		return nil
	}
	d := k.derive("reprint shingles 1")
	k0, k1 := binary.LittleEndian.Uint64(d), binary.LittleEndian.Uint64(d[8:])
	return &keyedHash{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573}
}

// hash puts keyed hashes in the place of hashes.
func (k *keyedHash) hash(hashes []uint64) {
	const length = 8 << 56 // of what is hashed, which ends it
	for i, h := range hashes {
		v0, v1, v2, v3 := k.v0, k.v1, k.v2, k.v3^h
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		v0, v1, v2, v3 = sipRound(v0^h, v1, v2, v3^length)
		v0, v1, v2, v3 = sipRound(v0^length, v1, v2^0xff, v3)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		hashes[i] = v0 ^ v1 ^ v2 ^ v3
	}
}

func sipRound(v0, v1, v2, v3 uint64) (a, b, c, d uint64) {
	v0 += v1
	v2 += v3
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 = bits.RotateLeft64(v0, 32) + v3
	v2 += v1
	v1 = bits.RotateLeft64(v1, 17) ^ v2
	v3 = bits.RotateLeft64(v3, 21) ^ v0
	return v0, v1, bits.RotateLeft64(v2, 32), v3
}
