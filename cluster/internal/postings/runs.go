package postings

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// runs are the sorted files of a tree. Each checkpoint adds one and merges the
// latest ones, so that there are never many: each has more postings than all
// later ones together, but for those that wait for a merge to end.
type runs struct {
	prefix       byte
	files        Files
	list         []*run  // the oldest first
	made         uint64  // the number of the last one
	frequent     *filter // the keys that have been frequent, there or not
	frequentKeys int     // added to it
	frequentRoom int     // for so many it was made

	cache listCache
	merge *merge // under way

	reads, vain atomic.Int64 // lists read, and those of them that had nothing
}

// fewestFrequent is for how many keys the filter of frequent ones is made at least.
const fewestFrequent = 1 << 17

// bufferedList is the length of lists up to which reading them allocates nothing.
const bufferedList = 32

// entries returns the number of postings.
func (r *runs) entries() (n int) {
	for _, run := range r.list {
		n += run.postings
	}
	return n
}

// bytes returns what is in memory of them.
func (r *runs) bytes() int {
	n := r.cache.bytes() + r.frequent.bytes()
	for _, run := range r.list {
		n += run.fences.bytes() + run.filter.bytes()
	}
	return n
}

// A runSet has the runs whose filters know a key, by their places. The last one stands for
// all from there on.
type runSet uint64

const lastOfSet = 63

// knowing finds for each of some keys the runs whose filters know it. It looks where the words
// of many keys are before it looks at them, without a branch that depends on a filter, so the
// processor waits for many words at a time: for one after the other that would be most of the
// time.
func (r *runs) knowing(keys []uint32, sets []runSet) {
	clear(sets)
	var hashes [together]keyHash
	var words [together]*uint64
	for ; len(keys) > 0; keys, sets = keys[min(together, len(keys)):], sets[min(together, len(keys)):] {
		part := keys[:min(together, len(keys))]
		for k, key := range part {
			hashes[k] = hashOf(key)
		}
		for i, run := range r.list {
			for k, key := range part {
				words[k] = run.filter.part(key).word(hashes[k])
			}
			place := min(i, lastOfSet)
			for k := range part {
				sets[k] |= runSet(knows(words[k], hashes[k].bits()) << place)
			}
		}
	}
}

// get appends to dst the live postings of a key. likely says that a filter has known it, or
// that it was read: then it is likely to be in the cache, and filters are not asked before.
func (r *runs) get(dst []Posting, key uint32, live bitset.Set, likely bool) ([]Posting, error) {
	if likely {
		if list, ok := r.cache.get(key); ok {
			return appendLive(dst, list, live), nil
		}
	}
	var known [1]runSet
	r.knowing([]uint32{key}, known[:])
	return r.getFrom(dst, key, known[0], live)
}

// getFrom is get, with the runs that may have the key.
func (r *runs) getFrom(dst []Posting, key uint32, known runSet, live bitset.Set) ([]Posting, error) {
	if known == 0 {
		return dst, nil
	}
	if list, ok := r.cache.get(key); ok {
		return appendLive(dst, list, live), nil
	}
	return r.read(dst, key, known, live)
}

// read reads a list that is not in the cache.
func (r *runs) read(dst []Posting, key uint32, known runSet, live bitset.Set) ([]Posting, error) {
	var buf [bufferedList]Posting
	list := buf[:0]
	for i, run := range r.list {
		if known>>min(i, lastOfSet)&1 == 0 || i >= lastOfSet && !run.filter.has(key) {
			continue
		}
		n := len(list)
		all, replaces, err := run.get(list, key)
		if err != nil {
			return dst, err
		}
		if list = all; replaces {
			list = list[n:]
		}
	}
	r.reads.Add(1)
	if len(list) == 0 {
		r.vain.Add(1)
	}
	r.cache.set(key, list)
	return appendLive(dst, list, live), nil
}

func appendLive(dst, list []Posting, live bitset.Set) []Posting {
	for _, e := range list {
		if live == nil || live.Has(e.Number()) {
			dst = append(dst, e)
		}
	}
	return dst
}

// open opens runs.
func (r *runs) open(list []RunRecord) error {
	for _, l := range list {
		run, err := openRun(r.files, r.prefix, l.Number, l.Size)
		if err != nil {
			return errors.Join(err, r.close())
		}
		r.list = append(r.list, run)
	}
	var err error
	r.frequent, r.frequentKeys, r.frequentRoom, err = frequentOf(r.list)
	if err != nil {
		return errors.Join(err, r.close())
	}
	return nil
}

func (r *runs) close() error {
	var errs []error
	for _, run := range r.list {
		errs = append(errs, run.file.Close())
	}
	if r.merge != nil {
		errs = append(errs, r.merge.out.abandon())
	}
	r.list, r.merge = nil, nil
	return errors.Join(errs...)
}

