package records

import (
	"unsafe"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// Documents are the documents of an index.
type Documents struct {
	Source
	Briefs  []Brief    // by number
	Live    bitset.Set // the numbers of documents that are there
	Gone    bitset.Set // those of them that were removed, but have duplicates
	Retired []uint32   // numbers that can be used again once the lists were swept
	unused  []uint32   // numbers that can be used again
}

// A Source is where documents are: in memory, or in a storage.
type Source interface {
	Table[Document]

	// Find returns the document with an id that is not gone, or nil, and Count the
	// number of ids.
	Find(id string) *Document
	Count() int

	// GroupOf returns the number of the group that the document with an id is in, plus one, or
	// 0 if it is alone or not there. It reads no entry.
	GroupOf(id string) uint32

	// Set returns the elements of a document that are kept: its set, or a sample.
	Set(d *Document) sets.Packed

	// Sequence returns what the judge needs of a document, if there is one.
	Sequence(d *Document) sequences.Packed

	// Note returns the note of a document, where notes are kept.
	Note(d *Document) string

	// AllBands returns the keys of a document's bands, where these are kept.
	AllBands(d *Document) []uint32

	// Hold takes elements that a core is to have of its own, and Own returns them.
	Hold(elements sets.Packed) Held
	Own(h *Held) sets.Packed

	// Position returns the position of the entry of a document, by its number, in the
	// storage, or 0.
	Position(n uint32) uint64

	// DropEntry says that the entry of a document is not needed any more.
	DropEntry(d *Document)

	// Name makes the document the one with its id, and Unname takes the id away.
	Name(d *Document)
	Unname(d *Document)

	// refuse says that a document with an id is not taken: the caller may have it, and the
	// index has not.
	refuse()

	// place puts a new document, and what its entry brings, under its number.
	place(d *Document, e *Entry)

	// loaded returns a document that is in memory, or nil.
	loaded(n uint32) *Document

	// overhead returns the memory of sets, and of ids and notes, that is not in the documents.
	overhead() (sets, ids int)
}

// Group returns the number of the group that a document is in, plus one, or 0 if it is
// alone.
func (t *Documents) Group(d *Document) uint32 {
	if d.IsDuplicate() {
		d = t.Get(d.Links.Of)
	}
	if d.Links == nil {
		return 0
	}
	return d.Links.Group
}

// Full reports whether there is no number for another document.
func (t *Documents) Full() bool {
	if len(t.unused) > 0 || t.Len() < postings.MostNumbers {
		return false
	}
	t.refuse()
	return true
}

// Allocate gives a new document a number, and puts it there under its id.
func (t *Documents) Allocate(d *Document, e *Entry) {
	if n := len(t.unused); n > 0 {
		d.Number, t.unused = t.unused[n-1], t.unused[:n-1]
		t.Briefs[d.Number] = e.Brief
	} else {
		d.Number = uint32(t.Len())
		t.Briefs = push(t.Briefs, e.Brief)
	}
	t.Live.Add(d.Number)
	t.place(d, e)
	t.Name(d)
}

// Release takes a document away from its number. The number is used again after
// Reuse or, where lists may name it, Reclaim.
func (t *Documents) Release(d *Document) {
	t.Live.Remove(d.Number)
	t.Gone.Remove(d.Number)
	t.Delete(d.Number)
}

// Reuse makes a number one that can be used again. No list may name it.
func (t *Documents) Reuse(n uint32) { t.unused = append(t.unused, n) }

// Reclaim makes retired numbers ones that can be used again. The lists must have
// been swept since they were retired.
func (t *Documents) Reclaim(retired []uint32) { t.unused = append(t.unused, retired...) }

// Memory returns the bytes that are taken by sets, by ids and notes, and by the rest. It looks
// at all documents in memory.
func (t *Documents) Memory() (sets, ids, rest int) {
	sets, ids = t.overhead()
	for n := range uint32(t.Len()) {
		d := t.loaded(n)
		if d == nil {
			continue
		}
		sets += d.Set.Bytes()
		ids += len(d.ID)
		rest += DocumentBytes + d.Links.Bytes()
	}
	return sets, ids, rest
}

// Groups are the groups of an index.
type Groups struct {
	Table[Group]
	unused []uint32
}

// Allocate gives a new group a number, and puts it there.
func (t *Groups) Allocate(g *Group) {
	if n := len(t.unused); n > 0 {
		g.Number, t.unused = t.unused[n-1], t.unused[:n-1]
	} else {
		g.Number = uint32(t.Len())
	}
	t.Put(g.Number, g)
}

// Release takes away a group, which nothing is in any longer.
func (t *Groups) Release(g *Group) {
	t.Delete(g.Number)
	t.unused = append(t.unused, g.Number)
}

// inMemory is a source in memory.
type inMemory struct {
	memory[Document]
	ids
	sequences []sequences.Packed // by number; none without a judge
	notes     []string           // likewise, up to the last one that there is
	judged    bool
}

// InMemory returns no documents and no groups, which will be in memory. judged says
// whether entries bring a sequence for a judge.
func InMemory(judged bool) (*Documents, *Groups) {
	return &Documents{Source: &inMemory{ids: newIDs(), judged: judged}}, &Groups{Table: &memory[Group]{}}
}

func (m *inMemory) Find(id string) *Document { return m.ids.find(id, m.Get) }

func (m *inMemory) GroupOf(id string) uint32 {
	d := m.Find(id)
	if d != nil && d.IsDuplicate() {
		d = m.Get(d.Links.Of)
	}
	if d == nil || d.Links == nil {
		return 0
	}
	return d.Links.Group
}

func (m *inMemory) Count() int                    { return m.count }
func (m *inMemory) Set(d *Document) sets.Packed   { return d.Set }
func (m *inMemory) Hold(e sets.Packed) Held       { return Held{Packed: e} }
func (m *inMemory) Own(h *Held) sets.Packed       { return h.Packed }
func (m *inMemory) AllBands(d *Document) []uint32 { return d.Bands() }
func (m *inMemory) Position(uint32) uint64        { return 0 }
func (m *inMemory) DropEntry(*Document)           {}
func (m *inMemory) refuse()                       {}
func (m *inMemory) Name(d *Document)              { m.ids.add(d) }
func (m *inMemory) Unname(d *Document)            { m.ids.remove(d) }

func (m *inMemory) Sequence(d *Document) sequences.Packed {
	if !m.judged {
		return sequences.Packed{}
	}
	return m.sequences[d.Number]
}

func (m *inMemory) Note(d *Document) string {
	if int(d.Number) < len(m.notes) {
		return m.notes[d.Number]
	}
	return ""
}

func (m *inMemory) note(n uint32, to string) {
	if to != "" && m.notes == nil {
		m.notes = make([]string, 0, cap(m.memory.slots))
	}
	for to != "" && int(n) >= len(m.notes) {
		m.notes = push(m.notes, "")
	}
	if int(n) < len(m.notes) {
		m.notes[n] = to
	}
}

func (m *inMemory) place(d *Document, e *Entry) {
	m.Put(d.Number, d)
	m.note(d.Number, e.Note)
	if !m.judged {
		return
	}
	if int(d.Number) == len(m.sequences) {
		m.sequences = append(m.sequences, sequences.Packed{})
	}
	m.sequences[d.Number] = e.Sequence
}

func (m *inMemory) Delete(n uint32) {
	m.memory.Delete(n)
	m.note(n, "")
	if m.judged {
		m.sequences[n] = sequences.Packed{}
	}
}

func (m *inMemory) loaded(n uint32) *Document { return m.Get(n) }

func (m *inMemory) overhead() (sets, ids int) {
	for _, q := range m.sequences {
		sets += q.Bytes() + int(unsafe.Sizeof(q))
	}
	ids = 8 * len(m.ids.slots)
	for _, note := range m.notes {
		ids += len(note) + int(unsafe.Sizeof(note))
	}
	return sets, ids
}
