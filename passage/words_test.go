package passage

import (
	"math/rand/v2"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/shingle"
)

// What counts half a word is what package shingle makes a word of its own, but
// for signs and forms that stand for several characters.
func TestAlone(t *testing.T) {
	var s shingle.Shingler
	var words []shingle.Word
	letters, unlike := 0, 0
	for r := rune(0); r <= 0x323AF; r++ {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		c := string(r)
		if words = s.AppendWords(words[:0], c); len(words) != 1 {
			continue
		}
		words = s.AppendWords(words[:0], c+c)
		if alone(c) != (len(words) == 2) {
			t.Logf("%U %s", r, c)
			unlike++
		}
	}
	require.Greater(t, letters, 100_000)
	assert.LessOrEqual(t, unlike, 6)
}

func TestBitset(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2_000 {
		n := int32(1 + rng.IntN(200))
		b, want := make(bitset, n/64+1), make([]bool, n)
		for range rng.IntN(6) {
			i := rng.Int32N(n)
			j, used := i+rng.Int32N(n-i+1), rng.IntN(3) > 0
			b.fill(i, j, used)
			for k := i; k < j; k++ {
				want[k] = used
			}
		}
		i := rng.Int32N(n)
		j := i + rng.Int32N(n-i+1)
		for _, is := range []bool{true, false} {
			next := i
			for next < j && want[next] != is {
				next++
			}
			require.Equal(t, next, b.next(i, j, is))
		}
		last := j - 1
		for last >= i && !want[last] {
			last--
		}
		require.Equal(t, last, b.last(i, j))
	}
}

// The longest run of a rectangle is as long as the longest of all.
func TestLongest(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 2_000 {
		var a Aligner
		for _, s := range []*side{&a.x, &a.y} {
			s.hash = make([]uint32, 1+rng.IntN(30))
			for i := range s.hash {
				s.hash[i] = rng.Uint32N(4)
			}
		}
		x0, y0 := rng.Int32N(int32(len(a.x.hash))), rng.Int32N(int32(len(a.y.hash)))
		x1, y1 := x0+rng.Int32N(int32(len(a.x.hash))-x0)+1, y0+rng.Int32N(int32(len(a.y.hash))-y0)+1
		want := int32(0)
		for i := x0; i < x1; i++ {
			for j := y0; j < y1; j++ {
				n := int32(0)
				for i+n < x1 && j+n < y1 && a.x.hash[i+n] == a.y.hash[j+n] {
					n++
				}
				want = max(want, n)
			}
		}
		r := a.longest(x0, x1, y0, y1)
		require.Equal(t, want, r.n)
		if r.n > 0 {
			require.Equal(t, a.x.hash[r.x:r.x+r.n], a.y.hash[r.y:r.y+r.n])
			require.True(t, x0 <= r.x && r.x+r.n <= x1 && y0 <= r.y && r.y+r.n <= y1)
		}
	}
}
