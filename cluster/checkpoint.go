package cluster

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

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
