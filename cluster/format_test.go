package cluster_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
)

// The entry that docs/format.md shows is what AppendBinary writes, byte for byte.
func TestFormatExample(t *testing.T) {
	t.Parallel()
	x, err := cluster.New(cluster.Options{NewJudge: func() cluster.Judge { return nil }})
	require.NoError(t, err)
	e := cluster.Entry{
		ID: "harbour-1", Site: "courier.example", Published: time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC),
		Words: 7, Bands: []uint64{1, 2}, Sequence: []uint32{0x11, 0x22, 0x33},
	}
	e.Set.Add([]uint64{0x0111111122222222, 0x3333333344444444}, true)
	e.Set.Add([]uint64{0x5555555566666666}, false)
	e.Set.Sort()
	p, err := x.Prepare(e)
	require.NoError(t, err)
	got, err := p.AppendBinary(nil)
	require.NoError(t, err)
	require.Equal(t, hex.Dump(shown(t, "entry")), hex.Dump(got))
	_, err = x.Decode(got)
	require.NoError(t, err)
}

// shown returns the bytes of a block of docs/format.md. In each line these come
// first, and after two spaces what they mean; "× n" after them repeats them.
func shown(t *testing.T, block string) (out []byte) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "format.md"))
	require.NoError(t, err)
	_, rest, ok := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "```"+block+"\n")
	require.True(t, ok, "docs/format.md has no block %q", block)
	rest, _, _ = strings.Cut(rest, "```")
	for line := range strings.Lines(rest) {
		digits, meaning, _ := strings.Cut(strings.TrimSpace(line), "  ")
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		require.NoError(t, err, line)
		n := 1
		fmt.Sscanf(strings.TrimSpace(meaning), "× %d", &n)
		out = append(out, bytes.Repeat(b, n)...)
	}
	return out
}
