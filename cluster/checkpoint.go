package cluster

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
	"github.com/cbb30ed1/reprint/cluster/internal/postings"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// Position returns the position of the last operation.
func (x *Index) Position() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.backend.position()
}

// Written returns the position of the last operation that a checkpoint has
// written, 0 in memory.
func (x *Index) Written() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.backend.written()
}

// Entries says, of the positions whose entries the index needs, whether the
// document is there. Those that are not were removed, but have duplicates, or will
// be dropped by a checkpoint.
func (x *Index) Entries() map[uint64]bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.backend.entries()
}

// Checkpoint writes to the storage what has changed since the last one. Other
// operations go on meanwhile; they wait for a moment at its beginning and at its end.
// If it returns no error, the storage has everything up to the position that it
// returns, and the log up to there is not needed any more. After an error no more
// checkpoints can be written; queries still work.
func (x *Index) Checkpoint() (position uint64, err error) { return x.backend.checkpoint() }

func (b *inStorage) checkpoint() (position uint64, err error) {
	b.one.Lock()
	defer b.one.Unlock()
	defer b.x.rescue(&err)
	if err := cmp.Or(b.x.Err(), b.broken); err != nil {
		return 0, err
	}
	batch := b.storage.Batch()
	if batch == nil {
		return 0, fmt.Errorf("%w: it is open for reading only", ErrStorage)
	}
	f := b.beginCheckpoint(batch)
	edits, view, err := b.flush(batch, &f)
	if err != nil {
		b.broken = fmt.Errorf("%w: %w; open it anew", ErrStorage, err)
		return 0, b.broken
	}
	b.endCheckpoint(f.header.Position, edits, view)
	for i, l := range b.lists {
		l.RemoveMerged(edits[i])
	}
	return f.header.Position, nil
}

// A flush is what a checkpoint writes besides its batch.
type flush struct {
	header records.Header
	live   bitset.Set // the documents
	quota  [2]int     // postings to merge
}

// beginCheckpoint writes into the batch all changes but postings, and makes the
// memtables of postings immutable.
func (b *inStorage) beginCheckpoint(batch Batch) flush {
	x := b.x
	x.mu.Lock()
	defer x.mu.Unlock()
	operations := b.store.Position - b.store.Written
	b.store.BeginCheckpoint(batch, x.docs)
	f := flush{
		header: records.Header{
			Position: b.store.Position, Clock: x.clock, Documents: x.docs.Len(), Groups: x.groups.Len(),
			Candidates: x.stats.Candidates, Matches: x.stats.Matches, Skipped: x.stats.Skipped,
		},
		live: slices.Clone(x.docs.Live),
	}
	for i, l := range b.lists {
		f.quota[i] = b.mergeQuota(l.RunPostings(), operations)
		l.BeginCheckpoint()
	}
	b.beginSweep()
	return f
}

// flush writes the immutable memtables, and commits the batch. It returns the edits
// of the runs, and a view of the storage with them.
func (b *inStorage) flush(batch Batch, f *flush) (edits [2]*postings.VersionEdit, view View, err error) {
	if err := b.removeObsolete(); err != nil {
		return edits, nil, err
	}
	for i, l := range b.lists {
		if edits[i], err = l.Flush(f.live, f.quota[i], b.sweep.Wants(i)); err != nil {
			return edits, nil, err
		}
		f.header.Lists[i] = edits[i].Version()
	}
	batch.Set(records.HeaderKey, f.header.AppendBinary(nil))
	if err := batch.Commit(); err != nil {
		return edits, nil, err
	}
	if view, err = b.storage.View(); err == nil {
		b.store.ReadIDs(view)
	}
	return edits, view, err
}

// endCheckpoint installs a checkpoint that is durable.
func (b *inStorage) endCheckpoint(position uint64, edits [2]*postings.VersionEdit, view View) {
	x := b.x
	x.mu.Lock()
	defer x.mu.Unlock()
	b.reading.Lock()
	defer b.reading.Unlock()
	swept := b.sweep.Note(edits)
	for i, l := range b.lists {
		l.Install(edits[i], swept != nil)
	}
	x.docs.Reclaim(swept)
	err := b.store.EndCheckpoint(view, position)
	b.evict()
	if err != nil {
		records.Fail(err)
	}
}

// removeObsolete deletes, before anything is written, what is left of checkpoints before.
func (b *inStorage) removeObsolete() error {
	if b.cleaned {
		return nil
	}
	err := b.lists.RemoveObsolete(b.storage)
	b.cleaned = err == nil
	return err
}

// beginSweep begins a sweep of removed documents if there is none and enough numbers are
// retired.
func (b *inStorage) beginSweep() {
	t := b.x.docs
	if n := len(t.Retired); !b.sweep.UnderWay() && n > b.x.limits.retired && n > t.Count()/8 {
		b.sweep.Begin(t.Retired)
		t.Retired = nil // those that are being swept are no longer counted, but still not there
	}
}

// mergeQuota returns how many postings, of so many, a checkpoint merges at least. It
// is enough that a sweep ends within as many operations as a quarter of the documents
// there. So removed documents never take more than about half as much as the others.
func (b *inStorage) mergeQuota(postings int, operations uint64) int {
	share := float64(operations) / (float64(b.x.docs.Count())/4 + 1)
	return max(b.x.limits.merged, int(min(1, share)*float64(postings)))
}
