package cluster

import (
	"context"
	"fmt"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// BatchOptions say how a batch is added. The zero value adds it on one thread.
type BatchOptions struct {
	Threads int // 0 means one

	// Last says that nothing will be added or looked for later. If all of the batch is
	// looked at first, the bands of its documents are then not kept: what comes later all
	// the same is compared with those that have some of its sample in common, but not with
	// those of which only bands are the same.
	Last bool

	Visit func(id string, a Added) // is called after each entry, unless it is nil
}

// AddBatch adds entries that were prepared by the same index, which must be in
// memory, in order of publication, those without a time last, then by id, and
// else as they come.
//
// If nothing was ever added and nobody visits, all of the collection is looked at before any
// two documents are compared, and everything is done on all threads (load.go). Documents of
// one time are then ordered by a hash of their ids (Hash). Clusters are those of adding one by
// one, but for documents that come before it is learned what they have in common with others:
// README.md has how many these are. All other calls wait until it is done. When ctx is done,
// the index stays empty, and the entries, of which parts were taken, cannot be added again.
//
// Else the result is that of AddPrepared one by one in this order. It stops when ctx is done,
// and at the first error, and returns it.
//
// It puts the entries into their order, and takes each out of the slice when it is added.
func (x *Index) AddBatch(ctx context.Context, entries []Prepared, o BatchOptions) error {
	for i := range entries {
		if entries[i].doc == nil || entries[i].Entry == nil {
			return fmt.Errorf("%w: entry %d was not prepared", ErrID, i)
		}
	}
	if o.Visit == nil {
		if loaded, err := x.load(ctx, records.Unbundled(bundled(entries)), o); loaded || err != nil {
			clear(entries)
			return err
		}
	}
	return x.addInOrder(ctx, entries, o.Visit)
}

// AddBundles adds the entries of bundles as AddBatch does, and takes the bundles out of the
// slice. That takes less memory, as it knows entries only one bundle after another. The error
// wraps ErrOptions if bundles are those of a last batch, and something came before them.
func (x *Index) AddBundles(ctx context.Context, bundles []Bundle, o BatchOptions) error {
	parts := make(records.Bundles, len(bundles))
	for i, b := range bundles {
		parts[i] = b.bytes
		o.Last = o.Last || b.bytes.WithoutBands()
	}
	clear(bundles)
	if o.Visit == nil {
		if loaded, err := x.load(ctx, parts, o); loaded || err != nil {
			return err
		}
	}
	var entries []Prepared
	for i := range parts {
		entries = slices.AppendSeq(entries, Bundle{parts[i]}.All())
		parts[i] = nil
	}
	return x.addInOrder(ctx, entries, o.Visit)
}

// addInOrder adds entries one by one.
func (x *Index) addInOrder(ctx context.Context, entries []Prepared, visit func(id string, a Added)) error {
	slices.SortStableFunc(entries, Prepared.Order)
	for i, p := range entries {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		a, err := x.addOf(p, 0, visit != nil, visit != nil)
		if err != nil {
			return err
		}
		entries[i] = Prepared{} // its bands are not needed any more
		if visit != nil {
			visit(p.ID(), a)
		}
	}
	return nil
}
