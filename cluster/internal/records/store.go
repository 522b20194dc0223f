package records

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/sequences"
	"github.com/cbb30ed1/reprint/cluster/internal/sets"
)

// A Store is the documents and groups in a storage, of which a part is in memory.
type Store struct {
	Position uint64 // of the last operation
	Written  uint64 // of the last one that is in the view

	layout  Layout
	entries Entries
	view    View // as of the last checkpoint
	pool    pool
	docs    *inStorage
	groups  *cached[Group]
}

// OpenStore reads from a view which documents and groups there are. Of these it
// keeps about so many bytes in memory. Entries is the storage, or the view if
// nothing is to be written.
func OpenStore(view View, entries Entries, l Layout, cache int) (*Store, *Documents, *Groups, Header, error) {
	s := &Store{layout: l, entries: entries, view: view, pool: pool{budget: int64(cache)}}
	h, err := readHeader(view)
	if err != nil {
		return nil, nil, nil, h, err
	}
	s.Position, s.Written = h.Position, h.Position
	docs, err := s.openDocuments(h.Documents)
	if err != nil {
		return nil, nil, nil, h, err
	}
	groups, err := s.openGroups(h.Groups)
	return s, docs, groups, h, err
}

func (s *Store) openDocuments(numbers int) (*Documents, error) {
	d := &inStorage{Store: s, ids: map[string]uint32{}}
	d.cached = cached[Document]{
		slots: make(slots[Document], numbers), what: "document", there: make(bitset.Set, (numbers+63)/64),
		load: d.loadDocument, size: (*Document).Bytes, pool: &s.pool,
	}
	d.kind = s.pool.register(d.evict)
	d.bodies = newBodies(s.entries, s.layout, &s.pool, numbers)
	s.docs = d
	t := &Documents{Source: d, Briefs: make([]Brief, numbers)}
	err := s.view.Scan([]byte{'d'}, []byte{'d' + 1}, func(key, value []byte) error {
		n, err := numberOf(key, numbers)
		if err != nil {
			return err
		}
		var r record
		dec := decoder{b: value}
		flags := r.head(&dec)
		if dec.err != nil {
			return fmt.Errorf("document %d: %w", n, dec.err)
		}
		t.Briefs[n], d.bodies.positions[n] = r.brief, r.position
		d.there.Add(n)
		if r.gone {
			t.Gone.Add(n)
		} else {
			d.count++
		}
		if flags&recordDuplicate == 0 {
			d.representatives++
		}
		return nil
	})
	t.Live = slices.Clone(d.there)
	t.Retired = t.Live.Missing(numbers)
	return t, err
}

func (s *Store) openGroups(numbers int) (*Groups, error) {
	s.groups = &cached[Group]{
		slots: make(slots[Group], numbers), what: "group", there: make(bitset.Set, (numbers+63)/64),
		load: s.loadGroup, size: (*Group).Bytes, pool: &s.pool,
	}
	s.groups.kind = s.pool.register(s.groups.evict)
	err := s.view.Scan([]byte{'g'}, []byte{'g' + 1}, func(key, _ []byte) error {
		n, err := numberOf(key, numbers)
		if err == nil {
			s.groups.there.Add(n)
		}
		return err
	})
	return &Groups{Table: s.groups, unused: s.groups.there.Missing(numbers)}, err
}

// Representatives returns how many documents had entries in the index when the
// store was opened.
func (s *Store) Representatives() int { return s.docs.representatives }

// Full reports whether more was loaded than should be in memory.
func (s *Store) Full() bool { return s.pool.full() }

// Evict takes out of memory, between operations, what was loaded beyond the budget.
func (s *Store) Evict() { s.pool.evict() }

// Close closes the view.
func (s *Store) Close() error { return s.view.Close() }

// BeginCheckpoint writes into a batch what has changed since the last one began.
// What changes from here on goes into the next.
func (s *Store) BeginCheckpoint(batch Batch, t *Documents) {
	var buf []byte
	d := s.docs
	d.cached.flush(func(n uint32, there bool) {
		key := numberKey('d', n)
		if !there {
			batch.Delete(key)
			return
		}
		buf = appendDocument(buf[:0], d.Get(n), &t.Briefs[n], d.bodies.positions[n])
		batch.Set(key, buf)
	})
	s.groups.flush(func(n uint32, there bool) {
		key := numberKey('g', n)
		if !there {
			batch.Delete(key)
			return
		}
		buf = appendGroup(buf[:0], s.groups.Get(n))
		batch.Set(key, buf)
	})
	for _, id := range slices.Sorted(maps.Keys(d.ids)) {
		if n := d.ids[id]; n == noDocument {
			batch.Delete(idKey(id))
		} else {
			batch.Set(idKey(id), binary.BigEndian.AppendUint32(nil, n))
		}
	}
	for _, at := range d.dropped {
		batch.Drop(at)
	}
	d.known.beginCheckpoint(d.count)
	d.flushingIDs, d.ids = d.ids, map[string]uint32{}
	d.flushingDropped, d.dropped = d.dropped, nil
}

