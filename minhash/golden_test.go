package minhash_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/minhash"
)

// golden is one testdata/v1-NAME.hex: the encoding of the signature of the numbers
// 0 … n−1. These files are never rewritten. A change of format or hash gets a new
// version and new files beside them.
type golden struct {
	scheme minhash.Scheme
	n      int
}

var goldens = map[string]golden{
	"v1-signature-fast-similarity":       {n: 700},
	"v1-signature-fast-similarity-short": {scheme: minhash.Scheme{Slots: 100, Seed: 0x0123456789abcdef, K: 3}, n: 7},
	"v1-signature-classic":               {scheme: minhash.Scheme{Method: minhash.Classic, Slots: 16, Seed: 42}, n: 50},
	"v1-signature-empty":                 {scheme: minhash.Scheme{Slots: 64}, n: 0},
}

func (g golden) make(t testing.TB) *minhash.Signature {
	s := sign(newSigner(t, g.scheme), consecutive(0, g.n))
	return &s
}

// goldenBytes reads all the files; that there are none, or others than those
// listed, is a failure.
func goldenBytes(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/v*.hex")
	require.NoError(t, err)
	out := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		name := strings.TrimSuffix(filepath.Base(file), ".hex")
		out[name], err = hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
		require.NoError(t, err, file)
		require.Contains(t, goldens, name)
	}
	require.Len(t, out, len(goldens))
	return out
}

func TestGoldenBytes(t *testing.T) {
	for name, want := range goldenBytes(t) {
		t.Run(name, func(t *testing.T) {
			made, decoded := goldens[name].make(t), new(minhash.Signature)
			got, err := made.MarshalBinary()
			require.NoError(t, err)
			assert.Equal(t, hex.EncodeToString(want), hex.EncodeToString(got), "encoded")
			require.NoError(t, decoded.UnmarshalBinary(want))
			assert.Equal(t, made, decoded, "decoded")
		})
	}
}

func TestGoldenBandKeys(t *testing.T) {
	sig := sign(newSigner(t, minhash.Scheme{}), consecutive(0, 700))
	keys, err := sig.AppendBands(nil, minhash.Bands{Rows: 3, Bands: 3})
	require.NoError(t, err)
	assert.Equal(t, goldenKeys, keys)

	// The documented formula.
	var plain []uint64
	for j := range uint64(3) {
		h := (j + 1) * 0x9e3779b97f4a7c15
		for _, w := range sig.Slots()[3*j : 3*j+3] {
			h = plainMix(h ^ w)
		}
		plain = append(plain, h)
	}
	assert.Equal(t, plain, keys)
}

var goldenKeys = []uint64{0x277aabf8bc210a44, 0x547bd370e9488d14, 0x3fe45830eb8ed1e2}
