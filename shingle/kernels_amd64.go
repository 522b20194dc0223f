//go:build !purego

package shingle

// vectors says whether the processor and the system have what the functions in
// kernels_amd64.s need. Without, those in Go do the same.
var vectors = func() bool {
	const (
		popcnt, osxsave, avx = 1 << 23, 1 << 27, 1 << 28 // of function 1, ecx
		bmi1, avx2, bmi2     = 1 << 3, 1 << 5, 1 << 8    // of function 7, ebx
		registers            = 1<<1 | 1<<2               // the system keeps those of SSE and AVX
	)
	if last, _, _ := cpuid(0); last < 7 {
		return false
	}
	_, _, c := cpuid(1)
	_, b, _ := cpuid(7)
	return c&(popcnt|osxsave|avx) == popcnt|osxsave|avx && xgetbv()&registers == registers && b&(bmi1|avx2|bmi2) == bmi1|avx2|bmi2
}()

// cpuid asks the processor for a function, whose second argument is 0.
func cpuid(function uint32) (a, b, c uint32)

// xgetbv returns what the system keeps of registers from one process to the next.
func xgetbv() uint32

func findMasks(ms []masks, data []byte) int {
	if !vectors {
		return findMasksGo(ms, data)
	}
	_ = data[len(ms)*window-1]
	return findMasksAVX2(&ms[0], len(ms), &data[0])
}

func loadShort(values []uint64, spans []Span, rest *rest, e *edges, text []byte, at int, high uint64) int {
	if !vectors || len(values) == 0 {
		return loadShortGo(values, spans, rest, e, text, at, high)
	}
	_ = spans[len(values)-1]
	return loadShortBMI(&values[0], len(values), &spans[0], rest, e, &text[0], at, high)
}

func hashAll(values []uint64) {
	if n := len(values) &^ 7; vectors && n > 0 {
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
