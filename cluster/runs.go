package cluster

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
)

// runs are the postings in a storage, of shingles or of bands. Each checkpoint
// adds a run, and merges the latest ones, so that there are never many: each has
// more postings than all later ones together, but for those that wait for a merge
// to end (O'Neil and others, "The log-structured merge-tree", 1996).
type runs struct {
	prefix byte
	files  FileStorage
	list   []*run  // the oldest first
	made   uint64  // the number of the last one
	many   *filter // of the keys that have had fewHolders postings or more, there or not
	keys   int     // added to many
	room   int     // for so many it was made

	read  listCache
	merge *merger // under way, of who writes checkpoints

	reads, vain atomic.Int64 // lists read, and those of them that had nothing
}

// fewestMany is for how many keys the filter of those with many postings is made
// at least.
const fewestMany = 1 << 17

// entries returns the number of postings.
func (r *runs) entries() (n int) {
	for _, r := range r.list {
		n += r.postings
	}
	return n
}

// bytes returns what is in memory of them.
func (r *runs) bytes() int {
	n := r.read.bytes() + r.many.bytes()
	for _, r := range r.list {
		n += 12*len(r.ends) + r.filter.bytes()
	}
	return n
}

// get appends to dst the postings of a key, of documents that are there.
func (r *runs) get(dst []posting, key uint32, there bitset) ([]posting, error) {
	from := 0
	for from < len(r.list) && !r.list[from].filter.has(key) {
		from++
	}
	if from == len(r.list) {
		return dst, nil
	}
	list, ok := r.read.get(key)
	if !ok {
		var buf [longestList]posting
		list = buf[:0]
		for i, run := range r.list[from:] {
			if i > 0 && !run.filter.has(key) {
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
		r.read.set(key, list)
	}
	for _, e := range list {
		if there == nil || there.has(e.doc()) {
			dst = append(dst, e)
		}
	}
	return dst, nil
}

// open opens the runs with these numbers and sizes.
func (r *runs) open(list []runRecord) error {
	for _, l := range list {
		run, err := openRun(r.files, r.prefix, l.number, l.size)
		if err != nil {
			return errors.Join(err, r.close())
		}
		r.list = append(r.list, run)
	}
	var err error
	r.many, r.keys, r.room, err = manyOf(r.list)
	if err != nil {
		return errors.Join(err, r.close())
	}
	return nil
}

// A runRecord is what the header says of a run.
type runRecord struct {
	number uint64
	size   int64
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

// manyOf makes the filter of the keys that have had many postings in runs, with
// room for as many again.
func manyOf(list []*run) (f *filter, keys, room int, err error) {
	all := make([]keyReader, len(list))
	for i, r := range list {
		if all[i], err = r.manyKeys(); err != nil {
			return nil, 0, 0, err
		}
		for k := all[i]; k.next(); {
			keys++
		}
	}
	room = max(fewestMany, 2*keys)
	f = newFilter(room)
	for _, k := range all {
		for k.next() {
			f.add(k.key)
		}
	}
	return f, keys, room, nil
}

// written is what a checkpoint has made of the runs.
type written struct {
	list       []*run
	gone       []*run // that were merged into another
	many       *filter
	keys, room int
	swept      bool // all runs were merged since that was asked for
}

// mergeShare is how many postings a checkpoint merges, at least, for each that it
// writes. A posting is merged as often as the number of runs can double.
const mergeShare = 16

// write writes a run of what is frozen, and merges so many postings of runs that
// are to be merged, or somewhat more: of all runs, where that is asked for and no
// other merge is under way. Who reads meanwhile sees none of it.
func (r *runs) write(frozen *layer, many []uint32, there bitset, quota int, all bool) (w written, err error) {
	w = written{list: slices.Clone(r.list), many: r.many, keys: r.keys + len(many), room: r.room}
	if frozen.entries > 0 || len(frozen.complete) > 0 {
		r.made++
		run, err := r.freeze(frozen, many, there)
		if err != nil {
			return w, err
		}
		w.list = append(w.list, run)
		quota = max(quota, mergeShare*run.postings)
	}
	if r.merge == nil {
		from := toMerge(w.list)
		if all {
			from = 0
		}
		if from < len(w.list) {
			r.made++
			if r.merge, err = newMerger(r.files, r.prefix, r.made, slices.Clone(w.list[from:]), from == 0); err != nil {
				return w, err
			}
			r.merge.all = all
		} else {
			w.swept = all
		}
	}
	if r.merge != nil {
		done, err := r.merge.step(quota, there)
		if err != nil {
			return w, err
		}
		if done {
			w.swept = r.merge.all
			if err := r.endMerge(&w); err != nil {
				return w, err
			}
		}
	}
	if w.keys > w.room {
		w.many, w.keys, w.room, err = manyOf(w.list)
	}
	return w, err
}

// freeze writes a run of what is frozen.
func (r *runs) freeze(frozen *layer, many []uint32, there bitset) (*run, error) {
	w, err := newRun(r.files, r.prefix, r.made, newFilter(frozen.entries+len(frozen.complete)))
	if err != nil {
		return nil, err
	}
	for p := range frozen.values(there) {
		if err := w.add(p.key, p.posting, p.replaces); err != nil {
			return nil, errors.Join(err, w.abandon())
		}
	}
	slices.Sort(many)
	for _, key := range slices.Compact(many) {
		w.addMany(key)
	}
	return w.finish()
}

// endMerge puts the run that was made in the place of those that it was made of.
func (r *runs) endMerge(w *written) error {
	m := r.merge
	r.merge = nil
	at := slices.Index(w.list, m.inputs[0])
	w.list = slices.Delete(w.list, at, at+len(m.inputs))
	w.gone = m.inputs
	if m.out.postings == 0 && m.oldest {
		return m.out.abandon()
	}
	run, err := m.out.finish()
	if err != nil {
		return err
	}
	w.list = slices.Insert(w.list, at, run)
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

// thaw is told that what a checkpoint has written is in the storage. Nobody may be
// reading.
func (r *runs) thaw(w *written, newMany []uint32) {
	if r.list, r.keys, r.room = w.list, w.keys, w.room; r.many != w.many {
		r.many = w.many
		for _, key := range newMany { // that it does not know
			r.many.add(key)
		}
	}
}

// isLeft reports whether a file has the name of a run, and is none that there is.
func (r *runs) isLeft(name string) bool {
	var number uint64
	fmt.Sscanf(name, string(r.prefix)+"%d", &number)
	return name == runName(r.prefix, number) && !slices.ContainsFunc(r.list, func(run *run) bool { return run.number == number })
}

// remove deletes runs that were merged into others. What cannot be deleted stays
// until the index is opened again.
func (r *runs) remove(gone []*run) {
	for _, run := range gone {
		if run.file.Close() == nil {
			r.files.Remove(runName(r.prefix, run.number))
		}
	}
}
