//go:build !amd64 || purego

package cpu

// Vectors says whether there are vectors that the packages make use of.
const Vectors = false
