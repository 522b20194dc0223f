// Package peer has the ways of making a sketch that are measured beside each
// other, all on shingles of five words.
//
// A peer that takes bytes is measured twice: as it is commonly used, with
// words cut, lowered and joined by the standard library (input=text), and
// with the 8 bytes of our hash of each shingle (input=hashes), which leaves it
// only the work of its own. The time of making shingles is part of everybody's.
package peer

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode"

	minwise "github.com/dgryski/go-minhash"
	minhashlsh "github.com/ekzhu/minhash-lsh"

	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/shingle"
)

// Slots is the length of every MinHash signature.
const Slots = 128

// A Sign function makes the sketch of a text. It may reuse the memory of the
// last one.
type Sign func(text string) []uint64

// An Impl is an implementation of sketches.
type Impl struct {
	Name  string
	Input string // text or hashes: what is handed to it
	New   func() Sign
}

// Impls are the implementations in Go, ours first.
var Impls = []Impl{
	{"reprint", "text", func() Sign { return ours(minhash.FastSimilarity) }},
	{"reprint-classic", "text", func() Sign { return ours(minhash.Classic) }},
	{"go-minhash", "text", func() Sign { return goMinhash(joined) }},
	{"go-minhash", "hashes", func() Sign { return goMinhash(hashed()) }},
	{"minhash-lsh", "text", func() Sign { return ekzhu(joined) }},
	{"minhash-lsh", "hashes", func() Sign { return ekzhu(hashed()) }},
	{"simhash", "hashes", simhash},
}

// Key is the name for benchmarks.
func (i Impl) Key() string { return "impl=" + i.Name + "/input=" + i.Input }

const words = 5 // in a shingle

// joined pushes the shingles of text as bytes. Chinese, which has no spaces, is
// left to hashed.
func joined(text string, push func([]byte)) {
	parts := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool {
		return !unicode.In(c, unicode.L, unicode.M, unicode.N)
	})
	for i := range len(parts) - words + 1 {
		push([]byte(strings.Join(parts[i:i+words], " ")))
	}
}

// hashed returns a function that pushes our hashes of the shingles.
func hashed() func(text string, push func([]byte)) {
	shingles := shingler()
	var b [8]byte
	return func(text string, push func([]byte)) {
		for _, s := range shingles(text) {
			binary.LittleEndian.PutUint64(b[:], s)
			push(b[:])
		}
	}
}

func shingler() func(text string) []uint64 {
	s, err := shingle.New(shingle.Options{K: words})
	if err != nil {
		panic(err) // the options are valid
	}
	var t shingle.Text
	return func(text string) []uint64 {
		s.Shingle(&t, text)
		return t.Shingles
	}
}

// ours makes a signature.
func ours(m minhash.Method) Sign {
	signer, err := minhash.NewSigner(minhash.Scheme{Method: m, Slots: Slots})
	if err != nil {
		panic(err)
	}
	shingles := shingler()
	var signature minhash.Signature
	return func(text string) []uint64 {
		signer.Sign(&signature, shingles(text))
		return signature.Slots()
	}
}

// goMinhash is github.com/dgryski/go-minhash with xxhash, two seeds of it.
func goMinhash(shingles func(string, func([]byte))) Sign {
	h1, h2 := minhash.ClassicHashes(1)
	return func(text string) []uint64 {
		m := minwise.NewMinWise(h1, h2, Slots)
		shingles(text, m.Push)
		return m.Signature()
	}
}

// ekzhu is github.com/ekzhu/minhash-lsh, which brings its hash functions.
func ekzhu(shingles func(string, func([]byte))) Sign {
	return func(text string) []uint64 {
		m := minhashlsh.NewMinhash(1, Slots)
		shingles(text, m.Push)
		return m.Signature()
	}
}

// simhash is Charikar's sketch ("Similarity estimation techniques from rounding
// algorithms", 2002) of 64 bits, written here: each bit is the majority of that
// bit in the shingles' hashes.
func simhash() Sign {
	shingles := shingler()
	out := make([]uint64, 1)
	return func(text string) []uint64 {
		var sums [64]int32
		set := shingles(text)
		for _, s := range set {
			for i := range sums {
				sums[i] += int32(s >> i & 1)
			}
		}
		out[0] = 0
		for i, n := range sums {
			if 2*int(n) > len(set) {
				out[0] |= 1 << i
			}
		}
		return out
	}
}

// Agreement is the share of slots that agree, the estimate of Jaccard.
func Agreement(a, b []uint64) float64 {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// Distance is the number of bits in which two simhashes differ.
func Distance(a, b []uint64) int { return bits.OnesCount64(a[0] ^ b[0]) }
