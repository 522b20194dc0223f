package records

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A body is what is kept of a document besides its sample.
type body struct {
	set      sets.Packed
	sequence sequences.Packed
}

func (b *body) bytes() int { return bodyBytes + b.set.Bytes() + b.sequence.Bytes() }

const bodyBytes = 48

// bodies are those of documents by number, of which a part is in memory. The others are read
// from entries. A body is never changed, so that it can be taken out of memory at any time.
type bodies struct {
	entries   Entries
	layout    Layout
	positions []uint64 // of the entries
	kept      bool     // sets and sequences are not with the documents
	slots     slots[body]
	pool      *pool
	kind      uint8 // of the bodies in the pool
	lately    [16]atomic.Pointer[lateBody]
}

// A lateBody is what came with a document that was read, as its body is in the same entry. It
// is likely to be asked for next, and else need not be in the pool.
type lateBody struct {
	position uint64
	body
}

// largestLate bounds the bytes of such a body.
const largestLate = 64 << 10

func newBodies(entries Entries, l Layout, p *pool, numbers int) *bodies {
	b := &bodies{entries: entries, layout: l, positions: make([]uint64, numbers), kept: !l.SamplesOnly || l.Sequences, pool: p}
	if b.kept {
		b.slots = make(slots[body], numbers)
		b.kind = p.register(func(n uint32) bool { b.slots[n].Store(nil); return true })
	}
	return b
}

// place notes where the entry of a document is, and takes what its body has out of the
// document.
func (b *bodies) place(d *Document, e *Entry) {
	n := d.Number
	if int(n) == len(b.positions) {
		b.positions = push(b.positions, 0)
	}
	b.positions[n] = e.Position
	if !b.kept {
		return
	}
	if d.Set.Len() < int(d.Size) || e.Sequence.None() && b.layout.Sequences {
		b.slots.set(n, nil) // it was there under another number, or the entry is lean
		return
	}
	v := &body{d.Set, e.Sequence}
	b.slots.set(n, v)
	b.pool.add(b.kind, n, v.bytes())
	d.Set = d.Set.Prefix(int(d.Sampled))
}

func (b *bodies) drop(n uint32) {
	if b.kept {
		b.slots.set(n, nil)
	}
}

// set returns the elements of a document that are kept.
func (b *bodies) set(d *Document) sets.Packed {
	// A document that was not added yet has its whole set with it.
	if !b.kept || d.Sampled == d.Size || d.Arrival == 0 {
		return d.Set
	}
	return b.of(d).set
}

func (b *bodies) sequence(d *Document) sequences.Packed {
	if !b.layout.Sequences {
		return sequences.Packed{}
	}
	return b.of(d).sequence
}

// of returns the body of a document.
func (b *bodies) of(d *Document) *body {
	n := d.Number
	v := b.slots.get(n)
	if v == nil {
		if l := b.lately[n%uint32(len(b.lately))].Load(); l != nil && l.position == b.positions[n] {
			v = &l.body
		} else {
			whole, e := b.entry(n)
			v = &body{whole.Set, e.Sequence}
		}
		if b.slots[n].CompareAndSwap(nil, v) {
			b.pool.add(b.kind, n, v.bytes())
		}
	}
	return v
}

// read takes the body out of a document that was read, as place does.
func (b *bodies) read(d *Document, e *Entry, position uint64) {
	if !b.kept {
		return
	}
	if l := (&lateBody{position, body{d.Set, e.Sequence}}); l.bytes() <= largestLate {
		b.lately[d.Number%uint32(len(b.lately))].Store(l)
	}
	d.Set = d.Set.Prefix(int(d.Sampled))
}

var entryBuffers = sync.Pool{New: func() any { return new([]byte) }}

// entry reads the entry of a document.
func (b *bodies) entry(n uint32) (*Document, *Entry) {
	d, e, err := b.entryAt(b.positions[n])
	if err != nil {
		Fail(fmt.Errorf("document %d: %w", n, err))
	}
	return d, e
}

