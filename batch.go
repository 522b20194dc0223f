package reprint

import (
	"context"
	"iter"

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
	all, err := engine.ReadAll(ctx, docs, o.Threads, func(doc Document) (cluster.Prepared, error) {
		return d.engine.Prepare(doc.read())
	})
	if err != nil {
		return err
	}
	var visit func(id string, a cluster.Added)
	if o.Visit != nil {
		visit = func(id string, a cluster.Added) { o.Visit(id, addedOf(a)) }
	}
	return d.engine.Index().AddBatch(ctx, all, o.Threads, visit)
}
