//go:build !purego

#include "textflag.h"

// Bytes, each to fill a register of 32.
DATA bytes<>+0(SB)/8, $0x2727272727272727 // apostrophe
DATA bytes<>+8(SB)/8, $0x2020202020202020 // space, and the bit of small letters
DATA bytes<>+16(SB)/8, $0x1F1F1F1F1F1F1F1F // 0x80 - 'a': 'a' becomes the least signed byte
DATA bytes<>+24(SB)/8, $0x9A9A9A9A9A9A9A9A // -0x80 + 26
DATA bytes<>+32(SB)/8, $0x5050505050505050 // 0x80 - '0'
DATA bytes<>+40(SB)/8, $0x8A8A8A8A8A8A8A8A // -0x80 + 10
DATA bytes<>+48(SB)/8, $0xC3C3C3C3C3C3C3C3 // latin1
DATA bytes<>+56(SB)/8, $0xC0C0C0C0C0C0C0C0 // those that go on with a character are less
DATA bytes<>+64(SB)/8, $0xB7B7B7B7B7B7B7B7 // × and ÷, with the bit of small letters
GLOBL bytes<>(SB), RODATA|NOPTR, $72

// Of the 32 bytes in x, sets letter, digit and space, and the high bit of x where the
// byte is an apostrophe or not of ASCII.
#define CLASSES(x, letter, digit, space, t) \
	VPOR     Y9, x, letter; \
	VPADDB   Y10, letter, letter; \
	VPCMPGTB letter, Y11, letter; \
	VPADDB   Y12, x, digit; \
	VPCMPGTB digit, Y13, digit; \
	VPOR     digit, letter, letter; \
	VPCMPEQB Y9, x, space; \
	VPCMPEQB Y8, x, t

// Sets dst to the high bits of the 64 bytes in low and high.
#define MASK(low, high, dst, t) \
	VPMOVMSKB low, dst; \
	VPMOVMSKB high, t; \
	SHLQ      $32, t; \
	ORQ       t, dst

// func findMasksAVX2(ms *masks, n int, data *byte) int
TEXT ·findMasksAVX2(SB), NOSPLIT, $0-32
	MOVQ         ms+0(FP), DI
	MOVQ         n+8(FP), CX
	MOVQ         data+16(FP), SI
	MOVQ         CX, DX          // windows that are left
	XORL         BX, BX          // the window before ends in the first byte of a letter
	VPBROADCASTQ bytes<>+0(SB), Y8
	VPBROADCASTQ bytes<>+8(SB), Y9
	VPBROADCASTQ bytes<>+16(SB), Y10
	VPBROADCASTQ bytes<>+24(SB), Y11
	VPBROADCASTQ bytes<>+32(SB), Y12
	VPBROADCASTQ bytes<>+40(SB), Y13
	VPBROADCASTQ bytes<>+48(SB), Y14
	VPBROADCASTQ bytes<>+56(SB), Y15

window:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	CLASSES(Y0, Y2, Y3, Y4, Y7)
	VPOR    Y0, Y7, Y7
	CLASSES(Y1, Y5, Y6, Y0, Y8) // Y8 is loaded again below
	VPOR    Y1, Y8, Y8
	MASK(Y2, Y5, R8, AX)  // letters
	MASK(Y3, Y6, R9, AX)  // digits
	MASK(Y4, Y0, R10, AX) // spaces
	MASK(Y7, Y8, R11, AX) // beyond
	VPBROADCASTQ bytes<>+0(SB), Y8
	XORL    R12, R12 // accents
	TESTQ   R11, R11
	JNE     beyond

store:
	MOVQ R8, 0(DI)
	MOVQ R9, 8(DI)
	MOVQ R10, 16(DI)
	MOVQ R12, 24(DI)
	MOVQ R11, 32(DI)
	ADDQ $40, DI
	ADDQ $64, SI
	DECQ DX
	JEQ  done
	TESTQ R11, R11
	JEQ  window

done:
	VZEROUPPER
	SUBQ DX, CX
	MOVQ CX, ret+24(FP)
	RET

beyond:
	// Letters À to ÿ: a byte that is latin1, and one of 0x80 to 0xBF, but for two.
	VMOVDQU  (SI), Y0
	VPCMPEQB Y0, Y14, Y2
	VPCMPEQB Y1, Y14, Y3
	MASK(Y2, Y3, R12, AX) // first bytes
	VPBROADCASTQ bytes<>+64(SB), Y6
	VPOR     Y9, Y0, Y2
	VPOR     Y9, Y1, Y3
	VPCMPEQB Y2, Y6, Y2
	VPCMPEQB Y3, Y6, Y3
	VPCMPGTB Y0, Y15, Y4
	VPCMPGTB Y1, Y15, Y5
	VPANDN   Y4, Y2, Y4
	VPANDN   Y5, Y3, Y5
	MASK(Y4, Y5, R13, AX) // second bytes
	MOVQ     R13, R14
	SHRQ     $1, R14
	CMPQ     DX, $1
	JEQ      last
	// The letter may end in the next window.
	MOVBLZX  64(SI), AX
	MOVL     AX, R15
	ANDL     $0xC0, R15
	CMPL     R15, $0x80
	JNE      last
	ORL      $0x20, AX
	CMPL     AX, $0xB7
	JEQ      last
	BTSQ     $63, R14

last:
	ANDQ  R14, R12
	LEAQ  (BX)(R12*2), R14
	ANDQ  R13, R14
	MOVQ  R12, BX
	SHRQ  $63, BX
	ORQ   R14, R12
	ORQ   R12, R8
	ANDNQ R11, R12, R11
	JMP   store

