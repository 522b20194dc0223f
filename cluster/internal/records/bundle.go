package records

import (
	"encoding/binary"
	"iter"

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
	bytes, texts, bands := headOfBundle, 0, 0
	for _, u := range entries {
		texts += len(u.ID) + len(u.Note)
		bands += len(u.Entry.Bands)
		bytes += mostOfHead + u.Set.Bytes() + u.Sequence.Bytes()
	}
	le := binary.LittleEndian
	b := make(Bundle, 0, bytes+texts+4*bands)
	for _, n := range [...]int{len(entries), texts, bands} {
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
	headOfBundle = 3 * 8
	fixedHead    = 2 + 2*8 + 7*4                       // of an entry
	mostOfHead   = fixedHead + 5*binary.MaxVarintLen32 // with its lengths
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
	for _, n := range [...]int{len(u.ID), len(u.Note), len(set), len(sequence), len(u.Entry.Bands)} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	b = append(append(b, set...), sequence...)
	for _, k := range u.Entry.Bands {
		b = le.AppendUint32(b, k)
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
		u, bands := b.open()
		u.docs, u.entries, u.bands = make([]Document, b.Len()), make([]Entry, b.Len()), make([]uint32, bands)
		u.texts = string(u.ids)
		for i := range b.Len() {
			if !yield(u.next(i)) {
				return
			}
		}
	}
}

// open returns what is before the first entry, and how many bands there are in all.
func (b Bundle) open() (u unpacking, bands uint64) {
	if len(b) == 0 {
		return u, 0
	}
	u.rest = b[8:]
	texts, bands := u.long(), u.long()
	u.ids = u.part(texts)
	return u, bands
}

// Bundles are a part each.
type Bundles []Bundle

func (b Bundles) Parts() int       { return len(b) }
func (b Bundles) Len(part int) int { return b[part].Len() }

func (b Bundles) Heads(part int, head func(time int64, hash uint64)) {
	u, _ := b[part].open()
	for range b.Len(part) {
		time, id := u.pass()
		head(time, xxhash.Sum64(id))
	}
}

func (b Bundles) ID(part, at int) string {
	u, _ := b[part].open()
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
	ids     []byte // and notes of the entries that follow
	docs    []Document
	entries []Entry
	texts   string   // as ids
	bands   []uint32 // likewise
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

// lengths returns those of id, note, set and sequence, and how many bands there are.
func (u *unpacking) lengths() (all [5]uint64) {
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
	u.part(n[2] + n[3] + 4*n[4])
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
	d.Set = sets.FromRaw(u.part(lengths[2]), kinds[0])
	e.Sequence = sequences.FromRaw(u.part(lengths[3]), kinds[1])
	bands := lengths[4]
	e.Bands, u.bands = u.bands[:bands:bands], u.bands[bands:]
	for i := range e.Bands {
		e.Bands[i] = u.number()
	}
	return Bundled{d, e}
}
