package minhash_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	prefix := []byte("before")
	for _, n := range []int{0, 1, 30, 64, 65, 700, 3000} {
		set := distinct(r, n)
		for _, scheme := range []minhash.Scheme{{}, {Slots: 1}, {Slots: 4096}, {Method: minhash.Classic, Slots: 3, Seed: math.MaxUint64, K: 255}} {
			sig := sign(newSigner(t, scheme), set)
			encoded, err := sig.AppendBinary(prefix)
			require.NoError(t, err)
			require.True(t, bytes.HasPrefix(encoded, prefix))
			marshalled, err := sig.MarshalBinary()
			require.NoError(t, err)
			require.Equal(t, marshalled, encoded[len(prefix):])
			var decoded minhash.Signature
			require.NoError(t, decoded.UnmarshalBinary(marshalled))
			require.Equal(t, sig, decoded)
		}
	}
}

func TestEncodingWithoutScheme(t *testing.T) {
	var sig minhash.Signature
	_, err := sig.MarshalBinary()
	assert.ErrorIs(t, err, minhash.ErrScheme)
}

// malformed changes one thing in the golden bytes of a name.
var malformed = []struct {
	what, golden string
	change       func(b []byte) []byte
}{
	{"magic", "v1-signature-fast-similarity", set(0, 'x')},
	{"another magic", "v1-signature-fast-similarity", set(3, 'm')},
	{"version 0", "v1-signature-fast-similarity", set(4, 0)},
	{"version 2", "v1-signature-fast-similarity", set(4, 2)},
	{"method 2", "v1-signature-fast-similarity", set(5, 2)},
	{"k 0", "v1-signature-fast-similarity", set(6, 0)},
	{"byte 7", "v1-signature-fast-similarity", set(7, 1)},
	{"0 slots", "v1-signature-empty", set(8, 0, 0)},
	{"4097 slots", "v1-signature-empty", set(8, 1, 16)},
	{"129 slots", "v1-signature-fast-similarity", set(8, 129)},
	{"a byte more", "v1-signature-fast-similarity", func(b []byte) []byte { return append(b, 0) }},
	{"a word more", "v1-signature-fast-similarity", func(b []byte) []byte { return append(b, make([]byte, 8)...) }},
	{"words of an empty set", "v1-signature-classic", func(b []byte) []byte {
		return append(b[:18], bytes.Repeat([]byte{255}, 16*8)...)
	}},
	{"round 128 in slot 1", "v1-signature-fast-similarity", set(18+8+6, 128, 0)},
	{"round 256 in slot 1", "v1-signature-fast-similarity", set(18+8+6, 0, 1)},
	{"one slot unfilled", "v1-signature-fast-similarity", set(18+8, 255, 255, 255, 255, 255, 255, 255, 255)},
}

func set(at int, to ...byte) func([]byte) []byte {
	return func(b []byte) []byte { copy(b[at:], to); return b }
}

func TestMalformedEncodings(t *testing.T) {
	good := goldenBytes(t)
	for _, tt := range malformed {
		t.Run(tt.golden+"/"+tt.what, func(t *testing.T) {
			refuse(t, tt.change(bytes.Clone(good[tt.golden])))
		})
	}
	for name, b := range good {
		t.Run(name+"/cut short", func(t *testing.T) {
			for n := range len(b) {
				if n == 18 {
					continue // a signature without words is that of an empty set
				}
				refuse(t, b[:n])
			}
		})
	}
}

// refuse requires that the bytes are refused, and that a receiver with some content
// keeps it.
func refuse(t *testing.T, b []byte) {
	t.Helper()
	receiver := golden{n: 80}.make(t)
	before, err := receiver.MarshalBinary()
	require.NoError(t, err)
	require.ErrorIs(t, receiver.UnmarshalBinary(b), minhash.ErrFormat)
	after, err := receiver.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, before, after, "unchanged")
}

// What is refused is refused with ErrFormat, and what is accepted is what the
// encoder writes and can be used.
func FuzzUnmarshalSignature(f *testing.F) {
	good := goldenBytes(f)
	for _, b := range good {
		f.Add(b)
	}
	for _, tt := range malformed {
		f.Add(tt.change(bytes.Clone(good[tt.golden])))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		decoded := new(minhash.Signature)
		if err := decoded.UnmarshalBinary(b); err != nil {
			require.ErrorIs(t, err, minhash.ErrFormat)
			return
		}
		again, err := decoded.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, b, again)
		use(t, decoded)
	})
}

// use calls everything that reads the decoded words, and checks that what merging
// gives can be decoded again.
func use(t *testing.T, s *minhash.Signature) {
	other := sign(newSigner(t, s.Scheme()), []uint64{1, 2, 3})
	e, err := s.Jaccard(&other)
	require.NoError(t, err)
	require.True(t, e.Value >= 0 && e.Value <= 1)
	_, err = s.AppendBands(nil, minhash.Bands{Rows: 1, Bands: s.Scheme().Slots})
	require.NoError(t, err)
	require.False(t, math.IsNaN(s.Cardinality().Value))
	require.NoError(t, other.Merge(s))
	b, err := other.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, other.UnmarshalBinary(b))
}
