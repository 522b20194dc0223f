package cluster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"
)

// The header, key m, is
//
//	version                       1, a byte
//	position, clock               varints: of the last operation, of arrivals
//	documents, groups             how many numbers were given, varints
//	candidates, matches, skipped  counts of what was done, varints
//	shingles, bands               of each: how many runs were made, and how many
//	                              there are; of these, the oldest first, number
//	                              and bytes; varints
const headerVersion = 1

var headerKey = []byte{'m'}

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
	var records [2][]runRecord
	if err = x.open(&records); err == nil {
		err = x.openLists(&records)
	}
	if err != nil {
		err = errors.Join(err, x.closeStored())
		if !errors.Is(err, ErrVersion) {
			err = fmt.Errorf("%w: %w", ErrStorage, err)
		}
		return nil, err
	}
	return x, nil
}

// open reads what there is but for the postings, whose runs it returns.
func (x *Index) open(records *[2][]runRecord) error {
	s := x.stored
	documents, groups, err := x.readHeader(records)
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
	x.retired = x.live.missing(documents)
	err = s.view.Scan([]byte{'g'}, []byte{'g' + 1}, func(key, _ []byte) error {
		n, err := numberOf(key, groups)
		if err == nil {
			s.inUse.add(n)
		}
		return err
	})
	x.unusedGroups = s.inUse.missing(groups)
	return err
}

// openLists opens the runs, of shingles and of bands side by side.
func (x *Index) openLists(records *[2][]runRecord) error {
	var errs [2]error
	var all sync.WaitGroup
	for i, l := range x.lists() {
		all.Go(func() { errs[i] = l.list.runs.open(records[i]) })
	}
	all.Wait()
	return errors.Join(errs[:]...)
}

// readHeader reads the header, if there is one.
func (x *Index) readHeader(records *[2][]runRecord) (documents, groups int, err error) {
	// Three eighths of the cache are for lists, recent and former: most of what is
	// looked up again and again is boilerplate, in the shingles of sites.
	for _, l := range x.lists() {
		r := &runs{prefix: l.prefix, files: x.stored.storage}
		if r.read.most = x.o.Cache / 32; l.list == x.shingles {
			r.read.most *= 5
		}
		l.list.tiers = &tiers{top: newLayer(), runs: r}
	}
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
	for i, l := range x.lists() {
		l.list.runs.made = d.uvarint()
		for range d.count(2) {
			records[i] = append(records[i], runRecord{d.uvarint(), int64(d.uvarint() & math.MaxInt64)})
		}
	}
	if err := d.end(); err != nil {
		return 0, 0, fmt.Errorf("header: %w", err)
	}
	return documents, groups, nil
}

// header returns the header, but for the runs.
func (x *Index) header() []byte {
	b := []byte{headerVersion}
	for _, n := range [...]uint64{
		x.stored.position, x.clock, uint64(len(x.docs)), uint64(len(x.groups)),
		uint64(x.stats.Candidates), uint64(x.stats.Matches), uint64(x.stats.Skipped),
	} {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// appendRuns appends what the header says of runs.
func (x *Index) appendRuns(b []byte, w *[2]written) []byte {
	for i, l := range x.lists() {
		b = binary.AppendUvarint(b, l.list.runs.made)
		b = binary.AppendUvarint(b, uint64(len(w[i].list)))
		for _, r := range w[i].list {
			b = binary.AppendUvarint(b, r.number)
			b = binary.AppendUvarint(b, uint64(r.size))
		}
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

// lists returns the lists, with the prefix of the names of their runs.
func (x *Index) lists() [2]struct {
	prefix byte
	list   *lists
} {
	return [2]struct {
		prefix byte
		list   *lists
	}{{'s', x.shingles}, {'b', x.bands}}
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
	return x.closeStored()
}

// closeStored lets go of what was opened.
func (x *Index) closeStored() error {
	return errors.Join(x.shingles.tiers.close(), x.bands.tiers.close(), x.stored.view.Close())
}
