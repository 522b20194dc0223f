package cluster

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
)

// The header, key m, is
//
//	version                       1, a byte
//	position, clock               varints: of the last operation, of arrivals
//	documents, groups             how many numbers were given, varints
//	candidates, matches, skipped  counts of what was done, varints
//	shingles, bands               postings in the pages, about, varints
const headerVersion = 1

var headerKey = []byte{'m'}

// ErrVersion is wrapped by the error of Open for an index that a newer version
// wrote.
var ErrVersion = errors.New("cluster: a newer version")

// Open opens the index in a storage, or makes one where there is none. What was
// done since the last checkpoint, after Position, is not in it, and is to be
// done again. Opening takes time in proportion to the number of documents. The
// options must be those with which the index was made: who has the storage
// remembers them.
func Open(o Options, s Storage) (*Index, error) {
	x, err := New(o)
	if err != nil {
		return nil, err
	}
	st := &stored{storage: s, entries: s, ids: map[string]uint32{}}
	if st.view, err = s.View(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStorage, err)
	}
	x.stored = st
	if err = x.open(); err == nil {
		err = x.openLists()
	}
	if err != nil {
		st.view.Close()
		if !errors.Is(err, ErrVersion) {
			err = fmt.Errorf("%w: %w", ErrStorage, err)
		}
		return nil, err
	}
	return x, nil
}

