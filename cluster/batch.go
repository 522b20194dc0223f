package cluster

import (
	"context"
	"fmt"
	"slices"
)

// AddBatch adds entries that were prepared by the same index, which must be in
// memory, in order of publication, those without a time last, then by id, and
// else as they come.
//
// If nothing was ever added and visit is nil, all of the collection is looked at before any
// two documents are compared, and everything is done on so many threads (load.go); 0 means
// one. Documents of one time are then ordered by a hash of their ids (Hash). Clusters are
// those of adding one by one, but for documents that come before it is learned what they
// have in common with others: README.md has how many these are. All other calls wait until
// it is done. When ctx is done, the index stays empty, and the entries, of which parts were
// taken, cannot be added again.
//
// Else the result is that of AddPrepared one by one in this order, and visit is called
// after each. It stops when ctx is done, and at the first error, and returns it.
//
// It puts the entries into their order, and takes each out of the slice when it is added.
func (x *Index) AddBatch(ctx context.Context, entries []Prepared, threads int, visit func(id string, a Added)) error {
	for i := range entries {
		if entries[i].doc == nil || entries[i].Entry == nil {
			return fmt.Errorf("%w: entry %d was not prepared", ErrID, i)
		}
	}
	if visit == nil {
		if loaded, err := x.load(ctx, entries, threads); loaded || err != nil {
			return err
		}
	}
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
