// Package sequences keeps what a judge needs of a document, a sequence of numbers of 32
// bits: as a storage has it, or packed for memory.
//
// Any numbers are packed without loss. Little memory is taken by those of which the upper
// 20 bits come again, as words of a text do, and the lower 12 are for the most part those
// of the last number with the same upper ones, as what is known of a word is: see
// passage.Sequence.
package sequences

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"sync"

	"github.com/cbb30ed1/reprint/cluster/internal/compact"
)

// A Packed is a sequence. It is not changed. The zero value is none, which is not an empty
// one.
type Packed struct{ bytes compact.Slice[byte] } // the mark is its kind

const (
	none   = iota
	stored // numbers of 32 bits, little-endian
	dense  // see Dense
)

var le = binary.LittleEndian

// Of packs a sequence as a storage has it.
func Of(numbers []uint32) Packed {
	b := make([]byte, 0, 4*len(numbers))
	for _, v := range numbers {
		b = le.AppendUint32(b, v)
	}
	return FromBytes(b)
}

// FromBytes returns the sequence with these bytes, a multiple of four, as Stored returns
// them. It keeps them.
func FromBytes(b []byte) Packed { return Packed{compact.Of(b, stored)} }

// Stored returns the bytes of a sequence that is packed for a storage. They must not be
// changed.
func (p Packed) Stored() []byte { return p.bytes.All() }

// None reports whether there is no sequence.
func (p Packed) None() bool { return p.bytes.Mark == none }

// Bytes returns the memory of the sequence.
func (p Packed) Bytes() int { return p.bytes.Len() }

// Densely returns the sequence packed for memory.
func (p Packed) Densely() Packed {
	if p.bytes.Mark != stored {
		return p
	}
	return Dense(p.Unpack(new(Buffer)))
}

// A Buffer is memory to unpack sequences in.
type Buffer struct {
	of      Packed // what the numbers are of, unless it is none
	numbers []uint32
	last    []uint32 // those with other upper bits, each as it came last
}

// What is known of a number before it comes. A judge marks with the lower bits what
// begins at a word, what goes on from one word to the next, and of what kind the word is.
const (
	upper  = 12          // bits below the upper ones
	goOn   = 1<<0 | 1<<7 // those that the number before has
	begin  = 1<<1 | 1<<2 | 1<<6
	source = 1<<2 | 1<<6 // goes on, too, when both are set
	lower  = 1<<upper - 1
)

// guess returns what is expected of a number, from the last one with the same upper bits
// and from the one before it.
func guess(last, before uint32) uint32 {
	v := last&^(goOn|begin) | before&goOn
	if before&source == source {
		v |= source
	}
	return v
}

// learn returns what a number tells of the next one with the same upper bits: one at a
// beginning may be written in another way than elsewhere.
func learn(last, v uint32) uint32 {
	if v&begin != 0 {
		return last
	}
	return v
}

// Dense packs a sequence for memory:
//
//	n    varint    numbers
//	d    varint    of which so many have upper bits that did not come before
//	16·⌈n/64⌉      for 64 numbers at a time a bit each, 1 if it is one of these, and then
//	               a bit each, 1 if something else was guessed of it
//	⌈20·d/8⌉       the upper bits of the d
//	⌈w·(n−d)/8⌉    of the others, which of the d they are like, w bits each
//	               what is wrong with the guesses, a byte of bits each, or 0 and two
//	8              zeros, as bits are read 64 at a time
func Dense(numbers []uint32) Packed {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.pack(numbers)
	return Packed{compact.Of(slices.Clone(e.buf), dense)}
}

