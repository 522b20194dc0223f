package cluster

import (
	"iter"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A Bundle is prepared entries in memory without pointers: many of them cost the garbage
// collector next to nothing while others are prepared.
type Bundle struct{ bytes records.Bundle }

// NewBundle returns a bundle of entries that were prepared and not yet added. Their bands go
// where adding by these options does not need them.
func (x *Index) NewBundle(entries []Prepared, o BatchOptions) Bundle {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for _, p := range entries {
		if o.Last && o.Visit == nil && x.isNew() {
			join.KeepWhole(p.Entry, bandsOfWhole)
		}
	}
	return Bundle{records.BundleOf(bundled(entries))}
}

func bundled(entries []Prepared) []records.Bundled {
	all := make([]records.Bundled, len(entries))
	for i, p := range entries {
		all[i] = records.Bundled{Document: p.doc, Entry: p.Entry}
	}
	return all
}

// All yields the entries. Some share memory, which is free once all of them are.
func (b Bundle) All() iter.Seq[Prepared] {
	return func(yield func(Prepared) bool) {
		for u := range b.bytes.All() {
			if !yield(Prepared{u.Document, u.Entry}) {
				return
			}
		}
	}
}
