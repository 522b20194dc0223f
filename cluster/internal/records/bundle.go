package records

import (
	"encoding/binary"
	"iter"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A Bundle is entries of documents that were not yet added, as bytes that only this
// process can read. As it has no pointers, any number of entries costs the garbage
// collector next to nothing.
type Bundle []byte

// A Bundled is an entry of a bundle.
type Bundled struct {
	*Document
	*Entry
}

// BundleOf returns a bundle of entries.
func BundleOf(entries []Bundled) Bundle {
	bytes, texts, small, bands, wholes := headOfBundle, 0, 0, 0, 0
	for _, u := range entries {
		texts += len(u.ID) + len(u.Note)
		if n := u.Set.Bytes(); n <= mostOfSmall {
			small += n
		}
		bands += len(u.Entry.Bands)
		wholes += len(u.Entry.Wholes)
		bytes += mostOfHead + u.Set.Bytes() + u.Sequence.Bytes()
	}
	le := binary.LittleEndian
	b := make(Bundle, 0, bytes+texts+4*bands+8*wholes)
	for _, n := range [...]int{len(entries), texts, small, bands, wholes} {
		b = le.AppendUint64(b, uint64(n))
	}
	for _, u := range entries {
		b = append(append(b, u.ID...), u.Note...)
	}
	for _, u := range entries {
		b = b.append(u)
	}
	return b
}

const (
	mostOfSmall  = 512 // bytes of a set that shares memory with others
	headOfBundle = 5 * 8
	fixedHead    = 2 + 2*8 + 7*4                       // of an entry
	mostOfHead   = fixedHead + 6*binary.MaxVarintLen32 // with its lengths
)

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
	for _, n := range [...]int{len(u.ID), len(u.Note), len(set), len(sequence), len(u.Entry.Bands), len(u.Entry.Wholes)} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = append(append(b, set...), sequence...)
	for _, k := range u.Entry.Bands {
		b = le.AppendUint32(b, k)
	}
	for _, k := range u.Entry.Wholes {
		b = le.AppendUint64(b, k)
	}
	return b
}

// Len returns how many entries the bundle has.
func (b Bundle) Len() int {
	if len(b) == 0 {
		return 0
	}
	return int(binary.LittleEndian.Uint64(b))
}

// All yields the entries. They share no memory with the bundle, but some with one another:
// few objects cost the garbage collector less than many.
func (b Bundle) All() iter.Seq[Bundled] {
	return func(yield func(Bundled) bool) {
		u := b.open()
		u.docs, u.entries = make([]Document, b.Len()), make([]Entry, b.Len())
		u.small, u.bands, u.wholes = make([]byte, u.sizes[0]), make([]uint32, u.sizes[1]), make([]uint64, u.sizes[2])
		u.texts = string(u.ids)
		for i := range b.Len() {
			if !yield(u.next(i)) {
				return
			}
		}
	}
}

// open returns what is before the first entry.
func (b Bundle) open() (u unpacking) {
	if len(b) == 0 {
		return u
	}
	u.rest = b[8:]
	texts := u.long()
	u.sizes = [...]uint64{u.long(), u.long(), u.long()}
	u.ids = u.part(texts)
	return u
}

// WithoutBands reports whether entries have the keys of whole texts instead of bands.
func (b Bundle) WithoutBands() bool { u := b.open(); return u.sizes[2] > 0 }

// Bundles are a part each.
type Bundles []Bundle

func (b Bundles) Parts() int       { return len(b) }
func (b Bundles) Len(part int) int { return b[part].Len() }

func (b Bundles) Heads(part int, head func(time int64, hash uint64)) {
	u := b[part].open()
	for range b.Len(part) {
		time, id := u.pass()
		head(time, xxhash.Sum64(id))
	}
}

func (b Bundles) ID(part, at int) string {
	u := b[part].open()
	for range at {
		u.pass()
	}
	_, id := u.pass()
	return string(id)
}

func (b Bundles) Take(part int, use func(at int, d *Document, e *Entry)) {
	at := 0
	for u := range b[part].All() {
		use(at, u.Document, u.Entry)
		at++
	}
	b[part] = nil
}

// An unpacking is a bundle that is taken apart.
type unpacking struct {
	rest    []byte
	ids     []byte    // and notes of the entries that follow
	sizes   [3]uint64 // of all small sets, bands and keys of whole texts
	docs    []Document
	entries []Entry
	texts   string   // as ids
	small   []byte   // for sets that follow
	bands   []uint32 // likewise
	wholes  []uint64
}

func (u *unpacking) number() uint32 { return binary.LittleEndian.Uint32(u.part(4)) }
func (u *unpacking) long() uint64   { return binary.LittleEndian.Uint64(u.part(8)) }

func (u *unpacking) part(n uint64) (part []byte) {
	part, u.rest = u.rest[:n], u.rest[n:]
	return part
}

func (u *unpacking) text(n uint64) (text string) {
	text, u.texts = u.texts[:n], u.texts[n:]
	return text
}

// set returns the next bytes, in memory of their own, or in that of the small sets.
func (u *unpacking) set(n uint64) (set []byte) {
	if n > mostOfSmall {
		return slices.Clone(u.part(n))
	}
	set, u.small = u.small[:n:n], u.small[n:]
	copy(set, u.part(n))
	return set
}

// lengths returns those of id, note, set and sequence, and how many bands and keys of the whole
// text there are.
func (u *unpacking) lengths() (all [6]uint64) {
	for i := range all {
		n, size := binary.Uvarint(u.rest)
		all[i], u.rest = n, u.rest[size:]
	}
	return all
}

// pass passes over an entry. It returns when it was published, and its id.
func (u *unpacking) pass() (time int64, id []byte) {
	u.part(2)
	time = int64(u.long())
	u.part(fixedHead - 2 - 8)
	n := u.lengths()
	id, u.ids = u.ids[:n[0]], u.ids[n[0]+n[1]:]
	u.part(n[2] + n[3] + 4*n[4] + 8*n[5])
	return time, id
}

func (u *unpacking) next(i int) Bundled {
	d, e := &u.docs[i], &u.entries[i]
	kinds := u.part(2)
	d.Time, e.Brief.Site = int64(u.long()), u.long()
	e.Brief.Page, e.Brief.Known, e.Brief.Weight = u.number(), u.number(), u.number()
	d.Words, d.Size, d.Sampled, d.Weight = int32(u.number()), int32(u.number()), int32(u.number()), int32(u.number())
	lengths := u.lengths()
	d.ID, e.Note = u.text(lengths[0]), u.text(lengths[1])
	d.Set = sets.FromRaw(u.set(lengths[2]), kinds[0])
	e.Sequence = sequences.FromRaw(u.part(lengths[3]), kinds[1])
	bands, wholes := lengths[4], lengths[5]
	e.Bands, u.bands = u.bands[:bands:bands], u.bands[bands:]
	e.Wholes, u.wholes = u.wholes[:wholes:wholes], u.wholes[wholes:]
	for i := range e.Bands {
		e.Bands[i] = u.number()
	}
	for i := range e.Wholes {
		e.Wholes[i] = u.long()
	}
	return Bundled{d, e}
}
