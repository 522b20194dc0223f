package engine

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/shingle"
)

// keyedText has some hundred shingles.
var keyedText = func() (text string) {
	for i := range 300 {
		text += fmt.Sprintf("word%d ", i*i)
	}
	return text
}()

var secret = Key("0123456789abcdef-not-to-be-seen")

// sipHash is SipHash-c-d as it was published, of any message.
func sipHash(c, d int, key [16]byte, message []byte) uint64 {
	k0, k1 := binary.LittleEndian.Uint64(key[:]), binary.LittleEndian.Uint64(key[8:])
	v := [4]uint64{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573}
	rounds := func(n int) {
		for range n {
			v[0] += v[1]
			v[1] = bits.RotateLeft64(v[1], 13)
			v[1] ^= v[0]
			v[0] = bits.RotateLeft64(v[0], 32)
			v[2] += v[3]
			v[3] = bits.RotateLeft64(v[3], 16)
			v[3] ^= v[2]
			v[0] += v[3]
			v[3] = bits.RotateLeft64(v[3], 21)
			v[3] ^= v[0]
			v[2] += v[1]
			v[1] = bits.RotateLeft64(v[1], 17)
			v[1] ^= v[2]
			v[2] = bits.RotateLeft64(v[2], 32)
		}
	}
	padded := append(bytes.Clone(message), make([]byte, 8-len(message)%8)...)
	padded[len(padded)-1] = byte(len(message))
	for ; len(padded) > 0; padded = padded[8:] {
		m := binary.LittleEndian.Uint64(padded)
		v[3] ^= m
		rounds(c)
		v[0] ^= m
	}
	v[2] ^= 0xff
	rounds(d)
	return v[0] ^ v[1] ^ v[2] ^ v[3]
}

// The keyed hash is SipHash-1-3 of the eight bytes, under a key that is derived.
func TestKeyedHashIsSipHash(t *testing.T) {
	var key [16]byte
	var message [15]byte
	for i := range key {
		key[i] = byte(i)
	}
	copy(message[:], key[:])
	require.Equal(t, uint64(0xa129ca6149be45e5), sipHash(2, 4, key, message[:]), "the example of its authors")

	copy(key[:], secret.derive("reprint shingles 1"))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		hashes := []uint64{0, 1, 1 << 63, rng.Uint64(), rng.Uint64()}
		var want []uint64
		for _, h := range hashes {
			want = append(want, sipHash(1, 3, key, binary.LittleEndian.AppendUint64(nil, h)))
		}
		newKeyedHash(secret).hash(hashes)
		require.Equal(t, want, hashes)
	}
	require.Nil(t, newKeyedHash(nil))
}

// A store depends on these: another derivation would be another hash.
func TestKeyIsGolden(t *testing.T) {
	hashes := []uint64{0, 1, 0x0123456789abcdef}
	newKeyedHash(Key("golden key of 16 bytes or more")).hash(hashes)
	require.Equal(t, []uint64{0xbfba5a11f241027b, 0x8a24686c0d23f101, 0x5a6c7fbe44410ca1}, hashes)
	require.Equal(t, "6efd3b126d2149f3742acc8226a6cf65", Key("golden key of 16 bytes or more").Check())
	require.Empty(t, Key{}.Check())
}

// Whoever knows one key cannot tell what another makes of a shingle: each bit of key and
// hash changes half of the outcome.
func TestKeyedHashMixes(t *testing.T) {
	changed, all := 0, 0
	base := []uint64{0}
	newKeyedHash(secret).hash(base)
	for i := range 64 {
		h := []uint64{1 << i}
		newKeyedHash(secret).hash(h)
		changed, all = changed+bits.OnesCount64(h[0]^base[0]), all+64
	}
	for i := range len(secret) * 8 {
		k := bytes.Clone(secret)
		k[i/8] ^= 1 << (i % 8)
		h := []uint64{0}
		newKeyedHash(k).hash(h)
		changed, all = changed+bits.OnesCount64(h[0]^base[0]), all+64
	}
	assert.InDelta(t, .5, float64(changed)/float64(all), .02)
}

func TestShortKeysAreRefused(t *testing.T) {
	_, err := NewScheme(Options{Key: secret[:LeastKey-1]})
	require.ErrorIs(t, err, ErrKey)
	require.ErrorContains(t, err, "15 bytes")
	_, err = NewScheme(Options{Key: secret[:LeastKey]})
	require.NoError(t, err)
}

// Nothing that prints, logs or encodes options or a scheme shows the key.
func TestKeyIsNotShown(t *testing.T) {
	s, err := NewScheme(Options{Key: secret})
	require.NoError(t, err)
	e, err := New(Options{Key: secret})
	require.NoError(t, err)
	var out bytes.Buffer
	for _, v := range []any{secret, s, s.Options, &s, &s.Options, e.scheme, e, e.Scheme()} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
			fmt.Fprintf(&out, format+"\n", v)
		}
	}
	for _, v := range []any{secret, s, s.Options, map[string]any{"key": secret}} {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(b)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
	}
	for _, form := range []string{"%s", "%x", "%d", "%v", "%#v"} {
		bytes := fmt.Sprintf(form, []byte(secret[:8]))
		require.NotContains(t, out.String(), bytes[1:len(bytes)-1])
	}
	require.NotContains(t, out.String(), "MDEyMzQ1Njc4") // base64
	require.Contains(t, out.String(), "secret")
	require.Empty(t, e.Scheme().Options.Key)
}

// Another key, or none, is refused, and told from other damage.
func TestOpenRefusesOtherKeys(t *testing.T) {
	for _, made := range []Key{nil, secret} {
		s, err := NewScheme(Options{Key: made})
		require.NoError(t, err)
		for _, other := range []Key{nil, secret, secret[:20]} {
			if string(other) == string(made) {
				continue
			}
			s.Options.Key = other
			_, err = Open(s, nil, 0)
			require.ErrorIs(t, err, ErrScheme)
			require.ErrorContains(t, err, "key")
		}
	}
}

// The entries of two keys have nothing in common, those of one all.
func TestEntriesDependOnTheKey(t *testing.T) {
	read := func(k Key) map[uint64]bool {
		o := Options{Key: k}
		bands, err := o.complete()
		require.NoError(t, err)
		r, err := newReader(o.ofSignatures(), bands, true, newKeyedHash(k))
		require.NoError(t, err)
		e, err := r.read(Document{ID: "a", Text: keyedText})
		require.NoError(t, err)
		out := map[uint64]bool{}
		for _, h := range e.Set.Elements() {
			out[h>>1] = true
		}
		return out
	}
	sh, err := shingle.New(shingle.Options{})
	require.NoError(t, err)
	var text shingle.Text
	sh.Shingle(&text, keyedText)
	public := map[uint64]bool{}
	for _, h := range text.Shingles {
		public[h>>1] = true
	}
	require.Equal(t, public, read(nil), "without a key they are those of package shingle")
	require.Equal(t, read(secret), read(secret))
	require.Len(t, read(secret), len(public))
	for h := range read(secret) {
		require.False(t, public[h])
		require.False(t, read(secret[:20])[h])
	}
}
