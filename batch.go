package reprint

import (
	"context"
	"iter"
	"slices"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// AddAllOptions say how a batch of documents is added. The zero value reads texts
// one after another, and visits nothing.
type AddAllOptions struct {
	// Threads is the number of goroutines that read texts; 0 means 1. The answers
	// are the same for any number.
	Threads int

	// Visit, if not nil, is called for each document once it is added, in the order
	// in which documents are added.
	Visit func(id string, a Added)

	// PositionsOnly leaves all but the position out of what Visit gets. A store then
	// searches for no matches of what it adds, and nothing at all for what it has.
	PositionsOnly bool

	// Skip, if not nil, is called with a [DocumentError] for each document that cannot
	// be added: its id or its text is refused, or it is older than the window of a
	// store. AddAll then goes on without it. If Skip is nil, such an error ends AddAll
	// before anything is added; but what is older than the window is passed over.
	Skip func(err *DocumentError)
}

// AddAll adds a batch of documents in order of publication, ties by id, whatever the
// order in which docs yields them. The result is the same as if they had been added
// one by one in that order. Texts are not kept.
//
// If docs yields an error, AddAll stops and returns it, and has added nothing; the
// document that comes with the error is ignored. It also stops when ctx is done. If
// docs has an id twice, the document published later replaces the other, and at equal
// times the one yielded later. An error that wraps ErrFull comes after the documents
// before it were added.
func (d *Detector) AddAll(ctx context.Context, docs iter.Seq2[Document, error], o AddAllOptions) error {
	type item struct {
		cluster.Prepared
		about
		bad *DocumentError
	}
	all, err := engine.ReadAll(ctx, docs, o.Threads, func(doc Document) (item, error) {
		p, err := d.engine.Prepare(doc.read())
		if err != nil {
			bad := &DocumentError{doc.ID, err}
			if o.Skip != nil {
				return item{bad: bad}, nil
			}
			return item{}, bad
		}
		return item{Prepared: p, about: aboutOf(&doc)}, nil
	})
	if err != nil {
		return err
	}
	good := all[:0]
	for _, i := range all {
		if i.bad != nil {
			o.Skip(i.bad)
			continue
		}
		good = append(good, i)
	}
	slices.SortStableFunc(good, func(a, b item) int { return a.Order(b.Prepared) })
	entries, abouts := make([]cluster.Prepared, len(good)), make([]about, len(good))
	for i := range good {
		entries[i], abouts[i] = good[i].Prepared, good[i].about
	}
	clear(all)
	return d.engine.Index().AddBatch(ctx, entries, o.Threads, func(id string, a cluster.Added) {
		d.abouts.set(id, abouts[0])
		abouts = abouts[1:]
		switch {
		case o.Visit == nil:
		case o.PositionsOnly:
			o.Visit(id, Added{Position: a.Position})
		default:
			o.Visit(id, addedOf(a))
		}
	})
}
