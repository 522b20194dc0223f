package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
)

// stored is what an index has besides where it is kept in a storage.
type stored struct {
	storage  Storage
	entries  Entries
	view     View   // as of the last checkpoint
	position uint64 // of the last operation
	written  uint64 // of the last one that is in the view

	positions []uint64          // of the entries of documents, by number
	bodies    slots[body]       // of documents that were loaded, by number
	inUse     bitset            // the numbers of groups that are there
	ids       map[string]uint32 // changed since the last checkpoint; noDocument where removed
	docs      changes
	groups    changes
	dropped   []uint64 // positions of entries that are not needed any more

	frozen *frozen    // what a checkpoint that is being written has of these
	one    sync.Mutex // for checkpoints, of which there is one at a time
	broken error      // why there can be no more of them
	sweep  sweep
	tidied bool // nothing is left of checkpoints that did not come to their end

	resident resident
}

// frozen is what a checkpoint is writing: it cannot be loaded yet.
type frozen struct {
	ids          map[string]uint32
	docs, groups bitset
	dropped      []uint64
}

const noDocument = 1<<32 - 1

// A body is what is kept of a document besides its sample.
type body struct {
	kept
	sequence []uint32
}

// changes are the numbers of what has changed.
type changes struct {
	has  bitset
	list []uint32
}

func (c *changes) add(n uint32) {
	if !c.has.has(n) {
		c.has.add(n)
		c.list = append(c.list, n)
	}
}

// doc returns a document by its number.
func (x *Index) doc(n uint32) *document {
	if x.stored != nil && int(n) >= len(x.docs) {
		fail(fmt.Errorf("a record names document %d, of %d", n, len(x.docs)))
	}
	if d := x.docs.get(n); d != nil || x.stored == nil {
		return d
	}
	return x.loadDocument(n)
}

// groupAt returns a group by its number.
func (x *Index) groupAt(n uint32) *group {
	if x.stored != nil && int(n) >= len(x.groups) {
		fail(fmt.Errorf("a record names group %d, of %d", n, len(x.groups)))
	}
	if g := x.groups.get(n); g != nil || x.stored == nil {
		return g
	}
	return x.loadGroup(n)
}

// kept returns the elements of a document that are kept: its set, or a sample.
func (x *Index) kept(d *document) kept {
	if !x.keepsBodies() || int(d.sampled) == int(d.size) || d.arrival == 0 {
		return d.set
	}
	return x.body(d).kept
}

// keepsBodies reports whether sets and sequences are not with the documents.
func (x *Index) keepsBodies() bool {
	return x.stored != nil && (!x.o.SamplesOnly || x.o.NewJudge != nil)
}

// sequence returns what the judge needs of a document.
func (x *Index) sequence(d *document) []uint32 {
	switch {
	case x.o.NewJudge == nil:
		return nil
	case x.keepsBodies():
		return x.body(d).sequence
	}
	return x.sequences[d.number]
}

// bandsOf returns the keys of a document's bands, where these are kept.
func (x *Index) bandsOf(d *document) []uint32 {
	if x.keepsBodies() {
		return x.entryOf(d.number).bands
	}
	return d.bands()
}

// changed is told of a document before what is known of it changes.
func (x *Index) changed(d *document) {
	if x.stored != nil {
		x.stored.docs.add(d.number)
	}
}

// changedGroup is told likewise of a group.
func (x *Index) changedGroup(g *group) {
	if x.stored != nil {
		x.stored.groups.add(g.number)
	}
}

// find returns the document with an id, or nil.
func (x *Index) find(id string) *document {
	if x.stored == nil {
		return x.ids.find(id, x.docs)
	}
	n := x.stored.number(id)
	if n == noDocument {
		return nil
	}
	return x.doc(n)
}

// enrollStored puts what is not with the document where it belongs.
func (x *Index) enrollStored(d *document, e *entry) {
	s := x.stored
	if int(d.number) == len(s.positions) {
		s.positions = append(s.positions, 0)
	}
	s.positions[d.number] = e.position
	s.resident.add(documentLoaded, d.number, d.bytes())
	if !x.keepsBodies() {
		return
	}
	if d.set.len() < int(d.size) || e.sequence == nil && x.o.NewJudge != nil {
		s.bodies.set(d.number, nil) // it was there under another number
		return
	}
	w := &body{d.set, e.sequence}
	s.bodies.set(d.number, w)
	s.resident.add(bodyLoaded, d.number, w.bytes())
	d.set = d.set.prefix(int(d.sampled))
}

// positionOf returns the position of the entry of a document.
func (x *Index) positionOf(d *document) uint64 {
	if x.stored == nil {
		return 0
	}
	return x.stored.positions[d.number]
}

