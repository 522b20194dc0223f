package engine

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
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

// The keyed hash is the upper half of ax modulo 2¹²⁸, and b, mixed by a bijection.
func TestKeyedHashIsThatOfItsDefinition(t *testing.T) {
	d := secret.derive("reprint shingles 1")
	number := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
	a, b, odd := number(d[:16]), number(d[16:24]), number(d[24:])
	odd.SetBit(odd, 0, 1)
	low := func(n *big.Int, bits uint) *big.Int {
		return n.Mod(n, new(big.Int).Lsh(big.NewInt(1), bits))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		hashes := []uint64{0, 1, 1 << 63, math.MaxUint64, rng.Uint64(), rng.Uint64()}
		var want []uint64
		for _, h := range hashes {
			y := new(big.Int).SetUint64(h)
			y = low(y.Mul(y, a), 128)
			y = low(y.Add(y.Rsh(y, 64), b), 64)
			y.Xor(y, new(big.Int).Rsh(y, 32))
			want = append(want, low(y.Mul(y, odd), 64).Uint64())
		}
		newKeyedHash(secret).hash(hashes)
		require.Equal(t, want, hashes)
	}
	require.Nil(t, newKeyedHash(nil))
}

// Over many keys, whatever two shingles are: each is in the sample of one in 16 as often as
// chance has it, and both one time in 256.
func TestKeyedHashIsPairwiseIndependent(t *testing.T) {
	const keys, scale = 60_000, 16
	for _, pair := range [][2]uint64{{0, 1}, {1, 2}, {5, 5 << 32}, {1 << 63, 1 << 62}, {0x0123456789abcdef, 0xfedcba9876543210}} {
		one, both := 0, 0
		k := make(Key, LeastKey)
		for i := range uint64(keys) {
			binary.BigEndian.PutUint64(k, i)
			h := pair
			newKeyedHash(k).hash(h[:])
			if h[0] < math.MaxUint64/scale {
				one++
				if h[1] < math.MaxUint64/scale {
					both++
				}
			}
		}
		assert.InDelta(t, keys/scale, one, 5*math.Sqrt(keys/scale), "%x", pair)
		assert.InDelta(t, keys/scale/scale, both, 5*math.Sqrt(keys/scale/scale), "%x", pair)
	}
}

// A store depends on these: another derivation would be another hash.
func TestKeyIsGolden(t *testing.T) {
	hashes := []uint64{0, 1, 0x0123456789abcdef}
	newKeyedHash(Key("golden key of 16 bytes or more")).hash(hashes)
	require.Equal(t, []uint64{0x4c5684cac2181ff0, 0x5ceef41a33872eaa, 0xa007441b73acee4d}, hashes)
	require.Equal(t, "6efd3b126d2149f3742acc8226a6cf65", Key("golden key of 16 bytes or more").Check())
	require.Empty(t, Key{}.Check())
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
	var set cluster.Set
	set.Add(text.Shingles, false)
	set.Sort()
	public := map[uint64]bool{}
	for _, h := range set.Elements() {
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
