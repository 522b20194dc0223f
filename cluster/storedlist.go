package cluster

import (
	"cmp"
	"slices"
)

// storedClusters yields what Clusters does, of which only a part is in memory.
func (x *Index) storedClusters(yield func(Cluster) bool) {
	y, err := x.atCheckpoint()
	if err != nil {
		return
	}
	if y == nil { // nothing can be written
		x.mu.RLock()
		defer x.mu.RUnlock()
		defer x.rescue(nil)
		x.eachCluster(yield, func() {})
		return
	}
	defer y.stored.view.Close()
	defer func() {
		if err := y.Err(); err != nil {
			x.failed.CompareAndSwap(nil, &err)
		}
	}()
	defer y.rescue(nil)
	y.eachCluster(yield, y.evict)
}

// atCheckpoint returns an index for reading of what there is now, or nil if the
// storage cannot be written to.
func (x *Index) atCheckpoint() (y *Index, err error) {
	if err := x.Err(); err != nil {
		return nil, err
	}
	if x.stored.storage.Batch() == nil {
		return nil, nil
	}
	if err := x.Checkpoint(); err != nil {
		return nil, err
	}
	defer x.rescue(&err)
	y = &Index{o: x.o, ids: newIDs(), shingles: newLists(), bands: newLists()}
	view, err := x.stored.storage.View()
	if err != nil {
		fail(err)
	}
	y.stored = &stored{storage: x.stored.storage, entries: view, view: view}
	if err := y.open(); err != nil {
		view.Close()
		fail(err)
	}
	return y, nil
}

// A canonical is the first document of a cluster, in what is sorted of all: as
// much of its id as tells nearly always.
type canonical struct {
	time   int64
	id     [16]byte
	number uint32
}

// eachCluster yields all clusters; rest is called where what was loaded can be
// let go.
func (x *Index) eachCluster(yield func(Cluster) bool, rest func()) {
	var all []canonical
	for n := range uint32(len(x.docs)) {
		if !x.live.has(n) {
			continue
		}
		d := x.doc(n)
		if d.gone {
			continue
		}
		if g := x.group(d); g == nil || g.isFirst(d) {
			c := canonical{time: d.time, number: n}
			copy(c.id[:], d.id)
			all = append(all, c)
		}
		rest()
	}
	slices.SortFunc(all, func(a, b canonical) int {
		if c := cmp.Or(cmp.Compare(a.time, b.time), slices.Compare(a.id[:], b.id[:])); c != 0 || a.number == b.number {
			return c
		}
		c := x.doc(a.number).before(x.doc(b.number))
		rest()
		return c
	})
	for _, c := range all {
		if !yield(x.list(x.doc(c.number))) {
			return
		}
		rest()
	}
}
