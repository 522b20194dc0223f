package main

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriteReport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, writeReport(path, "../../testdata"))
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(page), "en-bridge-update.txt")
}

func TestReduce(t *testing.T) {
	full := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for y := range 64 {
		for x := range 64 {
			full.Set(x, y, color.RGBA{uint8(4 * x), uint8(4 * y), 9, 255})
		}
	}
	small := reduce(full)
	require.Len(t, small.Palette, 256)
	plain := reduce(image.NewGray(image.Rect(0, 0, 8, 8)))
	require.Len(t, plain.Palette, 1)
}
