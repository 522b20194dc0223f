//go:build !amd64 || purego

package shingle

func findMasks(ms []masks, data []byte) int { return findMasksGo(ms, data) }

func loadShort(values []uint64, spans []Span, rest *rest, e *edges, text []byte, at int, high uint64) int {
	return loadShortGo(values, spans, rest, e, text, at, high)
}

func hashAll(values []uint64) { hashAllGo(values) }
