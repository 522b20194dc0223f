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
		for _, scheme := range []minhash.SampleScheme{{}, {Scale: 1}, {Scale: 1 << 32, Floor: 1}, {Seed: math.MaxUint64, Floor: 65536, K: 255}} {
			part := sample(newSampler(t, scheme), set)
			encoded, err := part.AppendBinary(prefix)
			require.NoError(t, err)
			require.True(t, bytes.HasPrefix(encoded, prefix))
			marshalled, err := part.MarshalBinary()
			require.NoError(t, err)
			require.Equal(t, marshalled, encoded[len(prefix):])
			var decoded minhash.Sample
			require.NoError(t, decoded.UnmarshalBinary(marshalled))
			require.Equal(t, part, decoded)
		}
	}
}

func TestEncodingWithoutScheme(t *testing.T) {
	var sig minhash.Signature
	_, err := sig.MarshalBinary()
	assert.ErrorIs(t, err, minhash.ErrScheme)
	var part minhash.Sample
	_, err = part.MarshalBinary()
	assert.ErrorIs(t, err, minhash.ErrScheme)
}

// malformed changes one thing in the golden bytes of a name.
var malformed = []struct {
	what, golden string
	change       func(b []byte) []byte
}{
	{"magic", "v1-signature-fast-similarity", set(0, 'x')},
	{"magic of a sample", "v1-signature-fast-similarity", set(3, 'm')},
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

	{"magic", "v1-sample-limit", set(1, 'P')},
	{"magic of a signature", "v1-sample-limit", set(3, 'g')},
	{"version 2", "v1-sample-limit", set(4, 2)},
	{"byte 5", "v1-sample-limit", set(5, 1)},
	{"k 0", "v1-sample-limit", set(6, 0)},
	{"byte 7", "v1-sample-limit", set(7, 1)},
	{"scale 0", "v1-sample-limit", set(8, 0)},
	{"scale above 2³²", "v1-sample-limit", set(13, 1)},
	{"another scale", "v1-sample-limit", set(8, 9)},
	{"limit 0", "v1-sample-limit", set(24, 0, 0, 0, 0, 0, 0, 0, 0)},
	{"a whole set that the floor would cut", "v1-sample-floor", set(24, 255, 255, 255, 255, 255, 255, 255, 255, 9)},
	{"floor 0", "v1-sample-limit", set(32, 0)},
	{"floor above 65536", "v1-sample-limit", set(32, 1, 0, 1)},
	{"floor above 2³¹", "v1-sample-limit", set(35, 255)},
	{"a floor that is not reached", "v1-sample-limit", set(32, 255)},
	{"another floor", "v1-sample-floor", set(32, 9)},
	{"a greater number", "v1-sample-limit", set(36, 255, 255, 255, 255)},
	{"number 0", "v1-sample-limit", set(36, 0)},
	{"a hash twice", "v1-sample-whole", func(b []byte) []byte { copy(b[48:56], b[40:48]); return b }},
	{"order", "v1-sample-whole", set(47, 255)},
	{"a hash above the limit", "v1-sample-limit", func(b []byte) []byte { b[len(b)-1] = 255; return b }},
	{"a byte more", "v1-sample-whole", func(b []byte) []byte { return append(b, 0) }},
	{"none", "v1-sample-limit", func(b []byte) []byte { return append(b[:36], 0, 0, 0, 0) }},
}

func set(at int, to ...byte) func([]byte) []byte {
	return func(b []byte) []byte { copy(b[at:], to); return b }
}

func TestMalformedEncodings(t *testing.T) {
	good := goldenBytes(t)
	for _, tt := range malformed {
		t.Run(tt.golden+"/"+tt.what, func(t *testing.T) {
			refuse(t, tt.golden, tt.change(bytes.Clone(good[tt.golden])))
		})
	}
	for name, b := range good {
		t.Run(name+"/cut short", func(t *testing.T) {
			for n := range len(b) {
				if n == 18 && b[3] == 'g' {
					continue // a signature without words is that of an empty set
				}
				refuse(t, name, b[:n])
			}
		})
	}
}

// refuse requires that the bytes are refused, and that a receiver with some content
// keeps it.
func refuse(t *testing.T, name string, b []byte) {
	t.Helper()
	receiver, _ := golden{n: 80}.make(t, name)
	before, err := receiver.MarshalBinary()
	require.NoError(t, err)
	require.ErrorIs(t, receiver.UnmarshalBinary(b), minhash.ErrFormat)
	after, err := receiver.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, before, after, "unchanged")
}

// A header that promises four billion hashes costs nothing.
func TestDecodingAllocatesNoMoreThanItsInput(t *testing.T) {
	b := goldenBytes(t)["v1-sample-empty"]
	copy(b[36:], []byte{255, 255, 255, 255})
	result := testing.Benchmark(func(bench *testing.B) {
		for bench.Loop() {
			var s minhash.Sample
			_ = s.UnmarshalBinary(b)
		}
	})
	assert.Less(t, result.AllocedBytesPerOp(), int64(2000), "the error's text")
}

func FuzzUnmarshalSignature(f *testing.F) { fuzzUnmarshal(f, "v1-signature") }
func FuzzUnmarshalSample(f *testing.F)    { fuzzUnmarshal(f, "v1-sample") }

// fuzzUnmarshal: what is refused is refused with ErrFormat, and what is accepted is
// what the encoder writes and can be used.
func fuzzUnmarshal(f *testing.F, kind string) {
	good := goldenBytes(f)
	for _, b := range good {
		f.Add(b)
	}
	for _, tt := range malformed {
		f.Add(tt.change(bytes.Clone(good[tt.golden])))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, decoded := golden{}.make(t, kind)
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
func use(t *testing.T, decoded sketch) {
	var merged sketch
	var e minhash.Estimate
	var err error
	switch s := decoded.(type) {
	case *minhash.Signature:
		signer := newSigner(t, s.Scheme())
		other := sign(signer, []uint64{1, 2, 3})
		e, err = s.Jaccard(&other)
		require.NoError(t, err)
		_, err = s.AppendBands(nil, minhash.Bands{Rows: 1, Bands: s.Scheme().Slots})
		require.NoError(t, err)
		require.NoError(t, other.Merge(s))
		require.False(t, math.IsNaN(s.Cardinality().Value))
		merged = &other
	case *minhash.Sample:
		other := sample(newSampler(t, s.Scheme()), consecutive(0, 300))
		e, err = s.Containment(&other)
		require.NoError(t, err)
		require.NoError(t, other.Merge(s))
		require.False(t, math.IsNaN(s.Cardinality().Value))
		merged = &other
	}
	require.True(t, e.Value >= 0 && e.Value <= 1)
	b, err := merged.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, merged.UnmarshalBinary(b))
}
