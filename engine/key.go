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
// those can who know the key. It multiplies by a secret number of 128 bits, takes the
// upper half of the product modulo 2¹²⁸, and adds a secret number (multiply-shift:
// Dietzfelbinger, "Universal hashing and k-wise independent random variables via integer
// arithmetic without primes", 1996). So each outcome is uniform, and of two shingles no
// two outcomes are more than twice as likely as two others: who sees none can do nothing
// but guess. A secret bijection that is not linear follows, which leaves that as it is, so
// that outcomes are no simple equations for the numbers.
//
// It is no pseudo-random function: who sees outcomes, in the folder of a store, may work
// out the numbers, and who can read that needs no attack; but not the key, of which the
// numbers are derived. SipHash-1-3, which is one, takes seven times as long, 15 % of the
// time for reading a document.
type keyedHash struct{ a1, a0, b, odd uint64 }

// newKeyedHash returns the keyed hash of a key, or nil for none.
func newKeyedHash(k Key) *keyedHash {
	if len(k) == 0 {
		return nil
	}
	d := k.derive("reprint shingles 1")
	n := func(i int) uint64 { return binary.BigEndian.Uint64(d[8*i:]) }
	return &keyedHash{n(0), n(1), n(2), n(3) | 1}
}

// hash puts keyed hashes in the place of hashes.
func (k *keyedHash) hash(hashes []uint64) {
	a1, a0, b, odd := k.a1, k.a0, k.b, k.odd
	for i, h := range hashes {
		upper, _ := bits.Mul64(a0, h)
		y := upper + a1*h + b
		hashes[i] = (y ^ y>>32) * odd
	}
}
