package cluster

import (
	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// inMemory is the backend of an index in memory.
type inMemory struct {
	x     *Index
	lists [2]*postings.Table // of shingles and of bands
}

func (m *inMemory) begin(uint64) error                                     { return nil }
func (m *inMemory) position() uint64                                       { return m.x.change.changes }
func (m *inMemory) written() uint64                                        { return 0 }
func (m *inMemory) hints(*records.Document, *records.Entry) postings.Hints { return nil }
func (m *inMemory) readAhead(Prepared)                                     {}
func (m *inMemory) readAheadRemoval(string)                                {}
func (m *inMemory) mayHave(string) bool                                    { return true }
func (m *inMemory) evict()                                                 {}
func (m *inMemory) full() bool                                             { return false }
func (m *inMemory) keepsBands() bool                                       { return !m.x.o.SamplesOnly }
func (m *inMemory) checkpoint() (position uint64, err error)               { return 0, nil }
func (m *inMemory) entries() map[uint64]bool                               { return nil }
func (m *inMemory) check(func(error))                                      {}
func (m *inMemory) reads() (all, vain int)                                 { return 0, 0 }
func (m *inMemory) close() error                                           { return nil }

func (m *inMemory) listed() bitset.Set {
	if len(m.x.docs.Retired) == 0 {
		return nil
	}
	return m.x.docs.Live
}

// retired sweeps the lists if enough numbers are retired, so that they can be used
// again.
func (m *inMemory) retired() {
	t := m.x.docs
	if n := len(t.Retired); t.Count() > 0 && (n <= m.x.limits.retired || n <= t.Len()/4) {
		return
	}
	for _, l := range m.lists {
		l.Sweep(t.Live)
	}
	t.Reclaim(t.Retired)
	t.Retired = t.Retired[:0]
}

func (m *inMemory) clusters(at func(uint64), yield func(Cluster) bool) {
	position, first, several := m.x.snapshot()
	at(position)
	for i, d := range first {
		c, ok := several[i]
		if !ok {
			c = Cluster{ID: d.id, Members: []Member{{ID: d.id, Note: d.note}}}
		}
		if !yield(c) {
			return
		}
	}
}

// A named is the id of a document, and its note.
type named struct{ id, note string }

// snapshot returns the position, the canonical documents, and the clusters of more than one
// document by their place among them.
func (x *Index) snapshot() (position uint64, first []named, several map[int]Cluster) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	all := x.clustered().Canonicals(func(at func()) { at() })
	several = map[int]Cluster{}
	first = make([]named, len(all))
	for i, c := range all {
		d := x.docs.Get(c.Number)
		first[i] = named{d.ID, x.docs.Note(d)}
		if x.clustered().Size(d) > 1 {
			several[i] = x.list(d)
		}
	}
	return x.change.changes, first, several
}
