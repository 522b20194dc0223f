//go:build !amd64 || purego

package minhash

// choose takes no shingles: there are no vectors.
func (c *choices) choose(_ []uint64, _, _ uint64) int { return 0 }
