//go:build !purego

#include "textflag.h"

// The factors of mix, and their upper halves.
DATA factors<>+0(SB)/8, $0xbf58476d1ce4e5b9
DATA factors<>+8(SB)/8, $0xbf58476d
DATA factors<>+16(SB)/8, $0x94d049bb133111eb
DATA factors<>+24(SB)/8, $0x94d049bb
GLOBL factors<>(SB), RODATA|NOPTR, $32

// Multiplies four numbers in Y0 and four in Y3 by a factor, whose upper half is upper.
// The products of 32 bits that go over the 64th are left out.
#define MULTIPLY(factor, upper) \
	VPSRLQ   $32, Y0, Y1;    \
	VPSRLQ   $32, Y3, Y4;    \
	VPMULUDQ upper, Y0, Y2;  \
	VPMULUDQ upper, Y3, Y5;  \
	VPMULUDQ factor, Y1, Y1; \
	VPMULUDQ factor, Y4, Y4; \
	VPADDQ   Y1, Y2, Y1;     \
	VPADDQ   Y4, Y5, Y4;     \
	VPMULUDQ factor, Y0, Y0; \
	VPMULUDQ factor, Y3, Y3; \
	VPSLLQ   $32, Y1, Y1;    \
	VPSLLQ   $32, Y4, Y4;    \
	VPADDQ   Y1, Y0, Y0;     \
	VPADDQ   Y4, Y3, Y3

// x ^= x>>n
#define SHIFTXOR(n) \
	VPSRLQ $n, Y0, Y1; \
	VPSRLQ $n, Y3, Y4; \
	VPXOR  Y1, Y0, Y0; \
	VPXOR  Y4, Y3, Y3

// func chooseAVX2(c *choices, shingles *uint64, n int, key, base uint64)
TEXT ·chooseAVX2(SB), NOSPLIT, $0-40
	MOVQ         c+0(FP), DI
	LEAQ         (128*8)(DI), R8
	MOVQ         shingles+8(FP), SI
	MOVQ         n+16(FP), CX
	VPBROADCASTQ key+24(FP), Y6
	VPBROADCASTQ base+32(FP), Y7
	VPBROADCASTQ factors<>+0(SB), Y8
	VPBROADCASTQ factors<>+8(SB), Y9
	VPBROADCASTQ factors<>+16(SB), Y10
	VPBROADCASTQ factors<>+24(SB), Y11

next:
	// mix of eight shingles
	VPXOR   (SI), Y6, Y0
	VPXOR   32(SI), Y6, Y3
	SHIFTXOR(30)
	MULTIPLY(Y8, Y9)
	SHIFTXOR(27)
	MULTIPLY(Y10, Y11)
	SHIFTXOR(31)
	// the slots: the highest bits
	VPSRLQ  $57, Y0, Y1
	VPSRLQ  $57, Y3, Y4
	VMOVDQU Y1, (DI)
	VMOVDQU Y4, 32(DI)
	// the words: the others, without the lowest, and the round
	VPSLLQ  $7, Y0, Y0
	VPSLLQ  $7, Y3, Y3
	VPSRLQ  $16, Y0, Y0
	VPSRLQ  $16, Y3, Y3
	VPOR    Y7, Y0, Y0
	VPOR    Y7, Y3, Y3
	VMOVDQU Y0, (R8)
	VMOVDQU Y3, 32(R8)
	ADDQ    $64, SI
	ADDQ    $64, DI
	ADDQ    $64, R8
	SUBQ    $8, CX
	JNE     next
	VZEROUPPER
	RET
