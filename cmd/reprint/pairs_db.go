package main

import (
	"cmp"
	"errors"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

// pairsIn is pairs with --db: of each document that is added, and of each that was there as
// it is, its pairs with those that came before it.
func pairsIn(cmd *cobra.Command, s *settings, args []string, stats bool) error {
	out := newOutput(cmd)
	return s.keeping(cmd, args, func(k *ingester) error {
		err := k.addAll(cmd.Context(), func(_ []reprint.Document, added []string) error {
			look := k.lookUp()
			for _, id := range added {
				matches, err := k.PairsOf(id)
				if errors.Is(err, store.ErrUnknown) {
					continue // it expired since
				}
				if err != nil {
					return err
				}
				doc, err := look(id)
				if err != nil {
					return err
				}
				for _, m := range matches {
					other, err := look(m.ID)
					if err != nil {
						return err
					}
					later := id
					if published(doc, other) < 0 {
						later, m.ID, m.ContainmentA, m.ContainmentB = m.ID, id, m.ContainmentB, m.ContainmentA
					}
					out.write(lines.PairOf(later, m))
				}
			}
			return out.flush()
		})
		if stats && err == nil {
			now, err := k.Stats()
			if err != nil {
				return err
			}
			sayStats(cmd, now.Stats)
		}
		return err
	})
}

// lookUp returns a function that finds what is known of a document, and remembers
// it. One that expired a moment ago is only a name.
func (k *ingester) lookUp() func(id string) (store.Document, error) {
	found := map[string]store.Document{}
	return func(id string) (store.Document, error) {
		doc, ok := found[id]
		if ok {
			return doc, nil
		}
		doc, err := k.Document(id)
		if errors.Is(err, store.ErrUnknown) {
			doc, err = store.Document{Document: reprint.Document{ID: id}}, nil
		}
		found[id] = doc
		return doc, err
	}
}

// published is the order of publication, ties by id; what has no date comes last.
func published(a, b store.Document) int {
	switch {
	case a.Published.IsZero() != b.Published.IsZero():
		if a.Published.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID))
}
