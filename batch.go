package reprint

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/engine"
)

// AddAllOptions say how a batch of documents is added. The zero value reads texts
// one after another, and visits nothing.
type AddAllOptions struct {
	// Threads is the number of goroutines that read texts, and that compare and cluster
	// them where the batch is looked at as a whole; 0 means 1. The answers are the same
	// for any number.
	Threads int

	// Last says that nothing will be added or looked for after this batch. A new detector
	// that nobody visits then does not keep what only that needs, some 160 bytes a document:
	// the bands. What is added or looked for later all the same is compared with documents
	// that have some of its sampled shingles, but not with those of which only bands are the
	// same, and Explain knows no bands. A store takes no notice of it.
	Last bool

	// Visit, if not nil, is called for each document once it is added, in the order
	// in which documents are added: one after another, so none is told by what comes later.
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

// AddAll adds a batch of documents, whatever the order in which docs yields them. Texts are
// not kept.
//
// If the detector is new and nobody visits, the whole batch is looked at before any two
// documents are compared, and all steps run on Threads: so it is known from the first
// document on what many have in common. Otherwise the result is the same as if the
// documents had been added one by one in order of publication, ties by id. The two ways
// end in nearly the same clusters (cluster/README.md has how nearly).
//
// If docs yields an error, AddAll stops and returns it, and has added nothing; the
// document that comes with the error is ignored. It also stops when ctx is done; a batch
// that is looked at as a whole is then not added at all. If
// docs has an id twice, the document published later replaces the other, and at equal
// times the one yielded later. An error that wraps ErrFull comes after the documents
// before it were added; so does one that wraps ErrOptions, where something else was added
// to a new detector while the Last batch was read.
func (d *Detector) AddAll(ctx context.Context, docs iter.Seq2[Document, error], o AddAllOptions) error {
	batch := cluster.BatchOptions{Threads: o.Threads, Last: o.Last}
	if o.Visit != nil {
		batch.Visit = func(id string, a cluster.Added) { o.Visit(id, addedOf(a)) }
	}
	bundles, err := d.prepareAll(ctx, docs, o, batch)
	if err != nil {
		return err
	}
	err = d.engine.Index().AddBundles(ctx, bundles, batch)
	if errors.Is(err, cluster.ErrOptions) {
		err = fmt.Errorf("%w: %w", ErrOptions, err)
	}
	return err
}

// prepareAll prepares all documents of a batch.
func (d *Detector) prepareAll(ctx context.Context, docs iter.Seq2[Document, error], o AddAllOptions, batch cluster.BatchOptions) (bundles []cluster.Bundle, err error) {
	type result struct {
		cluster.Bundle
		bad []*DocumentError
	}
	all, err := engine.ReadAll(ctx, inSlices(ctx, docs), o.Threads, func(docs []Document) (r result, err error) {
		entries := make([]cluster.Prepared, 0, len(docs))
		for i := range docs {
			p, err := d.engine.Prepare(docs[i].toKeep())
			if err != nil {
				r.bad = append(r.bad, &DocumentError{docs[i].ID, err})
				if o.Skip == nil {
					return r, r.bad[0]
				}
				continue
			}
			entries = append(entries, p)
		}
		r.Bundle = d.engine.Index().NewBundle(entries, batch)
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	bundles = make([]cluster.Bundle, 0, all.Len())
	for r := range all.Take() {
		for _, bad := range r.bad {
			o.Skip(bad)
		}
		bundles = append(bundles, r.Bundle)
	}
	return bundles, nil
}

// inSlices yields documents in slices that are read at a time, each of enough to be worth it.
// It stops when ctx is done.
func inSlices(ctx context.Context, docs iter.Seq2[Document, error]) iter.Seq2[[]Document, error] {
	return func(yield func([]Document, error) bool) {
		var some []Document
		before, bytes := 0, 0
		for doc, err := range docs {
			if err == nil && ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			some = append(some, doc)
			if bytes += len(doc.Text) + leastRead; bytes < min(max(leastAtOnce, before/16), mostAtOnce) {
				continue
			}
			before += bytes
			if !yield(some, nil) {
				return
			}
			some, bytes = nil, 0
		}
		if len(some) > 0 {
			yield(some, nil)
		}
	}
}

const (
	leastAtOnce = 32 << 10  // bytes of texts that are read at a time, where there are few in all
	mostAtOnce  = 128 << 10 // and where there are many
	leastRead   = 1 << 10   // that a document counts as beside its text
)