// frequentOf makes the filter of the frequent keys of runs, with room for as many
// again.
func frequentOf(list []*run) (f *filter, keys, room int, err error) {
	all := make([]keyReader, len(list))
	for i, r := range list {
		if all[i], err = r.frequentKeys(); err != nil {
			return nil, 0, 0, err
		}
		for k := all[i]; k.next(); {
			keys++
		}
	}
	room = max(fewestFrequent, 2*keys)
	f = newFilter(room)
	for _, k := range all {
		for k.next() {
			f.add(k.key)
		}
	}
	return f, keys, room, nil
}

// A VersionEdit is what a checkpoint has made of the runs.
type VersionEdit struct {
	Compacted bool // all runs were merged since that was asked for

	made                       uint64
	list                       []*run
	merged                     []*run // into another
	frequent                   *filter
	frequentKeys, frequentRoom int
}

// Version returns the runs after the edit.
func (e *VersionEdit) Version() Version {
	v := Version{Made: e.made}
	for _, r := range e.list {
		v.Runs = append(v.Runs, RunRecord{r.number, r.size})
	}
	return v
}

// mergeShare is how many postings a checkpoint merges, at least, for each that it
// writes. A posting is merged as often as the number of runs can double.
const mergeShare = 16

// flush is Tree.Flush. The frequent keys are sorted.
func (r *runs) flush(m *memtable, frequent []uint32, live bitset.Set, quota int, compact bool) (*VersionEdit, error) {
	e := &VersionEdit{list: slices.Clone(r.list), frequent: r.frequent, frequentKeys: r.frequentKeys + len(frequent), frequentRoom: r.frequentRoom}
	if m.entries > 0 || len(m.replaces.keys) > 0 {
		r.made++
		run, err := r.write(m, frequent, live)
		if err != nil {
			return nil, err
		}
		e.list = append(e.list, run)
		quota = max(quota, mergeShare*run.postings)
	}
	if err := r.mergeSome(e, live, quota, compact); err != nil {
		return nil, err
	}
	if e.frequentKeys > e.frequentRoom {
		var err error
		if e.frequent, e.frequentKeys, e.frequentRoom, err = frequentOf(e.list); err != nil {
			return nil, err
		}
	}
	e.made = r.made
	return e, nil
}

// mergeSome begins a merge where one is due, and goes on with the one under way.
func (r *runs) mergeSome(e *VersionEdit, live bitset.Set, quota int, compact bool) (err error) {
	if r.merge == nil {
		from := toMerge(e.list)
		if compact {
			from = 0
		}
		if from == len(e.list) {
			e.Compacted = compact
			return nil
		}
		r.made++
		if r.merge, err = newMerge(r.files, r.prefix, r.made, slices.Clone(e.list[from:]), from == 0); err != nil {
			return err
		}
		r.merge.compact = compact
	}
	done, err := r.merge.step(quota, live)
	if err != nil || !done {
		return err
	}
	e.Compacted = r.merge.compact
	return r.endMerge(e)
}

// write writes a memtable as a run.
func (r *runs) write(m *memtable, frequent []uint32, live bitset.Set) (*run, error) {
	w, err := newWriter(r.files, r.prefix, r.made, newFilter(m.entries+len(m.replaces.keys)))
	if err != nil {
		return nil, err
	}
	for p := range m.live(live) {
		if err := w.add(p.key, p.Posting, p.replaces); err != nil {
			return nil, errors.Join(err, w.abandon())
		}
	}
	for _, key := range frequent {
		w.addFrequent(key)
	}
	return w.finish()
}

// endMerge puts the run that was made in the place of those that it was made of.
func (r *runs) endMerge(e *VersionEdit) error {
	m := r.merge
	r.merge = nil
	at := slices.Index(e.list, m.inputs[0])
	e.list = slices.Delete(e.list, at, at+len(m.inputs))
	e.merged = m.inputs
	if m.out.postings == 0 && m.oldest {
		return m.out.abandon()
	}
	run, err := m.out.finish()
	if err != nil {
		return err
	}
	e.list = slices.Insert(e.list, at, run)
	return nil
}

// toMerge returns from which run on they are to be merged: as many of the latest
// as are no more than twice as large as those after them.
func toMerge(list []*run) (from int) {
	sum := 0
	for from = len(list); from > 0 && (from == len(list) || list[from-1].postings < 2*sum); from-- {
		sum += list[from-1].postings
	}
	if from == len(list)-1 {
		return len(list)
	}
	return from
}

// install makes the runs those of an edit. newFrequent are the keys that became
// frequent while it was made.
func (r *runs) install(e *VersionEdit, newFrequent iter.Seq[uint32]) {
	r.list, r.frequentKeys, r.frequentRoom = e.list, e.frequentKeys, e.frequentRoom
	if r.frequent != e.frequent {
		r.frequent = e.frequent
		for key := range newFrequent { // that it does not know
			r.frequent.add(key)
		}
	}
}

func (r *runs) isObsolete(name string) bool {
	var number uint64
	fmt.Sscanf(name, string(r.prefix)+"%d", &number)
	return name == RunName(r.prefix, number) && !slices.ContainsFunc(r.list, func(run *run) bool { return run.number == number })
}
