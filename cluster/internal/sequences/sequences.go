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
	"math"
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
//	8·⌈n/64⌉       a bit for each number, 1 if it is one of these
//	⌈20·d/8⌉       their upper bits
//	⌈w·(n−d)/8⌉    of the others, which of the d they are like, w bits each
//	               the numbers of which something else was guessed: by how many numbers
//	               behind the one before, a byte, 255 for none so near; and the
//	               difference, one byte of bits, or 0 and two
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
	width := max(bits.Len(uint(n)), 5) + 1
	shift, mask := 32-width, uint32(1)<<width-1
	e.slots = slices.Grow(e.slots[:0], 1<<width)[:1<<width]
	clear(e.slots)
	e.last, e.others = slices.Grow(e.last[:0], n+1)[:n+1], slices.Grow(e.others[:0], n+1)[:n+1]
	e.wrong = e.wrong[:0]
	e.buf = slices.Grow(e.buf[:0], n/8+32)
	e.buf = append(e.buf, make([]byte, 8*((n+63)/64))...)
	var flags uint64
	d, before, right := uint32(0), uint32(0), 0
	for i, v := range numbers {
		at := v >> upper * 0x9E3779B1 >> shift
		for e.slots[at] != 0 && (e.last[e.slots[at]-1]^v)>>upper != 0 {
			at = (at + 1) & mask
		}
		// Whether it came before cannot be foretold, so nothing branches on it.
		slot := e.slots[at]
		isNew := (slot - 1) >> 31
		place := slot - 1 + isNew*(d+1)
		e.others[uint32(i)-d] = place
		last := e.last[place]&(isNew-1) | v>>upper<<upper
		d += isNew
		e.slots[at] = place + 1
		flags |= uint64(isNew) << (i % 64)
		if i%64 == 63 {
			le.PutUint64(e.buf[i/64*8:], flags)
			flags = 0
		}
		was := guess(last, before)
		if was != v {
			e.differ(right, v^was)
			right = -1
		}
		right++
		e.last[place] = learn(last, v)
		before = v
	}
	if n%64 != 0 {
		le.PutUint64(e.buf[n/64*8:], flags)
	}
	for i, v := range e.last[:d] {
		e.last[i] = v >> upper
	}
	e.bits(e.last[:d], 32-upper)
	e.bits(e.others[:n-int(d)], widthOf(int(d)))
	e.buf = append(e.buf, e.wrong...)
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

// differ notes that a number is another than was guessed, after so many that were right.
func (e *encoder) differ(right int, by uint32) {
	for ; right >= 255; right -= 255 {
		e.wrong = append(e.wrong, 255)
	}
	if by < 256 {
		e.wrong = append(e.wrong, byte(right), byte(by))
		return
	}
	e.wrong = le.AppendUint16(append(e.wrong, byte(right), 0), uint16(by))
}

// Unpack returns the numbers, which hold until the next call. It returns nil if there is no
// sequence.
func (p Packed) Unpack(to *Buffer) []uint32 {
	b := p.bytes.All()
	switch p.bytes.Mark {
	case none:
		return nil
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
	b = b[8*((n+63)/64):]
	last := slices.Grow(to.last[:0], d+1)[:d+1]
	for i := range d {
		bit := uint(i) * (32 - upper)
		last[i] = uint32(le.Uint64(b[bit/8:])>>(bit%8)) << upper
	}
	b = b[((32-upper)*d+7)/8:]
	width := uint(widthOf(d))
	wrong := b[(int(width)*(n-d)+7)/8:]
	out := slices.Grow(to.numbers[:0], max(n, 1))[:n]
	var flag uint64
	bit, fresh, before := uint(0), uint32(0), uint32(0)
	right, by := next(&wrong)
	for i := range out {
		if i%64 == 0 {
			flag = le.Uint64(flags[i/8:])
		}
		isNew := uint32(flag & 1)
		flag >>= 1
		// Whether it came before cannot be foretold, so nothing branches on it.
		place := uint32(le.Uint64(b[bit/8:])>>(bit%8)) & (1<<(width&31) - 1)
		place = place&(isNew-1) | fresh&-isNew
		bit += width & uint(uint64(isNew)-1)
		fresh += isNew
		v := guess(last[place], before)
		if right == i {
			v ^= by
			right, by = next(&wrong)
			right += i + 1
		}
		last[place] = learn(last[place], v)
		out[i], before = v, v
	}
	to.numbers, to.last = out, last
	return out
}

// next returns after how many numbers one is another than was guessed, and by what.
func next(wrong *[]byte) (right int, by uint32) {
	b := *wrong
	for len(b) > 8 && b[0] == 255 {
		right += 255
		b = b[1:]
	}
	if len(b) <= 8 {
		return math.MaxInt32, 0
	}
	right += int(b[0])
	if by = uint32(b[1]); by != 0 {
		*wrong = b[2:]
		return right, by
	}
	*wrong = b[4:]
	return right, uint32(le.Uint16(b[2:]))
}
