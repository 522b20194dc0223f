//go:build !purego

package cpu

// Vectors says whether the processor and the system have AVX2, BMI1 and BMI2.
var Vectors = vectors()

func vectors() bool {
	const (
		osxsave, avx     = 1 << 27, 1 << 28       // of leaf 1, in ecx
		bmi1, avx2, bmi2 = 1 << 3, 1 << 5, 1 << 8 // of leaf 7, in ebx
		sse, ymm         = 1 << 1, 1 << 2         // that the system keeps the registers
	)
	if last, _, _ := cpuid(0); last < 7 {
		return false
	}
	if _, _, c := cpuid(1); c&(osxsave|avx) != osxsave|avx || xgetbv()&(sse|ymm) != sse|ymm {
		return false
	}
	_, b, _ := cpuid(7)
	return b&(bmi1|avx2|bmi2) == bmi1|avx2|bmi2
}

// cpuid asks for a leaf, and its first part where it has several.
func cpuid(leaf uint32) (a, b, c uint32)

// xgetbv returns which registers the system keeps for a process.
func xgetbv() uint32