// drop says that the entry of a document is not needed any more.
func (x *Index) drop(d *document) {
	if x.stored != nil {
		x.stored.dropped = append(x.stored.dropped, x.positionOf(d))
	}
}

// number returns the number of the document with an id, or noDocument.
func (s *stored) number(id string) uint32 {
	if n, ok := s.ids[id]; ok {
		return n
	}
	if s.frozen != nil {
		if n, ok := s.frozen.ids[id]; ok {
			return n
		}
	}
	v, ok, err := s.view.Get(nil, idKey(id))
	if err != nil {
		fail(err)
	}
	if !ok {
		return noDocument
	}
	if len(v) != 4 {
		fail(fmt.Errorf("id %q: a number of %d bytes", id, len(v)))
	}
	return binary.BigEndian.Uint32(v)
}

// enlist gives a document its id, and delist takes it away.
func (x *Index) enlist(d *document) {
	if x.stored == nil {
		x.ids.add(d)
		return
	}
	x.ids.count++
	x.stored.ids[d.id] = d.number
}

func (x *Index) delist(d *document) {
	if x.stored == nil {
		x.ids.remove(d)
		return
	}
	x.ids.count--
	x.stored.ids[d.id] = noDocument
}

func idKey(id string) []byte { return append([]byte{'i'}, id...) }

// Warm reads from the storage what adding an entry will look up, side by side with
// others that read, so that the addition itself has less to wait for. It notes in
// the entry what was not there.
func (x *Index) Warm(p Prepared) {
	if x.stored == nil || p.doc == nil {
		return
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(nil)
	if x.Err() != nil {
		return
	}
	var keys [256]uint32
	list := keys[:0]
	for _, e := range p.doc.sample(nil) {
		list = append(list, shingleKey(e))
	}
	p.absent = make(bitset, (len(p.bands)+len(list)+63)/64)
	x.bands.warm(p.bands, p.absent, 0)
	x.shingles.warm(list, p.absent, len(p.bands))
	p.absentAt = x.stored.written
}

func numberKey(prefix byte, n uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{prefix}, n)
}

// entryOf returns the entry of a document.
func (x *Index) entryOf(n uint32) Prepared {
	p, err := x.stored.entries.Entry(x.stored.positions[n])
	if err == nil && (p.doc == nil || p.entry == nil) {
		err = errors.New("no entry")
	}
	if err != nil {
		fail(fmt.Errorf("document %d, position %d: %w", n, x.stored.positions[n], err))
	}
	return p
}

// value returns what a key has in the view.
func (s *stored) value(key []byte) []byte {
	v, ok, err := s.view.Get(nil, key)
	if err == nil && !ok {
		err = errors.New("it is missing")
	}
	if err != nil {
		fail(fmt.Errorf("%q: %w", key, err))
	}
	return v
}

func (x *Index) loadDocument(n uint32) *document {
	if !x.live.has(n) {
		fail(fmt.Errorf("a record names document %d, which is missing", n))
	}
	r, err := decodeDocument(x.stored.value(numberKey('d', n)))
	if err != nil {
		fail(fmt.Errorf("document %d: %w", n, err))
	}
	p := x.entryOf(n)
	d := x.resume(p, n, r)
	if !x.docs[n].CompareAndSwap(nil, d) {
		return x.docs.get(n)
	}
	x.stored.resident.add(documentLoaded, n, d.bytes())
	return d
}

// resume makes the document of an entry that which it had become.
func (x *Index) resume(p Prepared, n uint32, r record) *document {
	d := p.doc
	d.number, d.arrival, d.fresh, d.gone, d.ties = n, r.arrival, r.fresh, r.gone, r.ties
	if d.isFollower() {
		d.ties.following.bands = p.bands
	}
	if x.keepsBodies() {
		d.set = d.set.prefix(int(d.sampled))
	}
	return d
}

// body returns the set and the sequence of a document.
func (x *Index) body(d *document) *body {
	w := x.stored.bodies.get(d.number)
	if w == nil {
		p := x.entryOf(d.number)
		w = &body{p.doc.set, p.sequence}
		if x.stored.bodies[d.number].CompareAndSwap(nil, w) {
			x.stored.resident.add(bodyLoaded, d.number, w.bytes())
		}
	}
	return w
}

func (x *Index) loadGroup(n uint32) *group {
	if !x.stored.inUse.has(n) {
		return nil
	}
	g, err := decodeGroup(x.stored.value(numberKey('g', n)))
	if err != nil {
		fail(fmt.Errorf("group %d: %w", n, err))
	}
	g.number = n
	if !x.groups[n].CompareAndSwap(nil, g) {
		return x.groups.get(n)
	}
	x.stored.resident.add(groupLoaded, n, g.bytes())
	return g
}
