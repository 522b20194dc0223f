//go:build !purego

package shingle

import "github.com/cbb30ed1/reprint/internal/cpu"

func findMasks(ms []masks, data []byte) int {
	if !cpu.Vectors {
		return findMasksGo(ms, data)
	}
	_ = data[len(ms)*window-1]
	return findMasksAVX2(&ms[0], len(ms), &data[0])
}

func loadShort(values []uint64, spans []Span, rest *rest, e *edges, text []byte, at int, high uint64) int {
	if !cpu.Vectors || len(values) == 0 {
		return loadShortGo(values, spans, rest, e, text, at, high)
	}
	_ = spans[len(values)-1]
	return loadShortBMI(&values[0], len(values), &spans[0], rest, e, &text[0], at, high)
}

func hashAll(values []uint64) {
	if n := len(values) &^ 7; cpu.Vectors && n > 0 {
		hashAllAVX2(&values[0], n)
		values = values[n:]
	}
	hashAllGo(values)
}

// findMasksAVX2 is findMasksGo for n windows, at least one.
//
//go:noescape
func findMasksAVX2(ms *masks, n int, data *byte) int

// loadShortBMI is loadShortGo for n words, at least one.
//
//go:noescape
func loadShortBMI(values *uint64, n int, spans *Span, rest *rest, e *edges, text *byte, at int, high uint64) int

// hashAllAVX2 is hashAllGo for n values, a multiple of eight and not 0.
//
//go:noescape
func hashAllAVX2(values *uint64, n int)
