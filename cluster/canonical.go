package cluster

import (
	"bytes"
	"cmp"
	"slices"
)

// clusters implements Index.Clusters. Only a part of the clusters is in memory.
func (b *inStorage) clusters(at func(uint64), yield func(Cluster) bool) {
	y, view, err := b.atCheckpoint()
	switch {
	case err != nil:
		b.x.failed.CompareAndSwap(nil, &err)
		return
	case y == nil: // nothing can be written, so nothing changes
		at(b.x.Position())
		b.x.eachCluster(yield)
		return
	}
	defer view.Close()
	at(y.Position())
	if y.eachCluster(yield); y.Err() != nil {
		err := y.Err()
		b.x.failed.CompareAndSwap(nil, &err)
	}
}

// atCheckpoint writes a checkpoint and returns an index that reads it, or nil if the
// storage cannot be written to.
func (b *inStorage) atCheckpoint() (*Index, View, error) {
	if _, err := b.checkpoint(); err != nil {
		return nil, nil, nil
	}
	view, err := b.storage.View()
	if err != nil {
		return nil, nil, err
	}
	y, _, err := openView(b.x.o, b.storage, view, view)
	if err != nil {
		return nil, nil, err // it has closed the view
	}
	return y, view, nil
}

// A canonical is the first document of a cluster, for sorting. It has as much of the
// id as nearly always decides.
type canonical struct {
	time   int64
	id     [16]byte
	number uint32
}

// canonicals returns the canonical documents of all clusters, in their order.
func (x *Index) canonicals(look func(func())) []canonical {
	var all []canonical
	for n := range uint32(x.docs.Len()) {
		look(func() {
			if !x.docs.Live.Has(n) || x.docs.Gone.Has(n) {
				return
			}
			d := x.docs.Get(n)
			if g := x.group(d); g == nil || g.IsFirst(d) {
				c := canonical{time: d.Time, number: n}
				copy(c.id[:], d.ID)
				all = append(all, c)
			}
		})
	}
	slices.SortFunc(all, func(a, b canonical) int {
		c := cmp.Or(cmp.Compare(a.time, b.time), bytes.Compare(a.id[:], b.id[:]))
		if c == 0 && a.number != b.number {
			look(func() { c = x.docs.Get(a.number).Before(x.docs.Get(b.number)) })
		}
		return c
	})
	return all
}

// eachCluster yields all clusters of an index that does not change.
func (x *Index) eachCluster(yield func(Cluster) bool) {
	for _, first := range x.canonicals(x.look) {
		var c Cluster
		x.look(func() { c = x.list(x.docs.Get(first.number)) })
		if x.Err() != nil || !yield(c) {
			return
		}
	}
}
