package reprint

import "github.com/cbb30ed1/reprint/cluster"

// Open returns a detector whose documents are in a storage, of which it keeps
// about so many bytes in memory, 0 for the default of 64 MiB. Documents are added
// to it by AddAt, and removed by the RemoveAt of its Index; those of what was
// done after the last checkpoint are to be done again. Package store has such a
// storage, and does all that. The error wraps ErrOptions, cluster.ErrStorage or
// cluster.ErrVersion.
func Open(o Options, s cluster.Storage, cache int) (*Detector, error) {
	return newDetector(o, func(o cluster.Options) (*cluster.Index, error) {
		o.Cache = cache
		return cluster.Open(o, s)
	})
}

// AddAt adds a document that was prepared, and whose entry stands at a position
// of the storage: see cluster.Index.AddAt.
func (d *Detector) AddAt(p cluster.Prepared, position uint64) (Added, error) {
	a, err := d.index.AddAt(p, position)
	if err != nil {
		return Added{}, err
	}
	return Added{a.Cluster, a.Size, relate(a.Matches), a.Events}, nil
}

// Index returns the index of the detector, to write checkpoints of it, check it,
// or see what it holds.
func (d *Detector) Index() *cluster.Index { return d.index }
