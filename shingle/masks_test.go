package shingle

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// plainMasks is findMasksGo, byte by byte.
func plainMasks(data []byte, windows int) (ms []masks) {
	accent := func(i int) bool { // the first byte of a letter À to ÿ
		return i >= 0 && i+1 < windows*window && data[i] == latin1 && data[i+1]&0xC0 == 0x80 && data[i+1] != 0x97 && data[i+1] != 0xB7
	}
	for w := range windows {
		var m masks
		for bit := range window {
			i, set := w*window+bit, uint64(1)<<bit
			switch c := data[i]; {
			case accent(i) || accent(i-1):
				m.letters |= set
				m.accents |= set
			case c == '\'' || c >= 0x80:
				m.beyond |= set
			case c == ' ':
				m.spaces |= set
			case c >= '0' && c <= '9':
				m.letters |= set
				m.digits |= set
			case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
				m.letters |= set
			}
		}
		if ms = append(ms, m); m.beyond != 0 {
			break
		}
	}
	return ms
}

// plainEdges is find, bit by bit.
func plainEdges(ms []masks) (out []int) {
	inside := false
	for i := range len(ms) * window {
		if is := ms[i/window].letters>>(i%window)&1 == 1; is != inside {
			out, inside = append(out, i), is
		}
	}
	if inside {
		out = append(out, len(ms)*window)
	}
	return out
}

// The functions that there may be for vectors are those in Go, and these do as said.
func FuzzKernels(f *testing.F) {
	for _, text := range tricky {
		f.Add([]byte(strings.Repeat(text+" ", 20)))
	}
	f.Add([]byte(strings.Repeat("The Council agreed, 1,000 to 10. ", 200)))
	f.Add([]byte(strings.Repeat("x", 63) + "é" + strings.Repeat("y", 62) + "é×é÷É" + strings.Repeat("é", 100)))
	for _, letter := range []string{"×", "÷", "é", "\xC3\x80", "\xC3\xC0", "\xC3\xFF", "\xC3z"} { // in two windows
		f.Add([]byte(strings.Repeat("x", 63) + letter + strings.Repeat("y", 62) + letter + strings.Repeat("z", 200)))
	}
	f.Add([]byte(strings.Repeat("a ", 2*window*chunk)))
	every := make([]byte, 0, 512*window)
	for c := range 256 {
		every = append(every, strings.Repeat(" ", c%window)+"\xC3"+string([]byte{byte(c)})...)
		every = append(every, strings.Repeat("z", 2*window-2-c%window)...)
	}
	f.Add(every)
	f.Fuzz(func(t *testing.T, data []byte) {
		// Each window is once the first: what is beyond ends a call.
		for first := 0; first+window <= len(data); first += window {
			part := data[first:]
			windows := min(len(part)/window, chunk)
			var want, got [chunk]masks
			n := findMasksGo(want[:windows], part)
			require.True(t, slices.Equal(plainMasks(part, windows), want[:n]), "%q", part)
			require.Equal(t, n, findMasks(got[:windows], part))
			require.True(t, want == got, "%q", part)
			sameWords(t, want[:n], part)
		}
		values := make([]uint64, len(data)/8)
		hashes := make([]uint64, len(values))
		for i := range values {
			values[i] = binary.LittleEndian.Uint64(data[8*i:])
			hashes[i] = xxhash8(values[i])
		}
		hashAll(values)
		require.Equal(t, hashes, values)
	})
}

// sameWords compares how the words by these masks are found and read.
func sameWords(t *testing.T, ms []masks, text []byte) {
	var e edges
	words := e.find(ms)
	var found []int
	for i := range words {
		start, end := e.word(i)
		found = append(found, start, end)
	}
	require.True(t, slices.Equal(plainEdges(ms), found))
	for words > 0 && found[2*words-2]+8 > len(text) {
		words--
	}
	for _, high := range []uint64{0, highs} {
		var want, got struct {
			values [chunk * window]uint64
			spans  [chunk * window]Span
			rest   rest
		}
		n := loadShortGo(want.values[:words], want.spans[:], &want.rest, &e, text, 7, high)
		require.Equal(t, n, loadShort(got.values[:words], got.spans[:], &got.rest, &e, text, 7, high))
		require.True(t, want.spans == got.spans)
		require.True(t, slices.Equal(want.rest[:n], got.rest[:n]))
		rest := want.rest[:n]
		for i, s := range want.spans[:words] {
			word := text[s.Start-7 : s.End-7]
			other := len(word) > 8 || high != 0 && strings.ContainsFunc(string(word), func(r rune) bool { return r >= 0x80 })
			if other {
				require.True(t, len(rest) > 0 && rest[0] == uint16(i), "%q", word)
				rest = rest[1:]
				continue
			}
			require.True(t, want.values[i] == got.values[i], "%q", word)
		}
		require.Empty(t, rest)
	}
}
