package postings

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// The run that docs/format.md shows is what a checkpoint writes, byte for byte.
func TestFormatExample(t *testing.T) {
	t.Parallel()
	files := newMapFiles()
	r := &runs{prefix: 's', files: files, made: 12}
	l := newMemtable(&Options{Longest: longest})
	var live bitset.Set
	for n := range uint32(3) {
		live.Add(n)
	}
	l.add(0x10, Of(0)|2, nil)
	l.add(0x10, Of(2)|Marked, nil)
	l.replace(0x110, []Posting{Of(1)})
	l.replaces.add(0x80000000) // of which nothing is left
	_, err := r.write(&l, []uint32{0x10}, live)
	require.NoError(t, err)
	require.Equal(t, hex.Dump(shown(t, "run")), hex.Dump(files["s00000012.run"]))
}

// shown returns the bytes of a block of docs/format.md. In each line these come
// first, and after two spaces what they mean; "× n" after them repeats them.
func shown(t *testing.T, block string) (out []byte) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "format.md"))
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