// An encoder packs sequences. It keeps its memory from one to the next.
type encoder struct {
	slots  []uint32 // a hash table of the numbers by their upper bits: the place plus one
	last   []uint32 // the numbers with other upper bits, each as it came last
	others []uint32 // the places of those that have come before
	buf    []byte
	wrong  []byte
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func (e *encoder) pack(numbers []uint32) {
	n := len(numbers)
	width := max(bits.Len(uint(n)), 5) + 2
	shift, mask := 32-width, uint32(1)<<width-1
	e.slots = slices.Grow(e.slots[:0], 1<<width)[:1<<width]
	clear(e.slots)
	slots := e.slots
	lasts, others := slices.Grow(e.last[:0], n+1)[:n+1], slices.Grow(e.others[:0], n+1)[:n+1]
	wrong := slices.Grow(e.wrong[:0], 3*n+1)[:3*n+1]
	e.last, e.others, e.wrong = lasts, others, wrong
	e.buf = slices.Grow(e.buf[:0], n/4+32)
	d, differ, before := uint32(0), 0, uint32(0)
	// Neither whether a number came before can be foretold, nor whether it is guessed. So
	// nothing branches on it.
	for i := 0; i < n; {
		var news, wrongs uint64
		for bit := 0; bit < 64 && i < n; bit++ {
			v := numbers[i]
			at := v >> upper * 0x9E3779B1 >> shift
			for slots[at] != 0 && (lasts[slots[at]-1]^v)>>upper != 0 {
				at = (at + 1) & mask
			}
			slot := slots[at]
			isNew := (slot - 1) >> 31
			place := slot - 1 + isNew*(d+1)
			others[uint32(i)-d] = place
			last := lasts[place]&(isNew-1) | v>>upper<<upper
			d += isNew
			slots[at] = place + 1
			news |= uint64(isNew) << bit
			by := v ^ guess(last, before)
			isWrong := (by | -by) >> 31
			wrongs |= uint64(isWrong) << bit
			wrong[differ] = byte(by)
			differ += int(isWrong)
			if by > 255 {
				wrong[differ-1] = 0
				le.PutUint16(wrong[differ:], uint16(by))
				differ += 2
			}
			lasts[place] = learn(last, v)
			before = v
			i++
		}
		e.buf = le.AppendUint64(le.AppendUint64(e.buf, news), wrongs)
	}
	for i, v := range lasts[:d] {
		lasts[i] = v >> upper
	}
	e.bits(lasts[:d], 32-upper)
	e.bits(others[:n-int(d)], widthOf(int(d)))
	e.buf = append(e.buf, wrong[:differ]...)
	e.buf = append(e.buf, make([]byte, 8)...)
	var head [2 * binary.MaxVarintLen32]byte
	e.buf = slices.Insert(e.buf, 0, binary.AppendUvarint(binary.AppendUvarint(head[:0], uint64(n)), uint64(d))...)
}

// widthOf returns how many bits tell so many places apart.
func widthOf(d int) int { return bits.Len(uint(max(d, 1) - 1)) }

// bits appends numbers of so many bits.
func (e *encoder) bits(numbers []uint32, width int) {
	var rest uint64
	fill := 0
	for _, v := range numbers {
		rest |= uint64(v) << fill
		if fill += width; fill >= 32 {
			e.buf = le.AppendUint32(e.buf, uint32(rest))
			rest >>= 32
			fill -= 32
		}
	}
	for ; fill > 0; fill -= 8 {
		e.buf = append(e.buf, byte(rest))
		rest >>= 8
	}
}

// Unpack returns the numbers, which hold until another sequence is unpacked to the same
// memory, and must not be changed. It returns nil if there is no sequence.
func (p Packed) Unpack(to *Buffer) []uint32 {
	if p.None() {
		return nil
	}
	if !to.of.None() && to.of.bytes.Same(p.bytes) {
		return to.numbers
	}
	to.of = p
	b := p.bytes.All()
	switch p.bytes.Mark {
	case stored:
		to.numbers = slices.Grow(to.numbers[:0], max(len(b)/4, 1))[:len(b)/4]
		for i := range to.numbers {
			to.numbers[i] = le.Uint32(b[4*i:])
		}
		return to.numbers
	}
	size, at := binary.Uvarint(b)
	distinct, more := binary.Uvarint(b[at:])
	b = b[at+more:]
	n, d := int(size), int(distinct)
	flags := b
	b = b[16*((n+63)/64):]
	last := slices.Grow(to.last[:0], d+1)[:d+1]
	for i := range d {
		bit := uint(i) * (32 - upper)
		last[i] = uint32(le.Uint64(b[bit/8:])>>(bit%8)) << upper
	}
	b = b[((32-upper)*d+7)/8:]
	width := uint(widthOf(d))
	mask := uint32(1)<<(width&31) - 1
	wrong := b[(int(width)*(n-d)+7)/8:]
	out := slices.Grow(to.numbers[:0], max(n, 1))[:n]
	bit, fresh, before := uint(0), uint32(0), uint32(0)
	for rest := out; len(rest) > 0; flags = flags[16:] {
		news, wrongs := le.Uint64(flags), le.Uint64(flags[8:])
		part := rest[:min(64, len(rest))]
		rest = rest[len(part):]
		for i := range part {
			isNew, isWrong := uint32(news&1), uint32(wrongs&1)
			news >>= 1
			wrongs >>= 1
			place := uint32(le.Uint64(b[bit/8:])>>(bit%8)) & mask
			place = place&(isNew-1) | fresh&-isNew
			bit += width & uint(uint64(isNew)-1)
			fresh += isNew
			by := uint32(wrong[0]) & -isWrong
			wrong = wrong[isWrong:]
			if by == 0 && isWrong != 0 {
				by = uint32(le.Uint16(wrong))
				wrong = wrong[2:]
			}
			v := guess(last[place], before) ^ by
			last[place] = learn(last[place], v)
			part[i], before = v, v
		}
	}
	to.numbers, to.last = out, last
	return out
}
