// Package compact has slices of 16 bytes rather than 24, of which an index keeps
// two for each document. The build tag purego makes them ordinary slices.
package compact
