package sequences

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// text returns a sequence like that of a text: few words often, many once, sentences,
// numbers, and a title at the end.
func text(rng *rand.Rand, n int) (out []uint32) {
	prose := uint32(0)
	for i := range n {
		word := uint32(rng.ExpFloat64()*40) + 1
		v := word * 0x9E3779B1 >> lower << lower
		if word%9 == 0 {
			v |= 1 << 5 // a capital
		}
		if word%31 == 0 {
			v |= 1<<4 | word%16<<8 // a number
		}
		if rng.IntN(18) == 0 {
			v = v | 1<<1 | 1<<5 // a sentence
			prose = uint32(rng.IntN(8) / 7)
		}
		if i > n-n/40 {
			v |= 1<<2 | 1<<6 // a title
		}
		out = append(out, v|prose)
	}
	return out
}

// Whatever is packed comes back, both ways.
func TestPacked(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	var buf Buffer
	for i := range 2000 {
		n := rng.IntN(400)
		if i%50 == 0 {
			n = 3000
		}
		numbers := text(rng, n)
		for range rng.IntN(3) * n / 10 {
			numbers[rng.IntN(n)] = rng.Uint32()
		}
		for _, p := range []Packed{Of(numbers), Dense(numbers), Of(numbers).Densely(), FromBytes(Of(numbers).Stored())} {
			require.False(t, p.None())
			got := p.Unpack(&buf)
			require.NotNil(t, got)
			require.True(t, slices.Equal(numbers, got), i)
		}
		require.Equal(t, Dense(numbers), Dense(numbers).Densely())
	}
	require.True(t, Packed{}.None())
	require.True(t, Packed{}.Densely().None())
	require.Nil(t, Packed{}.Unpack(&buf))
	require.NotNil(t, Dense(nil).Unpack(new(Buffer)), "an empty sequence is one")
	require.NotNil(t, Of(nil).Unpack(new(Buffer)))
}

func FuzzDense(f *testing.F) {
	f.Add([]byte("a word and a word and another word"))
	f.Add(binary.LittleEndian.AppendUint32(make([]byte, 5000), 7))
	f.Fuzz(func(t *testing.T, b []byte) {
		want := FromBytes(b[:len(b)/4*4]).Unpack(new(Buffer))
		require.True(t, slices.Equal(want, Dense(want).Unpack(new(Buffer))))
	})
}

// A text takes little more than three quarters of what it does in a storage, and unpacking
// it allocates nothing.
func TestCost(t *testing.T) {
	numbers := text(rand.New(rand.NewPCG(3, 4)), 700)
	p := Dense(numbers)
	require.Less(t, p.Bytes(), 13*len(numbers)/4)
	require.Equal(t, 4*len(numbers), Of(numbers).Bytes())
	var buf Buffer
	p.Unpack(&buf)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		buf.of = Packed{} // it is not known to be there
		p.Unpack(&buf)
	}))
}

func BenchmarkDense(b *testing.B) {
	numbers := text(rand.New(rand.NewPCG(3, 4)), 700)
	for b.Loop() {
		Dense(numbers)
	}
}

func BenchmarkUnpack(b *testing.B) {
	numbers := text(rand.New(rand.NewPCG(3, 4)), 700)
	for name, p := range map[string]Packed{"stored": Of(numbers), "dense": Dense(numbers)} {
		b.Run(name, func(b *testing.B) {
			var buf Buffer
			for b.Loop() {
				buf.of = Packed{}
				p.Unpack(&buf)
			}
		})
	}
}
