package records

import (
	"cmp"
	"slices"
)

// A timed is the place of a document, and what it is ordered by, close together.
type timed struct {
	time  int64
	hash  uint64 // of its id
	place uint32
}

// InOrder brings entries of documents into the order of their times, those of one time into
// that of a hash of their ids, and leaves the others as they come. Of those with one id it
// returns only the last. of returns the document of an entry, and the hash.
func InOrder[E any](entries []E, of func(E) (*Document, uint64)) []E {
	all, ids := make([]timed, len(entries)), make([]string, len(entries))
	for i, e := range entries {
		d, hash := of(e)
		all[i], ids[i] = timed{d.Time, hash, uint32(i)}, d.ID
	}
	slices.SortFunc(all, func(a, b timed) int {
		if a.hash != b.hash {
			return cmp.Compare(a.hash, b.hash)
		}
		return cmp.Or(cmp.Compare(ids[a.place], ids[b.place]), cmp.Compare(a.time, b.time), cmp.Compare(a.place, b.place))
	})
	last := all[:0]
	for i, t := range all {
		if i+1 == len(all) || all[i+1].hash != t.hash || ids[all[i+1].place] != ids[t.place] {
			last = append(last, t)
		}
	}
	slices.SortFunc(last, func(a, b timed) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.hash, b.hash), cmp.Compare(a.place, b.place))
	})
	out := make([]E, len(last))
	for i, t := range last {
		out[i] = entries[t.place]
	}
	copy(entries, out)
	clear(entries[len(out):])
	return entries[:len(out)]
}
