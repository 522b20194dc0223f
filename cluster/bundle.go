package cluster

import (
	"iter"

	"github.com/cbb30ed1/reprint/cluster/internal/records"
)

// A Bundle is prepared entries, each with a note of the caller, in memory without pointers:
// many of them cost the garbage collector next to nothing while others are prepared.
type Bundle struct{ bytes records.Bundle }

// NewBundle returns a bundle of entries that were prepared and not yet added, with a note of
// each.
func NewBundle(entries []Prepared, notes []string) Bundle {
	all := make([]records.Bundled, len(entries))
	for i, p := range entries {
		all[i] = records.Bundled{Document: p.doc, Entry: p.Entry, Note: notes[i]}
	}
	return Bundle{records.BundleOf(all)}
}

// All yields the entries and their notes.
func (b Bundle) All() iter.Seq2[Prepared, string] {
	return func(yield func(Prepared, string) bool) {
		for u := range b.bytes.All() {
			if !yield(Prepared{u.Document, u.Entry}, u.Note) {
				return
			}
		}
	}
}