func (b *bodies) entryAt(position uint64) (d *Document, e *Entry, err error) {
	buf := entryBuffers.Get().(*[]byte)
	defer entryBuffers.Put(buf)
	bytes, err := b.entries.Entry((*buf)[:0], position)
	if err == nil {
		*buf = bytes
		d, e, err = DecodeEntry(bytes, &b.layout)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("position %d: %w", position, err)
	}
	return d, e, nil
}

// Lean takes the body out of a document that was not added yet, and the bands and the
// sequence out of its entry, which is at a position of some entries.
func Lean(d *Document, e *Entry, position uint64) {
	d.Set = sets.Pack(d.Set.First(int(d.Sampled), nil), d.Set.Whole(), d.Set.IsDense())
	*e = Entry{Brief: e.Brief, Position: position}
}

// Beside is where sets are that are not in memory.
type Beside interface {
	Entries

	// Keep keeps bytes, which Entry returns for the position.
	Keep(b []byte) (position uint64, err error)
}

// lean is a source in memory, but for the bodies and the elements that cores have of their
// own. One caller at a time may ask for these.
type lean struct {
	*inMemory
	bodies *bodies
	pool   pool
	beside Beside
	cores  recentCores
}

// InMemoryBeside returns no documents and no groups, which will be in memory, but for the
// sets and sequences of documents and the elements of cores: of these it keeps so many bytes,
// about, and reads the others from beside. Document.Arrival is to be set.
func InMemoryBeside(beside Beside, l Layout, cache int) (*Documents, *Groups) {
	s := &lean{inMemory: &inMemory{ids: newIDs()}, pool: pool{budget: int64(cache)}, beside: beside, cores: recentCores{most: cache / 8}}
	s.bodies = newBodies(beside, l, &s.pool, 0)
	return &Documents{Source: s}, &Groups{Table: &memory[Group]{}}
}

// recentCores are the elements of cores that were asked for lately, by position.
type recentCores struct {
	most, bytes int // of the young ones
	young, aged map[uint64]sets.Packed
}

func (r *recentCores) get(at uint64) (p sets.Packed, ok bool) {
	if p, ok = r.young[at]; !ok {
		if p, ok = r.aged[at]; ok {
			r.add(at, p)
		}
	}
	return p, ok
}

func (r *recentCores) add(at uint64, p sets.Packed) {
	if r.young == nil || r.bytes > r.most/2 {
		r.young, r.aged, r.bytes = map[uint64]sets.Packed{}, r.young, 0
	}
	r.young[at] = p
	r.bytes += p.Bytes() + bodyBytes
}

// Hold writes elements, and keeps where they are.
func (m *lean) Hold(e sets.Packed) Held {
	at, err := m.beside.Keep(e.Stored())
	if err != nil {
		Fail(err)
	}
	m.cores.add(at, e)
	return Held{away: at + 1}
}

func (m *lean) Own(h *Held) sets.Packed {
	if h.away == 0 {
		return h.Packed
	}
	p, ok := m.cores.get(h.away - 1)
	if !ok {
		b, err := m.beside.Entry(nil, h.away-1)
		if err != nil {
			Fail(err)
		}
		p = sets.FromBytes(b, !m.bodies.layout.SamplesOnly)
		m.cores.add(h.away-1, p)
	}
	return p
}

func (m *lean) Position(n uint32) uint64 { return m.bodies.positions[n] }

func (m *lean) Set(d *Document) sets.Packed {
	defer m.pool.evict()
	return m.bodies.set(d)
}

func (m *lean) Sequence(d *Document) sequences.Packed {
	defer m.pool.evict()
	return m.bodies.sequence(d)
}

func (m *lean) place(d *Document, e *Entry) {
	m.Put(d.Number, d)
	m.bodies.place(d, e)
	m.pool.evict()
}

func (m *lean) Delete(n uint32) {
	m.inMemory.Delete(n)
	m.bodies.drop(n)
}
