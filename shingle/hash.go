package shingle

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// The constants of XXH64, for the inlined short inputs below.
const (
	prime1 = 0x9E3779B185EBCA87
	prime2 = 0xC2B2AE3D27D4EB4F
	prime3 = 0x165667B19E3779F9
	prime4 = 0x85EBCA77C2B2AE63
	prime5 = 0x27D4EB2F165667C5
)

// xxhash8 is xxhash.Sum64 of the eight little-endian bytes of v. It stands
// here because it is short enough to inline: a call costs more than the hash.
func xxhash8(v uint64) uint64 { return avalanche(mixIn(prime5+8, v)) }

// mixIn is the step of XXH64 that takes eight bytes of a short input.
func mixIn(h, v uint64) uint64 {
	h ^= bits.RotateLeft64(v*prime2, 31) * prime1
	return bits.RotateLeft64(h, 27)*prime1 + prime4
}

func avalanche(h uint64) uint64 {
	h ^= h >> 33
	h *= prime2
	h ^= h >> 29
	h *= prime3
	return h ^ h>>32
}

// hashWord is xxhash.Sum64 of the word's normalised bytes, padded with zero
// bytes to a multiple of eight. A word holds no NUL, so that padding joins no
// two words; and it leaves no tail of four, two and one bytes to branch on.
// word's capacity must be eight more than its length; the padding is written
// there.
func hashWord(word []byte) uint64 {
	n := len(word)
	binary.LittleEndian.PutUint64(word[n:n+8], 0)
	word = word[:(n+7)&^7]
	if len(word) >= 32 {
		return xxhash.Sum64(word)
	}
	h := uint64(prime5) + uint64(len(word))
	for ; len(word) >= 8; word = word[8:] {
		h = mixIn(h, binary.LittleEndian.Uint64(word))
	}
	return avalanche(h)
}

// hashAllGo puts xxhash8 in the place of each value.
func hashAllGo(values []uint64) {
	for i, v := range values {
		values[i] = xxhash8(v)
	}
}

// appendShingles appends the hash of every window of k word hashes, in order.
//
// The window's words are combined by cyclic polynomial, the exclusive or of
// rotl(w, distance to the window's end), which rolls on in three operations.
// For random word hashes, any 65-k neighbouring bits of it are pairwise
// independent, which is the most that a rolling hash can be (Lemire and Kaser,
// "Recursive n-gram hashing is pairwise independent, at best", 2010); xxhash
// of the result makes all its bits usable. The caller lowers k to the number
// of words where there are fewer.
func appendShingles(dst []uint64, words []uint64, k int) []uint64 {
	if len(words) == 0 {
		return dst
	}
	var roll uint64
	for _, w := range words[:k] {
		roll = bits.RotateLeft64(roll, 1) ^ w
	}
	n := len(dst)
	dst = slices.Grow(dst, len(words)-k+1)[:n+len(words)-k+1]
	dst[n] = roll
	old := words[:len(words)-k]
	words = words[k:][:len(old)]
	out := dst[n+1:][:len(old)]
	for i, w := range words {
		roll = bits.RotateLeft64(roll, 1) ^ w ^ bits.RotateLeft64(old[i], k)
		out[i] = roll
	}
	hashAll(dst[n:])
	return dst
}