// KnowIDs reads which ids there are, so that most that are not there need no reading.
func (s *Store) KnowIDs() { s.docs.known.filter.Store(filterOf(s.view, s.docs.count)) }

// ReadIDs reads, beside operations, what EndCheckpoint needs of its view.
func (s *Store) ReadIDs(view View) { s.docs.known.readView(view) }

// MayHave reports whether the index may have a document with an id. It may be called at any
// time.
func (s *Store) MayHave(id string) bool { return s.docs.known.has(id) }

// EndCheckpoint ends a checkpoint that was written, up to a position. View is the
// storage with it.
func (s *Store) EndCheckpoint(view View, position uint64) error {
	old := s.view
	s.view, s.Written = view, position
	s.docs.known.endCheckpoint(s.docs.ids)
	s.docs.flushed()
	s.groups.flushed()
	s.docs.flushingIDs, s.docs.flushingDropped = nil, nil
	s.docs.ahead.clear()
	return old.Close()
}

// Entries says, of the positions whose entries are needed, whether the document is
// there. Those that are not were removed, but have duplicates, or will be dropped
// by a checkpoint.
func (s *Store) Entries(t *Documents) map[uint64]bool {
	needed := make(map[uint64]bool, t.Count())
	for _, list := range [...][]uint64{s.docs.dropped, s.docs.flushingDropped} {
		for _, at := range list {
			needed[at] = false
		}
	}
	for n, at := range s.docs.bodies.positions {
		if t.Live.Has(uint32(n)) {
			needed[at] = !t.Gone.Has(uint32(n))
		}
	}
	return needed
}

// Check reports what in memory has not been changed since it was written, and yet
// is not what the storage has.
func (s *Store) Check(t *Documents, report func(error)) {
	d := s.docs
	for n := range uint32(len(d.slots)) {
		if v := d.slots.get(n); v != nil && d.clean(n) && !bytes.Equal(s.value(numberKey('d', n)), appendDocument(nil, v, &t.Briefs[n], d.bodies.positions[n])) {
			report(fmt.Errorf("document %q was changed, and is not to be written", v.ID))
		}
	}
	for n := range uint32(len(s.groups.slots)) {
		if g := s.groups.slots.get(n); g != nil && s.groups.clean(n) && !bytes.Equal(s.value(numberKey('g', n)), appendGroup(nil, g)) {
			report(fmt.Errorf("group %d was changed, and is not to be written", n))
		}
	}
}

// value returns what a key has in the view, and stored also why it has nothing.
func (s *Store) value(key []byte) []byte {
	v, err := s.stored(key)
	if err != nil {
		Fail(err)
	}
	return v
}

func (s *Store) stored(key []byte) ([]byte, error) {
	v, ok, err := s.view.Get(nil, key)
	if err == nil && !ok {
		err = errors.New("it is missing")
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", key, err)
	}
	return v, nil
}

func (s *Store) loadGroup(n uint32) *Group {
	g, err := decodeGroup(s.value(numberKey('g', n)))
	if err != nil {
		Fail(fmt.Errorf("group %d: %w", n, err))
	}
	g.Number = n
	return g
}

// inStorage is a source in a storage.
type inStorage struct {
	cached[Document]
	*Store

	count           int      // of ids
	representatives int      // when the store was opened
	dropped         []uint64 // positions of entries that are not needed any more
	flushingDropped []uint64

	// The numbers of ids changed since the last checkpoint, noDocument where
	// removed.
	ids, flushingIDs map[string]uint32

	known  knownIDs
	ahead  readAhead
	bodies *bodies
}

const noDocument = 1<<32 - 1

func (d *inStorage) Get(n uint32) *Document {
	v := d.cached.Get(n)
	if v == nil {
		Fail(fmt.Errorf("a record names document %d, which is missing", n))
	}
	return v
}

func (d *inStorage) Edit(n uint32) *Document {
	d.dirty.add(n)
	return d.Get(n)
}

func (d *inStorage) Delete(n uint32) {
	d.cached.Delete(n)
	d.bodies.drop(n)
}

func (d *inStorage) loaded(n uint32) *Document { return d.slots.get(n) }

func (d *inStorage) overhead() (sets, ids int) { return 0, 0 }
func (d *inStorage) Note(*Document) string     { return "" }

func (d *inStorage) Count() int { return d.count }

