package postings

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// A Tree is lists in files. New postings are in a memtable; while that of a
// checkpoint is being written, it is immutable and stands below a new one; the
// rest is in runs. Readers work side by side; the methods that change anything
// must not run beside others, but Flush may run beside all but itself.
type Tree struct {
	o         TreeOptions
	top       memtable
	immutable *memtable // nil where no checkpoint is being written
	runs      runs
	buf       []Posting

	// Keys that were found frequent since the last checkpoint began, and before
	// that. A key is noted again in each checkpoint, since a merge drops it where
	// nothing is left of its list.
	newFrequent, immutableFrequent map[uint32]bool
}

var _ Lists = (*Tree)(nil)

// TreeOptions are the options of a tree.
type TreeOptions struct {
	Options
	Prefix byte // of the names of the tree's files
	Files  Files
	Cache  int // bytes of lists that are kept in memory, twice: see listCache

	// Fail is called with the error of a read that Get, Add or Mark needed. It
	// must not return.
	Fail func(error)
}

// NewTree returns an empty tree, which has no runs.
func NewTree(o TreeOptions) *Tree {
	t := &Tree{
		o: o, newFrequent: map[uint32]bool{},
		runs: runs{prefix: o.Prefix, files: o.Files, cache: listCache{most: o.Cache}},
	}
	t.top = newMemtable(&t.o.Options)
	return t
}

// A Version is the runs of a tree, as a checkpoint has them.
type Version struct {
	Made uint64 // how many runs were made
	Runs []RunRecord
}

// A RunRecord is a run of a version.
type RunRecord struct {
	Number uint64
	Size   int64 // of the file, in bytes
}

// AppendBinary appends a version, all numbers as varints: how many runs were
// made, how many there are, and of each its number and size, the oldest first.
func (v *Version) AppendBinary(b []byte) []byte {
	b = binary.AppendUvarint(b, v.Made)
	b = binary.AppendUvarint(b, uint64(len(v.Runs)))
	for _, r := range v.Runs {
		b = binary.AppendUvarint(b, r.Number)
		b = binary.AppendUvarint(b, uint64(r.Size))
	}
	return b
}

// Open opens the runs of a version. On an error nothing stays open.
func (t *Tree) Open(v Version) error {
	t.runs.made = v.Made
	return t.runs.open(v.Runs)
}

// Close closes the files.
func (t *Tree) Close() error { return t.runs.close() }

// Get implements Lists.
func (t *Tree) Get(dst []Posting, key uint32, live bitset.Set, h *Hint) []Posting {
	n := len(dst)
	if !t.top.replaces.has(key) {
		if t.immutable == nil || !t.immutable.replaces.has(key) {
			if h == nil || !h.Absent {
				var err error
				if dst, err = t.runs.get(dst, key, live, h != nil); err != nil {
					t.o.Fail(err)
				}
			}
		}
		if t.immutable != nil {
			dst = t.immutable.get(dst, key, live)
		}
	}
	dst = t.top.get(dst, key, live)
	if h != nil {
		h.counted, h.count = true, uint8(len(dst)-n)
	}
	return dst
}

// Add implements Lists.
func (t *Tree) Add(key uint32, e Posting, live bitset.Set, h *Hint) int {
	if t.top.replaces.has(key) {
		return t.noteFrequent(key, t.top.add(key, e, live))
	}
	if h == nil || !h.counted || int(h.count) >= t.o.Longest-1 {
		t.buf = t.Get(t.buf[:0], key, live, h)
		return t.addTo(key, e, live, len(t.buf))
	}
	return t.addTo(key, e, live, int(h.count))
}

// addTo adds a posting to a list of known length. Where that is full, it is in
// buf.
func (t *Tree) addTo(key uint32, e Posting, live bitset.Set, n int) int {
	if n < t.o.Longest {
		t.top.add(key, e, live)
		n++
	} else {
		i := t.o.givesWay(t.buf, e)
		t.top.replace(key, append(slices.Delete(t.buf, i, i+1), e))
	}
	return t.noteFrequent(key, n)
}

func (t *Tree) noteFrequent(key uint32, n int) int {
	if n >= t.o.Frequent && !t.newFrequent[key] {
		t.runs.frequent.add(key)
		t.newFrequent[key] = true
	}
	return n
}

// Mark implements Lists.
func (t *Tree) Mark(key, number uint32, on bool, live bitset.Set) {
	if !t.top.replaces.has(key) {
		t.top.replace(key, t.Get(nil, key, live, nil))
	}
	t.top.mark(key, number, on)
}

