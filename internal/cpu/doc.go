// Package cpu says what the processor can do, for those packages that have a
// function twice: in Go, which defines it, and for vectors. The build tag purego
// leaves the latter out.
package cpu
