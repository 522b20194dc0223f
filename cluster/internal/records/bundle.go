package records

import (
	"encoding/binary"
	"iter"

	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A Bundle is entries of documents that were not yet added, each with a note, as bytes
// that only this process can read. As it has no pointers, any number of entries costs the
// garbage collector next to nothing.
type Bundle []byte

// A Bundled is an entry of a bundle.
type Bundled struct {
	*Document
	*Entry
	Note string
}

// BundleOf returns a bundle of entries.
func BundleOf(entries []Bundled) Bundle {
	n := 0
	for _, u := range entries {
		n += mostOfHead + len(u.ID) + len(u.Note) + u.Set.Bytes() + u.Sequence.Bytes() + 4*len(u.Entry.Bands)
	}
	b := make(Bundle, 0, n)
	for _, u := range entries {
		b = b.append(u)
	}
	return b
}

// mostOfHead is how many bytes an entry has at most beside what is as long as it is.
const mostOfHead = 2 + 2*8 + 7*4 + 5*binary.MaxVarintLen32

func (b Bundle) append(u Bundled) Bundle {
	set, setKind := u.Set.Raw()
	sequence, sequenceKind := u.Sequence.Raw()
	le := binary.LittleEndian
	b = append(b, setKind, sequenceKind)
	b = le.AppendUint64(b, uint64(u.Time))
	b = le.AppendUint64(b, u.Brief.Site)
	for _, n := range [...]uint32{
		u.Brief.Page, u.Brief.Known, u.Brief.Weight, uint32(u.Words), uint32(u.Size), uint32(u.Sampled), uint32(u.Weight),
	} {
		b = le.AppendUint32(b, n)
	}
	for _, n := range [...]int{len(u.ID), len(u.Note), len(set), len(sequence), len(u.Entry.Bands)} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = append(append(append(append(b, u.ID...), u.Note...), set...), sequence...)
	for _, k := range u.Entry.Bands {
		b = le.AppendUint32(b, k)
	}
	return b
}

// All yields the entries. They share no memory with the bundle.
func (u Bundle) All() iter.Seq[Bundled] {
	return func(yield func(Bundled) bool) {
		for b := []byte(u); len(b) > 0; {
			var next Bundled
			if next, b = take(b); !yield(next) {
				return
			}
		}
	}
}

func take(b []byte) (u Bundled, rest []byte) {
	le := binary.LittleEndian
	setKind, sequenceKind := b[0], b[1]
	d := &Document{Time: int64(le.Uint64(b[2:]))}
	e := &Entry{Brief: Brief{Site: le.Uint64(b[10:])}}
	b = b[18:]
	number := func() uint32 {
		n := le.Uint32(b)
		b = b[4:]
		return n
	}
	e.Brief.Page, e.Brief.Known, e.Brief.Weight = number(), number(), number()
	d.Words, d.Size, d.Sampled, d.Weight = int32(number()), int32(number()), int32(number()), int32(number())
	var lengths [5]uint64
	for i := range lengths {
		n, size := binary.Uvarint(b)
		lengths[i], b = n, b[size:]
	}
	part := func(n uint64) []byte {
		p := b[:n]
		b = b[n:]
		return p
	}
	d.ID, u.Note = string(part(lengths[0])), string(part(lengths[1]))
	d.Set = sets.FromRaw(part(lengths[2]), setKind)
	e.Sequence = sequences.FromRaw(part(lengths[3]), sequenceKind)
	e.Bands = make([]uint32, lengths[4])
	for i := range e.Bands {
		e.Bands[i] = number()
	}
	u.Document, u.Entry = d, e
	return u, b
}
