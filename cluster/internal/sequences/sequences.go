// Package sequences keeps what a judge needs of a document, a sequence of numbers of 32
// bits: as a storage has it, or packed for memory.
//
// Any numbers are packed without loss. Least memory is taken by those of which the lower 12
// bits are nearly always one of a few forms, as what is known of the words of a text is: see
// passage.Sequence.
package sequences

import (
	"encoding/binary"
	"math"
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

// Pack is Dense, or Of where sequences need not be dense.
func Pack(numbers []uint32, dense bool) Packed {
	if dense {
		return Dense(numbers)
	}
	return Of(numbers)
}

// FromBytes returns the sequence with these bytes, a multiple of four, as Stored returns
// them. It keeps them.
func FromBytes(b []byte) Packed { return Packed{compact.Of(b, stored)} }

// Raw returns the bytes of the sequence as it is, which must not be changed, and its kind, for
// FromRaw of the same process.
func (p Packed) Raw() (b []byte, kind uint8) { return p.bytes.All(), p.bytes.Mark }

// FromRaw returns the sequence of which Raw returned these bytes and this kind. It keeps none
// of them.
func FromRaw(b []byte, kind uint8) Packed { return Packed{compact.Of(slices.Clone(b), kind)} }

// Stored returns the bytes of a sequence as a storage has it. They must not be changed.
func (p Packed) Stored() []byte {
	if p.bytes.Mark == dense {
		p = Of(p.Unpack(new(Buffer)))
	}
	return p.bytes.All()
}

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
}

const (
	lower  = 12       // lower bits of a number
	common = 1<<4 - 1 // how many forms of these a sequence has at most that are told by a code
	other  = common   // the code of another one
)

// Dense packs a sequence for memory. Of the lower bits few forms are frequent:
//
//	n    varint    numbers
//	1              f, the frequent forms of the lower bits
//	2·f            these forms
//	3·n            of each number the upper 20 bits, above a code of its lower ones
//	2 each         the lower bits of the numbers whose code is 15, in order
//	1              0, as four bytes are read at a time
func Dense(numbers []uint32) Packed {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.pack(numbers)
	return Packed{compact.Of(slices.Clone(e.buf), dense)}
}

// An encoder packs sequences. It keeps its memory from one to the next.
type encoder struct {
	count [1 << lower]uint32 // of each form, and then its code; 0 between two sequences
	forms []uint64           // those that came, the frequent ones first: see pack
	buf   []byte
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func (e *encoder) pack(numbers []uint32) {
	e.forms = e.forms[:0]
	for _, v := range numbers {
		form := v & (1<<lower - 1)
		if e.count[form] == 0 {
			e.forms = append(e.forms, uint64(form))
		}
		e.count[form]++
	}
	for i, form := range e.forms { // below what sorts the frequent ones first
		e.forms[i] = uint64(math.MaxUint32-e.count[form])<<lower | form
	}
	slices.Sort(e.forms)
	for i := range e.forms {
		e.forms[i] &= 1<<lower - 1
	}
	frequent := e.forms[:min(len(e.forms), common)]
	rare := 0
	for _, form := range e.forms[len(frequent):] {
		rare += int(e.count[form])
		e.count[form] = other
	}
	e.buf = binary.AppendUvarint(e.buf[:0], uint64(len(numbers)))
	e.buf = append(e.buf, byte(len(frequent)))
	for code, form := range frequent {
		e.buf = le.AppendUint16(e.buf, uint16(form))
		e.count[form] = uint32(code)
	}
	at := len(e.buf)
	end := at + 3*len(numbers)
	e.buf = slices.Grow(e.buf, end-at+2*rare+1)[:end+1]
	out := e.buf[at:]
	for _, v := range numbers {
		code := e.count[v&(1<<lower-1)]
		le.PutUint32(out, v>>lower<<4|code)
		out = out[3:]
	}
	if e.buf = e.buf[:end]; rare > 0 {
		for _, v := range numbers {
			if form := v & (1<<lower - 1); e.count[form] == other {
				e.buf = le.AppendUint16(e.buf, uint16(form))
			}
		}
	}
	e.buf = append(e.buf, 0)
	for _, form := range e.forms {
		e.count[form] = 0
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
	if p.bytes.Mark == stored {
		numbers := slices.Grow(to.numbers[:0], max(len(b)/4, 1))[:len(b)/4]
		for i := range numbers {
			numbers[i] = le.Uint32(b[4*i:])
		}
		to.numbers = numbers
		return numbers
	}
	size, at := binary.Uvarint(b)
	n, forms := int(size), int(b[at])
	b = b[at+1:]
	var form [1 << 4]uint32
	for i := range forms {
		form[i] = uint32(le.Uint16(b[2*i:]))
	}
	b = b[2*forms:]
	rare := b[3*n:]
	out := slices.Grow(to.numbers[:0], max(n, 1))[:n]
	for i := range out {
		v := le.Uint32(b)
		b = b[3:]
		code := v & (1<<4 - 1)
		out[i] = v<<8>>12<<lower | form[code]
		if code == other {
			out[i] |= uint32(le.Uint16(rare))
			rare = rare[2:]
		}
	}
	to.numbers = out
	return out
}