// Frequent implements Lists.
func (t *Tree) Frequent(key uint32) bool { return t.runs.frequent.has(key) }

// Prefetch implements Lists, for the memtables.
func (t *Tree) Prefetch(keys []uint32) byte {
	sum := t.top.prefetch(keys)
	if t.immutable != nil {
		sum += t.immutable.prefetch(keys)
	}
	return sum
}

// ReadAhead reads the lists of keys from the runs, side by side with other
// readers, so that they need not be read when they are wanted. It sets the bits,
// from the bit first on, of the keys that the runs do not have.
func (t *Tree) ReadAhead(keys []uint32, absent bitset.Set, first int) {
	var buf [bufferedList]Posting
	var room [256]runSet
	known := append(room[:0], make([]runSet, len(keys))...)
	t.runs.knowing(keys, known)
	for i, key := range keys {
		list, err := t.runs.getFrom(buf[:0], key, known[i], nil)
		if err != nil {
			t.o.Fail(err)
		}
		if len(list) == 0 && absent != nil {
			absent.Add(uint32(first + i))
		}
	}
}

// absent sets the bits, from the bit first on, of the keys that no filter knows.
func (t *Tree) absent(keys []uint32, absent bitset.Set, first int) {
	var room [256]runSet
	known := append(room[:0], make([]runSet, len(keys))...)
	t.runs.knowing(keys, known)
	for i := range keys {
		if known[i] == 0 {
			absent.Add(uint32(first + i))
		}
	}
}

// Len implements Lists.
func (t *Tree) Len() int {
	n := t.top.entries + t.runs.entries()
	if t.immutable != nil {
		n += t.immutable.entries
	}
	return n
}

// Bytes implements Lists.
func (t *Tree) Bytes() int {
	n := t.top.bytes() + t.runs.bytes()
	if t.immutable != nil {
		n += t.immutable.bytes()
	}
	return n
}

// Reads returns how many lists were read from files, and how many of them had
// nothing.
func (t *Tree) Reads() (all, vain int) {
	return int(t.runs.reads.Load()), int(t.runs.vain.Load())
}

// RunPostings returns the number of postings in runs.
func (t *Tree) RunPostings() int { return t.runs.entries() }

// BeginCheckpoint makes the memtable immutable. Flush writes it, and Install ends
// the checkpoint.
func (t *Tree) BeginCheckpoint() {
	top := t.top
	t.immutable, t.top = &top, newMemtable(&t.o.Options)
	t.immutableFrequent, t.newFrequent = t.newFrequent, map[uint32]bool{}
}

// Flush writes the immutable memtable as a run, and merges about quota postings
// of the runs that are to be merged: of all runs where compact is true and no
// other merge is under way. Readers see none of it before Install.
func (t *Tree) Flush(live bitset.Set, quota int, compact bool) (*VersionEdit, error) {
	return t.runs.flush(t.immutable, slices.Sorted(maps.Keys(t.immutableFrequent)), live, quota, compact)
}

// Install ends a checkpoint whose version is durable. renumbered says that
// numbers may come to mean others from now on.
func (t *Tree) Install(e *VersionEdit, renumbered bool) {
	if renumbered {
		t.runs.cache.clear()
	} else {
		t.runs.cache.update(t.immutable)
	}
	t.runs.install(e, maps.Keys(t.newFrequent))
	t.immutable, t.immutableFrequent = nil, nil
}

// RemoveMerged deletes the files of runs that were merged into others. What cannot
// be deleted stays until RemoveObsolete.
func (t *Tree) RemoveMerged(e *VersionEdit) {
	for _, r := range e.merged {
		if r.file.Close() == nil {
			t.o.Files.Remove(RunName(t.o.Prefix, r.number))
		}
	}
}

// isObsolete reports whether a file has the name of a run, and is none that there
// is.
func (t *Tree) isObsolete(name string) bool { return t.runs.isObsolete(name) }

// Check walks all runs and reports what is inconsistent, and every number from
// numbers on.
func (t *Tree) Check(numbers int, report func(error)) {
	for _, r := range t.runs.list {
		for _, err := range r.check(RunName(t.o.Prefix, r.number), numbers) {
			report(err)
		}
	}
}

// ErrVersion is wrapped by the error of Open where a newer version of this package
// wrote a run. It is the ErrVersion of package cluster.
var ErrVersion = errors.New("cluster: a newer version")
