package cluster

import (
	"cmp"
	"encoding/binary"
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
	f := x.freeze(batch)
	w, view, err := x.write(batch, &f)
	if err != nil {
		s.broken = fmt.Errorf("%w: %w; open it anew", ErrStorage, err)
		return 0, s.broken
	}
	x.thaw(&f, w, view)
	for i, l := range x.lists() {
		l.list.runs.remove(w[i].gone)
	}
	return f.position, nil
}

// A freeze is what a checkpoint is to write besides what is in its batch.
type freeze struct {
	position uint64
	header   []byte
	there    bitset // the documents
	quota    [2]int // postings to merge
}

// write writes the postings of what was frozen, and all else that is in the
// batch. It returns the runs that there are then, and what is stored.
func (x *Index) write(batch Batch, f *freeze) (w *[2]written, view View, err error) {
	s := x.stored
	if err := x.tidy(); err != nil {
		return nil, nil, err
	}
	w = new([2]written)
	for i, l := range x.lists() {
		sweeping := s.sweep.numbers != nil && !s.sweep.done[i]
		w[i], err = l.list.runs.write(l.list.frozen, l.list.frozenMany, f.there, f.quota[i], sweeping)
		if err != nil {
			return nil, nil, err
		}
	}
	batch.Set(headerKey, x.appendRuns(f.header, w))
	if err := batch.Commit(); err != nil {
		return nil, nil, err
	}
	view, err = s.storage.View()
	return w, view, err
}

// tidy deletes, before anything is written, the files that a checkpoint has left
// behind that did not come to its end, or could not delete.
func (x *Index) tidy() error {
	s := x.stored
	if s.tidied {
		return nil
	}
	names, err := s.storage.Files()
	if err != nil {
		return err
	}
	for _, name := range names {
		for _, l := range x.lists() {
			if !l.list.runs.isLeft(name) {
				continue
			}
			if err := s.storage.Remove(name); err != nil {
				return err
			}
		}
	}
	s.tidied = true
	return nil
}

// freeze puts what has changed aside, and writes all but the postings of it.
func (x *Index) freeze(batch Batch) freeze {
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
	f := freeze{position: s.position, header: x.header(), there: slices.Clone(x.live)}
	for i, l := range x.lists() {
		f.quota[i] = x.mergeQuota(l.list.runs.entries(), s.position-s.written)
	}
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
	return f
}

// thaw ends a checkpoint: what was frozen is in the view and in runs now.
func (x *Index) thaw(f *freeze, w *[2]written, v View) {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.stored
	old := s.view
	s.view, s.frozen, s.written = v, nil, f.position
	for i := range w {
		s.sweep.done[i] = s.sweep.done[i] || w[i].swept
	}
	swept := s.sweep.numbers != nil && s.sweep.done == [2]bool{true, true}
	for i, l := range x.lists() {
		l.list.thaw(&w[i], swept)
	}
	if swept {
		x.unused = append(x.unused, s.sweep.numbers...)
		s.sweep = sweep{}
	}
	x.evict()
	if err := old.Close(); err != nil {
		fail(err)
	}
}
