package engine

import (
	"context"
	"iter"
	"sync"
)

// ReadAll calls read for all documents, in threads goroutines or at least one. It
// returns the results in the order in which docs yields the documents. It stops at
// the first error that docs yields or read returns, or when ctx is done, and returns
// that error. A document that comes with an error is not read.
func ReadAll[Doc, Out any](ctx context.Context, docs iter.Seq2[Doc, error], threads int, read func(Doc) (Out, error)) ([]Out, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	threads = max(threads, 1)
	type job struct {
		doc Doc
		at  int
	}
	jobs := make(chan job, 4*threads)
	type result struct {
		out Out
		at  int
	}
	done := make([][]result, threads)
	var workers sync.WaitGroup
	for i := range done {
		workers.Go(func() {
			for j := range jobs {
				out, err := read(j.doc)
				if err != nil {
					cancel(err)
					continue
				}
				done[i] = append(done[i], result{out, j.at})
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
		return nil, context.Cause(ctx)
	}
	n := 0
	for _, d := range done {
		n += len(d)
	}
	all := make([]Out, n)
	for i, d := range done {
		for _, r := range d {
			all[r.at] = r.out
		}
		done[i] = nil
	}
	return all, nil
}
