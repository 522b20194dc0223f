//go:build !purego

package minhash

import "github.com/cbb30ed1/reprint/internal/cpu"

// choose makes the choices of as many shingles as it can take, in a round with this
// key and base, and returns how many these are. For the rest, fewer than eight, and
// without vectors, roundDefault does the same in Go.
func (c *choices) choose(shingles []uint64, key, base uint64) int {
	n := min(len(shingles), len(c.slots)) &^ 7
	if n == 0 || !cpu.Vectors {
		return 0
	}
	chooseAVX2(c, &shingles[0], n, key, base)
	return n
}

// chooseAVX2 makes the choices of n shingles, a multiple of eight and not 0.
//
//go:noescape
func chooseAVX2(c *choices, shingles *uint64, n int, key, base uint64)
