package dedup

import (
	"errors"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

// A Selection is which documents of a collection are kept, in memory. It is made in three
// steps: it reads the documents, learns their clusters, and then tells the fates.
type Selection struct {
	rule  Rule
	order []candidate     // the documents, in the order of the input
	fates map[string]fate // of the documents of clusters of several
}

// A candidate is a document of the input.
type candidate struct {
	id     string
	length int // of its text
}

// A fate is that of a document of a cluster of several, in less memory.
type fate struct {
	lines.Place
	kept string // the one that is kept
}

// NewSelection returns one without documents.
func NewSelection(r Rule) *Selection { return &Selection{rule: r, fates: map[string]fate{}} }

// Read yields documents, and notes them.
func (s *Selection) Read(docs iter.Seq2[reprint.Document, error]) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		for doc, err := range docs {
			if err == nil {
				s.order = append(s.order, candidate{doc.ID, len(doc.Text)})
			}
			if !yield(doc, err) {
				return
			}
		}
	}
}

// Decide settles what becomes of all documents, by the clusters that they make.
func (s *Selection) Decide(clusters iter.Seq2[reprint.Cluster, error]) error {
	at := s.positions()
	for c, err := range clusters {
		if err != nil {
			return err
		}
		if len(c.Members) > 1 {
			s.decide(c, at)
		}
	}
	return nil
}

// DecideIn is Decide where the documents are among those of a store.
func (s *Selection) DecideIn(from *store.Store) error {
	at := s.positions()
	for i := range s.order {
		id := s.order[i].id
		if _, done := s.fates[id]; done {
			continue
		}
		c, err := from.Cluster(id)
		if errors.Is(err, store.ErrUnknown) {
			continue // the window has passed it by
		}
		if err != nil {
			return err
		}
		if len(c.Members) > 1 {
			s.decide(c, at)
		}
	}
	return nil
}

// positions returns where each document stands in the order.
func (s *Selection) positions() map[string]int32 {
	at := make(map[string]int32, len(s.order))
	for i := range s.order {
		at[s.order[i].id] = int32(i)
	}
	return at
}

// decide settles what becomes of the documents of a cluster.
func (s *Selection) decide(c reprint.Cluster, at map[string]int32) {
	kept := s.rule.Kept(c, func(id string) (int, bool) {
		p, here := at[id]
		if !here {
			return 0, false
		}
		return s.order[p].length, true
	})
	for _, m := range c.Members {
		if _, here := at[m.ID]; here {
			s.fates[m.ID] = fate{lines.PlaceOf(c, m), kept}
		}
	}
}

// Fates yields those of the documents, in the order of the input.
func (s *Selection) Fates(mark bool) iter.Seq2[Fate, error] {
	return func(yield func(Fate, error) bool) {
		for c := range slices.Values(s.order) {
			is := Fate{DroppedLine: DroppedLine{ID: c.id, Kept: c.id}}
			if f, ok := s.fates[c.id]; !ok && mark {
				is.Note = &input.Note{Keep: true, Cluster: c.id, Size: 1}
			} else if ok && (mark || f.kept != c.id) {
				is = FateOf(f.Line(), f.kept, mark)
			}
			if !yield(is, nil) {
				return
			}
		}
	}
}
