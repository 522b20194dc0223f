package reprint

import (
	"context"
	"iter"
	"sync"

	"github.com/cbb30ed1/reprint/cluster"
)

// AddAll adds a batch of documents in order of publication, ties by id,
// whatever the order in which docs yields them: the result is that of the
// stream which the batch records. Texts are read by so many threads side by
// side and not kept; 0 means one. visit, if not nil, is called for each
// document once it is added, in that order.
//
// It stops at the first error that docs yields, having added nothing, and
// when ctx is done, and returns that error. The document that came with an
// error is not looked at. Where docs has an id twice, the one published later
// replaces the other, and at equal times the one yielded later. An error that
// wraps ErrFull comes when what was before it is added.
func (d *Detector) AddAll(ctx context.Context, docs iter.Seq2[Document, error], threads int, visit func(id string, a Added)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type job struct {
		doc Document
		at  int
	}
	jobs := make(chan job, 4*max(threads, 1))
	type result struct {
		cluster.Prepared
		at int
	}
	done := make([][]result, max(threads, 1))
	var workers sync.WaitGroup
	for i := range done {
		workers.Go(func() {
			r := d.readers.Get().(*reader)
			defer d.readers.Put(r)
			for j := range jobs {
				p, err := d.index.Prepare(r.read(j.doc))
				if err != nil {
					cancel(err)
					continue
				}
				done[i] = append(done[i], result{p, j.at})
			}
		})
	}
	func() {
		defer close(jobs) // also if docs panics
		at := 0
		for doc, err := range docs {
			if err != nil {
				cancel(err)
			}
			if ctx.Err() != nil {
				return
			}
			jobs <- job{doc, at}
			at++
		}
	}()
	workers.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	n := 0
	for _, d := range done {
		n += len(d)
	}
	all := make([]cluster.Prepared, n)
	for i, d := range done {
		for _, r := range d {
			all[r.at] = r.Prepared
		}
		done[i] = nil
	}
	if visit == nil {
		return d.index.AddBatch(ctx, all, threads, nil)
	}
	return d.index.AddBatch(ctx, all, threads, func(id string, a cluster.Added) {
		visit(id, Added{a.Cluster, a.Size, relate(a.Matches), a.Events})
	})
}