func (d *inStorage) Find(id string) *Document {
	n := d.number(id)
	if n == noDocument {
		return nil
	}
	return d.Get(n)
}

func (d *inStorage) GroupOf(id string) uint32 {
	n := d.number(id)
	if n == noDocument {
		return 0
	}
	links := d.links(n)
	if links != nil && links.Duplicate != nil {
		links = d.links(links.Of)
	}
	if links == nil {
		return 0
	}
	return links.Group
}

// links returns the links of a document, for reading.
func (d *inStorage) links(n uint32) *Links {
	if int(n) >= len(d.slots) {
		Fail(fmt.Errorf("a record names document %d, of %d", n, len(d.slots)))
	}
	if v := d.slots.get(n); v != nil {
		return v.Links
	}
	r, err := decodeDocument(d.value(numberKey('d', n)))
	if err != nil {
		Fail(fmt.Errorf("document %d: %w", n, err))
	}
	return r.links
}

// number returns the number of the document with an id, or noDocument.
func (d *inStorage) number(id string) uint32 {
	if n, ok := d.changedID(id); ok {
		return n
	}
	if !d.known.has(id) {
		return noDocument
	}
	if n, ok := d.ahead.number(id); ok {
		return n
	}
	return d.viewed(id)
}

// changedID returns the number of an id that the view does not have yet as it is.
func (d *inStorage) changedID(id string) (n uint32, ok bool) {
	if n, ok = d.ids[id]; !ok {
		n, ok = d.flushingIDs[id]
	}
	return n, ok
}

// viewed returns the number that an id has in the view.
func (d *inStorage) viewed(id string) uint32 {
	v, ok, err := d.view.Get(nil, idKey(id))
	if err != nil {
		Fail(err)
	}
	if !ok {
		return noDocument
	}
	if len(v) != 4 {
		Fail(fmt.Errorf("id %q: a number of %d bytes", id, len(v)))
	}
	return binary.BigEndian.Uint32(v)
}

func (d *inStorage) Name(doc *Document) {
	d.count++
	d.ids[doc.ID] = doc.Number
	d.known.add(doc.ID)
}

func (d *inStorage) Unname(doc *Document) {
	d.count--
	d.ids[doc.ID] = noDocument
}

func (d *inStorage) refuse() { d.known.filter.Store(nil) }

func (d *inStorage) Position(n uint32) uint64 { return d.bodies.positions[n] }

func (d *inStorage) DropEntry(doc *Document) { d.dropped = append(d.dropped, d.Position(doc.Number)) }

func (d *inStorage) place(doc *Document, e *Entry) {
	d.bodies.place(doc, e)
	d.Put(doc.Number, doc)
}

func (d *inStorage) Set(doc *Document) sets.Packed           { return d.bodies.set(doc) }
func (d *inStorage) Sequence(doc *Document) sequences.Packed { return d.bodies.sequence(doc) }

func (d *inStorage) Hold(e sets.Packed) Held { return Held{Packed: e} }
func (d *inStorage) Own(h *Held) sets.Packed { return h.Packed }

func (d *inStorage) AllBands(doc *Document) []uint32 {
	if !d.bodies.kept {
		return doc.Bands()
	}
	_, e := d.bodies.entry(doc.Number)
	return e.Bands
}

func (d *inStorage) loadDocument(n uint32) *Document {
	if doc := d.ahead.take(n); doc != nil {
		return doc
	}
	doc, err := d.read(n)
	if err != nil {
		Fail(fmt.Errorf("document %d: %w", n, err))
	}
	return doc
}

// read reads a document as the view has it.
func (d *inStorage) read(n uint32) (*Document, error) {
	value, err := d.stored(numberKey('d', n))
	if err != nil {
		return nil, err
	}
	r, err := decodeDocument(value)
	if err != nil {
		return nil, err
	}
	doc, e, err := d.bodies.entryAt(r.position)
	if err != nil {
		return nil, err
	}
	doc.Number, doc.Arrival, doc.Fresh, doc.Gone, doc.Links = n, r.arrival, r.fresh, r.gone, r.links
	if doc.IsDuplicate() {
		doc.Links.Duplicate.Bands = e.Bands
	}
	d.bodies.read(doc, e, r.position)
	return doc, nil
}

func idKey(id string) []byte { return append([]byte{'i'}, id...) }

func numberKey(prefix byte, n uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{prefix}, n)
}

// numberOf returns the number in a key, which must be below a bound.
func numberOf(key []byte, bound int) (uint32, error) {
	if len(key) != 5 || int64(binary.BigEndian.Uint32(key[1:])) >= int64(bound) {
		return 0, fmt.Errorf("key %q has no number below %d", key, bound)
	}
	return binary.BigEndian.Uint32(key[1:]), nil
}
