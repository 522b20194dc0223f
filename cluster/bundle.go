package cluster

import (
	"iter"

	"github.com/cbb30ed1/reprint/cluster/internal/join"
	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A Bundle is prepared entries in memory without pointers: many of them cost the garbage
// collector next to nothing while others are prepared.
type Bundle struct{ bytes records.Bundle }

// NewBundle returns a bundle of entries that were prepared and not yet added. It has no bands
// where adding by these options does not need them.
func (x *Index) NewBundle(entries []Prepared, o BatchOptions) Bundle {
	x.mu.RLock()
	last := o.Last && o.Visit == nil && x.isNew()
	x.mu.RUnlock()
	all := bundled(entries)
	if last {
		join.KeepWholes(all, bandsOfWhole)
	}
	return Bundle{records.BundleOf(all)}
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
