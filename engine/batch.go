package engine

import (
	"context"
	"iter"
	"sync"
)

// Results are what ReadAll has read, in order.
type Results[Out any] struct {
	blocks [][]Out
	n      int
}

const blockLen = 1 << 10

// Len returns how many there are.
func (r *Results[Out]) Len() int { return r.n }

// Take yields the results, once. What they take is given back as they are yielded.
func (r *Results[Out]) Take() iter.Seq[Out] {
	return func(yield func(Out) bool) {
		for i, block := range r.blocks {
			for _, out := range block[:min(blockLen, r.n-i*blockLen)] {
				if !yield(out) {
					return
				}
			}
			r.blocks[i] = nil
		}
	}
}

// next makes room for another result.
func (r *Results[Out]) next() *Out {
	if r.n == blockLen*len(r.blocks) {
		r.blocks = append(r.blocks, make([]Out, blockLen))
	}
	r.n++
	return &r.blocks[len(r.blocks)-1][(r.n-1)%blockLen]
}

// ReadAll calls read for all documents, in threads goroutines or at least one. It
// returns the results in the order in which docs yields the documents. It stops at
// the first error that docs yields or read returns, or when ctx is done, and returns
// that error. A document that comes with an error is not read.
func ReadAll[Doc, Out any](ctx context.Context, docs iter.Seq2[Doc, error], threads int, read func(Doc) (Out, error)) (*Results[Out], error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	threads = max(threads, 1)
	type job struct {
		doc Doc
		to  *Out
	}
	jobs := make(chan job, 4*threads)
	var workers sync.WaitGroup
	for range threads {
		workers.Go(func() {
			for j := range jobs {
				out, err := read(j.doc)
				if err != nil {
					cancel(err)
					continue
				}
				*j.to = out
			}
		})
	}
	all := new(Results[Out])
	func() {
		defer close(jobs) // also if docs panics
		for doc, err := range docs {
			if err != nil {
				cancel(err)
			}
			if ctx.Err() != nil {
				return
			}
			jobs <- job{doc, all.next()}
		}
	}()
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return all, nil
}
