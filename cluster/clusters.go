package cluster

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

// eachCluster yields all clusters of an index that does not change.
func (x *Index) eachCluster(yield func(Cluster) bool) {
	for _, first := range x.clustered().Canonicals(x.look) {
		var c Cluster
		x.look(func() { c = x.list(x.docs.Get(first.Number)) })
		if x.Err() != nil || !yield(c) {
			return
		}
	}
}