// func loadShortBMI(values *uint64, n int, spans *Span, rest *rest, e *edges, text *byte, at int, high uint64) int
TEXT ·loadShortBMI(SB), NOSPLIT, $0-72
	MOVQ values+0(FP), DI
	MOVQ n+8(FP), CX
	MOVQ spans+16(FP), R8
	MOVQ rest+24(FP), R9
	MOVQ e+32(FP), SI
	MOVQ text+40(FP), R10
	MOVQ at+48(FP), R11
	MOVQ high+56(FP), R12
	MOVQ $0x2020202020202020, R13
	XORL DX, DX // the index of the word
	MOVQ R9, R15

nextWord:
	MOVWLZX (SI), AX
	MOVWLZX 2(SI), BX
	ADDQ    $4, SI
	MOVQ    (R10)(AX*1), R14
	MOVW    DX, (R15)
	INCL    DX
	SUBQ    AX, BX
	ADDQ    R11, AX
	MOVQ    AX, (R8)
	ADDQ    BX, AX
	MOVQ    AX, 8(R8)
	ADDQ    $16, R8
	LEAQ    (BX*8), AX
	BZHIQ   AX, R14, R14 // the first bytes of the word
	BZHIQ   AX, R13, AX
	ORQ     R14, AX
	MOVQ    AX, (DI)     // in small letters
	MOVQ    R14, AX
	ANDQ    R12, AX
	NEGQ    AX
	SBBQ    AX, AX       // -1 if the word has a high bit of those asked for
	SUBQ    $9, BX
	NOTQ    BX           // 8 less the size
	ORQ     BX, AX
	SHRQ    $63, AX
	LEAQ    (R15)(AX*2), R15
	ADDQ    $8, DI
	DECQ    CX
	JNE     nextWord
	SUBQ    R9, R15
	SHRQ    $1, R15
	MOVQ    R15, ret+64(FP)
	RET

// The constants of XXH64: each as it is, and its upper half where it is a factor.
DATA primes<>+0(SB)/8, $0xC2B2AE3D27D4EB4F // prime2
DATA primes<>+8(SB)/8, $0xC2B2AE3D
DATA primes<>+16(SB)/8, $0x9E3779B185EBCA87 // prime1
DATA primes<>+24(SB)/8, $0x9E3779B1
DATA primes<>+32(SB)/8, $0x165667B19E3779F9 // prime3
DATA primes<>+40(SB)/8, $0x165667B1
DATA primes<>+48(SB)/8, $0x27D4EB2F165667CD // prime5 + 8
DATA primes<>+56(SB)/8, $0x85EBCA77C2B2AE63 // prime4
GLOBL primes<>(SB), RODATA|NOPTR, $64

// Multiplies four numbers in Y0 and four in Y3 by a factor, whose upper half is upper.
// The products of 32 bits that go over the 64th are left out.
#define MULTIPLY(factor, upper) \
	VPSRLQ   $32, Y0, Y1; \
	VPSRLQ   $32, Y3, Y4; \
	VPMULUDQ upper, Y0, Y2; \
	VPMULUDQ upper, Y3, Y5; \
	VPMULUDQ factor, Y1, Y1; \
	VPMULUDQ factor, Y4, Y4; \
	VPADDQ   Y1, Y2, Y1; \
	VPADDQ   Y4, Y5, Y4; \
	VPMULUDQ factor, Y0, Y0; \
	VPMULUDQ factor, Y3, Y3; \
	VPSLLQ   $32, Y1, Y1; \
	VPSLLQ   $32, Y4, Y4; \
	VPADDQ   Y1, Y0, Y0; \
	VPADDQ   Y4, Y3, Y3

#define ROTATE(n) \
	VPSLLQ $n, Y0, Y1; \
	VPSLLQ $n, Y3, Y4; \
	VPSRLQ $(64-n), Y0, Y0; \
	VPSRLQ $(64-n), Y3, Y3; \
	VPOR   Y1, Y0, Y0; \
	VPOR   Y4, Y3, Y3

// x ^= x>>n
#define SHIFTXOR(n) \
	VPSRLQ $n, Y0, Y1; \
	VPSRLQ $n, Y3, Y4; \
	VPXOR  Y1, Y0, Y0; \
	VPXOR  Y4, Y3, Y3

// func hashAllAVX2(values *uint64, n int)
TEXT ·hashAllAVX2(SB), NOSPLIT, $0-16
	MOVQ         values+0(FP), DI
	MOVQ         n+8(FP), CX
	VPBROADCASTQ primes<>+0(SB), Y8
	VPBROADCASTQ primes<>+8(SB), Y9
	VPBROADCASTQ primes<>+16(SB), Y10
	VPBROADCASTQ primes<>+24(SB), Y11
	VPBROADCASTQ primes<>+32(SB), Y12
	VPBROADCASTQ primes<>+40(SB), Y13
	VPBROADCASTQ primes<>+48(SB), Y14
	VPBROADCASTQ primes<>+56(SB), Y15

nextValues:
	VMOVDQU (DI), Y0
	VMOVDQU 32(DI), Y3
	MULTIPLY(Y8, Y9)
	ROTATE(31)
	MULTIPLY(Y10, Y11)
	VPXOR   Y14, Y0, Y0
	VPXOR   Y14, Y3, Y3
	ROTATE(27)
	MULTIPLY(Y10, Y11)
	VPADDQ  Y15, Y0, Y0
	VPADDQ  Y15, Y3, Y3
	SHIFTXOR(33)
	MULTIPLY(Y8, Y9)
	SHIFTXOR(29)
	MULTIPLY(Y12, Y13)
	SHIFTXOR(32)
	VMOVDQU Y0, (DI)
	VMOVDQU Y3, 32(DI)
	ADDQ    $64, DI
	SUBQ    $8, CX
	JNE     nextValues
	VZEROUPPER
	RET
