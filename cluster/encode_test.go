package cluster

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// encodedBy are indexes that keep different parts of a document.
var encodedBy = map[string]Options{
	"whole":    {},
	"samples":  {SamplesOnly: true},
	"sequence": {NewJudge: func() Judge { return nil }},
}

// encodedEntry is one for golden bytes: n shingles, which are the multiples of
// a number that is no friend of two.
func encodedEntry(n int) Entry {
	e := Entry{ID: "harbour-1", Site: "courier.example", Published: time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC), Words: n + 4, Page: 0xC0FFEE}
	for i := range n {
		h := uint64(i+1) * 0x9e3779b97f4a7c15
		e.Set.Add([]uint64{h}, i%4 != 0)
		if i < 5 {
			e.Bands = append(e.Bands, h^0x5555)
		}
		e.Sequence = append(e.Sequence, uint32(h>>32))
	}
	e.Set.Sort()
	return e
}

func prepared(t testing.TB, x *Index, e Entry) Prepared {
	p, err := x.Prepare(e)
	require.NoError(t, err)
	return p
}

func encoded(t testing.TB, p Prepared) []byte {
	b, err := p.AppendBinary(nil)
	require.NoError(t, err)
	return b
}

// The files testdata/v2-entry-*.hex are never rewritten.
func TestEntryGoldenBytes(t *testing.T) {
	for name, o := range encodedBy {
		for size, n := range map[string]int{"": 60, "-empty": 0} {
			t.Run(name+size, func(t *testing.T) {
				text, err := os.ReadFile(filepath.Join("testdata", "v2-entry-"+name+size+".hex"))
				require.NoError(t, err)
				want, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
				require.NoError(t, err)
				x := newIndex(t, o)
				p := prepared(t, x, encodedEntry(n))
				assert.Equal(t, hex.EncodeToString(want), hex.EncodeToString(encoded(t, p)))
				got, err := x.Decode(want)
				require.NoError(t, err)
				assert.Equal(t, p, got)
			})
		}
	}
}

// What was encoded and decoded gives the answers of what was not.
func TestDecodedEntriesAreTheSame(t *testing.T) {
	for _, o := range []Options{{}, {SamplesOnly: true}, {Scale: 4, Floor: 10}} {
		docs, _ := newMaker(t, 4).collection(40)
		x, y := newIndex(t, o), newIndex(t, o)
		for _, d := range docs {
			p, err := y.Decode(encoded(t, prepared(t, y, d)))
			require.NoError(t, err)
			require.Equal(t, prepared(t, x, d), p)
			want, err := x.Add(d)
			require.NoError(t, err)
			got, err := y.AddPrepared(p)
			require.NoError(t, err)
			require.Equal(t, want, got)
			looked, err := y.Lookup(d.ID)
			require.NoError(t, err)
			assert.Equal(t, want.Cluster, looked.Cluster)
			assert.Equal(t, want.Size, looked.Size)
		}
		require.Equal(t, clusters(x), clusters(y))
	}
}

func TestEntriesOfOtherOptionsAreRefused(t *testing.T) {
	for from, o := range encodedBy {
		b := encoded(t, prepared(t, newIndex(t, o), encodedEntry(60)))
		for to, o := range encodedBy {
			if _, err := newIndex(t, o).Decode(b); from == to {
				assert.NoError(t, err, from)
			} else {
				assert.ErrorIs(t, err, ErrFormat, "%s as %s", from, to)
			}
		}
	}
	b := encoded(t, prepared(t, newIndex(t, Options{Floor: 20}), encodedEntry(60)))
	_, err := newIndex(t, Options{}).Decode(b)
	assert.ErrorIs(t, err, ErrFormat)
}

// Bytes that no index writes are refused, each for its own reason.
func TestDamagedEntriesAreRefused(t *testing.T) {
	x := newIndex(t, Options{})
	good := encoded(t, prepared(t, x, encodedEntry(60)))
	for name, damage := range map[string]func(b []byte) []byte{
		"empty":         func(b []byte) []byte { return nil },
		"short":         func(b []byte) []byte { return b[:40] },
		"cut":           func(b []byte) []byte { return b[:len(b)-1] },
		"longer":        func(b []byte) []byte { return append(b, 0) },
		"magic":         func(b []byte) []byte { b[0] = 'X'; return b },
		"version":       func(b []byte) []byte { b[4] = 1; return b },
		"not rounded":   func(b []byte) []byte { b[len(b)-5*4-1] = 1; return b },
		"reserved":      func(b []byte) []byte { b[7] = 1; return b },
		"huge id":       func(b []byte) []byte { return put(b, 52, 1<<32-1) },
		"huge set":      func(b []byte) []byte { return put(b, 56, 1<<32-1) },
		"huge bands":    func(b []byte) []byte { return put(b, 60, 1<<30) },
		"negative":      func(b []byte) []byte { return put(b, 28, 1<<31) },
		"size":          func(b []byte) []byte { return put(b, 32, 61) },
		"sample":        func(b []byte) []byte { return put(b, 36, 47) },
		"weight":        func(b []byte) []byte { return put(b, 40, 1) },
		"known":         func(b []byte) []byte { return put(b, 44, 1) },
		"sample weight": func(b []byte) []byte { return put(b, 48, 1) },
		"order":         func(b []byte) []byte { return put(b, 68+9, 1<<32-1) },
	} {
		_, err := x.Decode(damage(slices.Clone(good)))
		assert.ErrorIs(t, err, ErrFormat, name)
	}
	_, err := Prepared{}.AppendBinary(nil)
	assert.ErrorIs(t, err, ErrID)
}

func put(b []byte, at int, n uint32) []byte {
	binary.LittleEndian.PutUint32(b[at:], n)
	return b
}

// What is refused is refused with ErrFormat, and what is taken is written again
// as it was.
func FuzzDecodeEntry(f *testing.F) {
	var indexes []*Index
	for _, o := range encodedBy {
		x := newIndex(f, o)
		indexes = append(indexes, x)
		for _, n := range []int{0, 1, 3, 60} {
			f.Add(encoded(f, prepared(f, x, encodedEntry(n))))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, x := range indexes {
			p, err := x.Decode(b)
			if err != nil {
				require.ErrorIs(t, err, ErrFormat)
				continue
			}
			require.Equal(t, b, encoded(t, p))
			x.sketch(p.doc, new(unpacked)) // what is decoded can be used
		}
	})
}