func (x *Index) open() error {
	s := x.stored
	documents, groups, err := x.readHeader()
	if err != nil {
		return err
	}
	x.docs, x.groups = make(slots[document], documents), make(slots[group], groups)
	x.briefs, s.positions = make([]brief, documents), make([]uint64, documents)
	if x.keepsBodies() {
		s.bodies = make(slots[body], documents)
	}
	x.live, s.inUse = make(bitset, (documents+63)/64), make(bitset, (groups+63)/64)
	err = s.view.Scan([]byte{'d'}, []byte{'d' + 1}, func(key, value []byte) error {
		n, err := numberOf(key, documents)
		if err != nil {
			return err
		}
		var r record
		d := decoder{b: value}
		flags := r.head(&d)
		if d.err != nil {
			return fmt.Errorf("document %d: %w", n, d.err)
		}
		x.briefs[n], s.positions[n] = r.brief, r.position
		x.live.add(n)
		if r.gone {
			x.gone.add(n)
		} else {
			x.ids.count++
		}
		if flags&recordFollows == 0 {
			x.stats.Indexed++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for n := range uint32(documents) {
		if !x.live.has(n) {
			x.retired = append(x.retired, n)
		}
	}
	err = s.view.Scan([]byte{'g'}, []byte{'g' + 1}, func(key, _ []byte) error {
		n, err := numberOf(key, groups)
		if err == nil {
			s.inUse.add(n)
		}
		return err
	})
	if err != nil {
		return err
	}
	for n := range uint32(groups) {
		if !s.inUse.has(n) {
			x.unusedGroups = append(x.unusedGroups, n)
		}
	}
	return nil
}

// openLists prepares the lists, for which it reads all pages, of both side by
// side.
func (x *Index) openLists() error {
	var errs [2]error
	var all sync.WaitGroup
	for i, l := range x.lists() {
		l.list.layer = newLayer()
		l.list.view = x.stored.view
		l.list.pages.prefix = l.prefix
		all.Go(func() { errs[i] = l.list.pages.scan(x.stored.view, l.list.pages.entries) })
	}
	all.Wait()
	return errors.Join(errs[:]...)
}

// readHeader reads the header, if there is one.
func (x *Index) readHeader() (documents, groups int, err error) {
	// Three quarters of the cache are for lists, recent and former: most of what is
	// looked up again and again is boilerplate, in the shingles of sites.
	x.shingles.pages = &pages{most: x.o.Cache / 16 * 5}
	x.bands.pages = &pages{most: x.o.Cache / 16}
	v, ok, err := x.stored.view.Get(nil, headerKey)
	if err != nil || !ok {
		return 0, 0, err
	}
	if len(v) > 0 && v[0] > headerVersion {
		return 0, 0, fmt.Errorf("%w of this package wrote the index (format %d, this one reads %d)", ErrVersion, v[0], headerVersion)
	}
	d := decoder{b: v}
	d.byte()
	x.stored.position, x.clock = d.uvarint(), d.uvarint()
	x.stored.written = x.stored.position
	documents, groups = int(d.below(mostDocuments+1)), int(d.below(mostDocuments+1))
	x.stats.Candidates, x.stats.Matches, x.stats.Skipped = int(d.uvarint()), int(d.uvarint()), int(d.uvarint())
	for _, l := range x.lists() {
		l.list.pages.entries = int(d.uvarint() & math.MaxInt32)
	}
	if err := d.end(); err != nil {
		return 0, 0, fmt.Errorf("header: %w", err)
	}
	return documents, groups, nil
}

func (x *Index) header() []byte {
	b := []byte{headerVersion}
	for _, n := range [...]uint64{
		x.stored.position, x.clock, uint64(len(x.docs)), uint64(len(x.groups)),
		uint64(x.stats.Candidates), uint64(x.stats.Matches), uint64(x.stats.Skipped),
		uint64(x.shingles.written()), uint64(x.bands.written()),
	} {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// numberOf returns the number in a key, which must be below a bound.
func numberOf(key []byte, bound int) (uint32, error) {
	if len(key) != 5 || int64(binary.BigEndian.Uint32(key[1:])) >= int64(bound) {
		return 0, fmt.Errorf("key %q has no number below %d", key, bound)
	}
	return binary.BigEndian.Uint32(key[1:]), nil
}

// lists returns the lists with the prefix that their pages have.
func (x *Index) lists() [2]struct {
	prefix byte
	list   *lists
} {
	return [2]struct {
		prefix byte
		list   *lists
	}{{'s', x.shingles}, {'b', x.bands}}
}

// Filters are made for at least so many keys.
const (
	fewestKeys = 1 << 21
	fewestMany = 1 << 17
)

// scan reads all pages, which have about so many entries, and makes the filters,
// with room for half as many again.
func (p *pages) scan(v View, about int) error {
	entries := 0
	f := newFilter(max(fewestKeys, about+about/2))
	var many []uint32
	err := v.Scan([]byte{p.prefix}, []byte{p.prefix + 1}, func(key, page []byte) error {
		if len(key) != 4 || len(page)%placeBytes != 0 {
			return fmt.Errorf("page %q: %d bytes are no whole number of postings", key, len(page))
		}
		upper := (uint32(key[1])<<16 | uint32(key[2])<<8 | uint32(key[3])) << tagBits
		n := len(page) / placeBytes
		entries += n
		for i := 0; i < n; {
			tag, from := tagAt(page, i), i
			for i < n && tagAt(page, i) == tag {
				i++
			}
			f.add(upper | uint32(tag))
			if i-from >= fewHolders {
				many = append(many, upper|uint32(tag))
			}
		}
		return nil
	})
	p.entries, p.filter = entries, f
	p.keys, p.many = len(many), newFilter(max(fewestMany, 2*len(many)))
	for _, key := range many {
		p.many.add(key)
	}
	return err
}

// Position returns the position of the last operation.
func (x *Index) Position() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.stored == nil {
		return x.clock
	}
	return x.stored.position
}

// Written returns the position of the last operation that a checkpoint has
// written.
func (x *Index) Written() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.stored == nil {
		return 0
	}
	return x.stored.written
}

// EntryPosition returns the position of the entry of a document of an index in a
// storage. The error wraps ErrUnknown, or ErrStorage.
func (x *Index) EntryPosition(id string) (at uint64, err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(&err)
	if x.stored != nil {
		if n := x.stored.number(id); n != noDocument {
			return x.stored.positions[n], x.Err()
		}
	}
	return 0, fmt.Errorf("%w: %q", ErrUnknown, id)
}

// Entries says, of the positions whose entries the index needs, whether the
// document is there. Those that are not were removed, but are what others follow,
// or will be dropped by a checkpoint.
func (x *Index) Entries() map[uint64]bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.stored
	if s == nil {
		return nil
	}
	needed := make(map[uint64]bool, x.ids.count)
	for _, at := range s.dropped {
		needed[at] = false
	}
	if s.frozen != nil {
		for _, at := range s.frozen.dropped {
			needed[at] = false
		}
	}
	for n, at := range s.positions {
		if x.live.has(uint32(n)) {
			needed[at] = !x.gone.has(uint32(n))
		}
	}
	return needed
}

// A sweep takes postings of what is gone out of the pages, some pages with each
// checkpoint, so that numbers can be used again.
type sweep struct {
	numbers []uint32 // that will be free when it is done; nil where there is none
	page    uint32   // the next one of either prefix
	until   uint32   // the one after the last to be swept with this checkpoint
}

// pagesToSweep is how many pages of each prefix a checkpoint sweeps: so many that a
// sweep takes as many operations as a quarter of the documents that are there, and
// what is gone never takes more than about half as much as what is there.
func (x *Index) pagesToSweep() uint32 {
	operations := x.stored.position - x.stored.written
	share := float64(operations) / (float64(x.ids.count)/4 + 1)
	return uint32(min(1, max(share, 1./64)) * (1 << pageBits))
}

// Checkpoint writes to the storage what has changed since the last one. Other
// operations go on meanwhile, but for a moment at its beginning and its end. When
// it returns no error, all up to the position that it returns is in the storage,
// and the log of the operations up to there is not needed any more. After an
// error no more can be written; what is in memory still answers.
func (x *Index) Checkpoint() (position uint64, err error) {
	s := x.stored
	if s == nil {
		return 0, nil
	}
	s.one.Lock()
	defer s.one.Unlock()
	defer x.rescue(&err)
	if err := cmp.Or(x.Err(), s.broken); err != nil {
		return 0, err
	}
	batch := s.storage.Batch()
	if batch == nil {
		return 0, fmt.Errorf("%w: it is open for reading only", ErrStorage)
	}
	position, there, sweeping := x.freeze(batch)
	view, grown, err := x.write(batch, there, sweeping)
	if err != nil {
		s.broken = fmt.Errorf("%w: %w; open it anew", ErrStorage, err)
		return 0, s.broken
	}
	x.thaw(position, view, grown)
	return position, nil
}

// write writes the postings of what was frozen, and all else that is in the
// batch. It returns what is stored then, and the filters of its pages.
func (x *Index) write(batch Batch, there bitset, sweeping bool) (View, *[2]pages, error) {
	if sweeping {
		if err := x.sweepPages(batch, there); err != nil {
			return nil, nil, err
		}
	}
	var grown [2]pages
	for i, l := range x.lists() {
		g := &grown[i]
		p := l.list.pages
		g.prefix, g.filter, g.many, g.entries, g.keys = l.prefix, p.filter, p.many, p.entries, p.keys+len(l.list.frozenMany)
		l.list.frozen.values(there, func(page uint32, v []byte) {
			batch.Merge(pageKey(l.prefix, page), v)
			g.entries += len(v) / placeBytes
		})
	}
	if err := batch.Commit(); err != nil {
		return nil, nil, err
	}
	view, err := x.stored.storage.View()
	if err != nil {
		return nil, nil, err
	}
	for i, l := range x.lists() {
		g := &grown[i]
		if g.entries > g.filter.capacity || g.keys > g.many.capacity {
			if err := g.scan(view, g.entries); err != nil {
				return nil, nil, errors.Join(err, view.Close())
			}
			continue
		}
		for key := range l.list.frozen.all() {
			g.filter.add(key)
		}
	}
	return view, &grown, nil
}

// freeze puts what has changed aside, and writes all but the postings of it. It
// returns the position, which documents are there, and whether pages are to be
// swept.
func (x *Index) freeze(batch Batch) (position uint64, there bitset, sweeping bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.stored
	var buf []byte
	for _, n := range s.docs.list {
		key := numberKey('d', n)
		if !x.live.has(n) {
			batch.Delete(key)
			continue
		}
		buf = x.appendDocument(buf[:0], x.doc(n))
		batch.Set(key, buf)
	}
	for _, n := range s.groups.list {
		key := numberKey('g', n)
		if !s.inUse.has(n) {
			batch.Delete(key)
			continue
		}
		buf = x.appendGroup(buf[:0], x.groupAt(n))
		batch.Set(key, buf)
	}
	for _, id := range slices.Sorted(maps.Keys(s.ids)) {
		if n := s.ids[id]; n == noDocument {
			batch.Delete(idKey(id))
		} else {
			batch.Set(idKey(id), binary.BigEndian.AppendUint32(nil, n))
		}
	}
	for _, at := range s.dropped {
		batch.Drop(at)
	}
	batch.Set(headerKey, x.header())
	s.frozen = &frozen{ids: s.ids, docs: s.docs.has, groups: s.groups.has, dropped: s.dropped}
	s.ids, s.docs, s.groups, s.dropped = map[string]uint32{}, changes{}, changes{}, nil
	for _, l := range x.lists() {
		l.list.freeze()
	}
	if s.sweep.numbers == nil && len(x.retired) > x.fewRetired && len(x.retired) > x.ids.count/8 {
		s.sweep = sweep{numbers: x.retired}
		// Those that are being swept are no longer counted, but still not there.
		x.retired = nil
	}
	s.sweep.until = min(s.sweep.page+x.pagesToSweep(), 1<<pageBits)
	return s.position, slices.Clone(x.live), s.sweep.numbers != nil
}

// sweepPages takes what is gone out of the next pages.
func (x *Index) sweepPages(batch Batch, there bitset) error {
	s := x.stored
	from, to := s.sweep.page, s.sweep.until
	for _, l := range x.lists() {
		err := s.view.Scan(pageKey(l.prefix, from), pageKey(l.prefix, to), func(key, page []byte) error {
			if rest, less := swept(page, there); less && len(rest) == 0 {
				batch.Delete(key)
			} else if less {
				batch.Set(key, rest)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.sweep.page = to
	return nil
}

// thaw ends a checkpoint: what was frozen is in the view now.
func (x *Index) thaw(position uint64, v View, grown *[2]pages) {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.stored
	old := s.view
	s.view, s.frozen, s.written = v, nil, position
	sweepDone := s.sweep.numbers != nil && s.sweep.page == 1<<pageBits
	for i, l := range x.lists() {
		if sweepDone {
			l.list.pages.forget() // numbers in it may come to mean others
		} else {
			l.list.pages.follow(l.list.frozen)
		}
		l.list.view, l.list.frozen = v, nil
		l.list.grow(&grown[i])
	}
	if sweepDone {
		x.unused = append(x.unused, s.sweep.numbers...)
		s.sweep = sweep{}
	}
	x.evict()
	if err := old.Close(); err != nil {
		fail(err)
	}
}

// Close lets go of the storage, which it does not close.
func (x *Index) Close() error {
	if x.stored == nil {
		return nil
	}
	x.stored.one.Lock()
	defer x.stored.one.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	err := fmt.Errorf("%w: the index was closed", ErrStorage)
	if !x.failed.CompareAndSwap(nil, &err) && !errors.Is(x.Err(), ErrStorage) {
		return x.Err()
	}
	return x.stored.view.Close()
}
