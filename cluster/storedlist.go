package cluster

import (
	"bytes"
	"cmp"
	"slices"
)

// storedClusters yields what Clusters does, of which only a part is in memory.
func (x *Index) storedClusters(yield func(Cluster) bool) {
	y := x.atCheckpoint()
	if y == nil { // nothing can be written, so nothing changes
		x.eachCluster(yield)
		return
	}
	defer y.stored.view.Close()
	if y.eachCluster(yield); y.Err() != nil {
		err := y.Err()
		x.failed.CompareAndSwap(nil, &err)
	}
}

// look looks at something, and lets go of what was loaded for it where that has
// become too much.
func (x *Index) look(at func()) {
	defer x.letGo()
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(nil)
	if x.Err() == nil {
		at()
	}
}

// letGo is called when something was read: what was loaded for it may be more than
// should be in memory. Who is at work then does it.
func (x *Index) letGo() {
	if x.tooMuch() && x.mu.TryLock() {
		defer x.mu.Unlock()
		x.evict()
	}
}

// atCheckpoint returns an index for reading of what there is now, or nil if the
// storage cannot be written to.
func (x *Index) atCheckpoint() *Index {
	if _, err := x.Checkpoint(); err != nil {
		return nil
	}
	view, err := x.stored.storage.View()
	if err != nil {
		return nil
	}
	y := &Index{o: x.o, ids: newIDs(), shingles: newLists(), bands: newLists()}
	y.stored = &stored{storage: x.stored.storage, entries: view, view: view}
	if err := y.open(new([2][]runRecord)); err != nil {
		view.Close()
		return nil
	}
	return y
}

// A canonical is the first document of a cluster, in what is sorted of all: as
// much of its id as tells nearly always.
type canonical struct {
	time   int64
	id     [16]byte
	number uint32
}

// eachCluster yields all clusters of an index that does not change.
func (x *Index) eachCluster(yield func(Cluster) bool) {
	var all []canonical
	for n := range uint32(len(x.docs)) {
		x.look(func() {
			if !x.live.has(n) || x.gone.has(n) {
				return
			}
			d := x.doc(n)
			if g := x.group(d); g == nil || g.isFirst(d) {
				c := canonical{time: d.time, number: n}
				copy(c.id[:], d.id)
				all = append(all, c)
			}
		})
	}
	slices.SortFunc(all, func(a, b canonical) int {
		c := cmp.Or(cmp.Compare(a.time, b.time), bytes.Compare(a.id[:], b.id[:]))
		if c == 0 && a.number != b.number {
			x.look(func() { c = x.doc(a.number).before(x.doc(b.number)) })
		}
		return c
	})
	for _, first := range all {
		var c Cluster
		x.look(func() { c = x.list(x.doc(first.number)) })
		if x.Err() != nil || !yield(c) {
			return
		}
	}
}
