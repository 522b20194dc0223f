package main

import (
	"cmp"
	"errors"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

// pairsIn is pairs with --db.
func pairsIn(cmd *cobra.Command, s *settings, args []string, stats bool) error {
	out := newOutput(cmd)
	return s.keeping(cmd, args, func(k *ingester) error {
		before, err := k.Stats()
		if err != nil {
			return err
		}
		known := before.Position
		err = k.addAll(cmd.Context(), true, func(_ []reprint.Document, added []addition) error {
			last := known
			look := k.lookUp()
			for _, a := range added {
				doc, err := look(a.id)
				if err != nil {
					return err
				}
				last = max(last, doc.Position)
				for _, m := range a.matches {
					other, err := look(m.ID)
					if err != nil {
						return err
					}
					// A document that was there already matches those that came after it,
					// too: that pair is printed for the other one.
					switch later := published(other, doc) < 0; {
					case later:
						out.write(lines.PairOf(a.id, m))
					case doc.Position > known:
						m.ID, m.ContainmentA, m.ContainmentB = a.id, m.ContainmentB, m.ContainmentA
						out.write(lines.PairOf(other.ID, m))
					}
				}
			}
			known = last
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
