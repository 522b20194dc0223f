package reprint

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"sync"
	"time"

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
// error is not looked at. Where docs has an id twice, the later one replaces
// the earlier.
func (d *Detector) AddAll(ctx context.Context, docs iter.Seq2[Document, error], threads int, visit func(id string, a Added)) error {
	type job struct {
		doc Document
		at  int
	}
	type entry struct {
		doc      Document // without the text
		at       int
		prepared cluster.Prepared
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	threads = max(threads, 1)
	jobs := make(chan job, 4*threads)
	var workers sync.WaitGroup
	done := make([][]entry, threads)
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
				j.doc.Text = ""
				done[i] = append(done[i], entry{j.doc, j.at, p})
			}
		})
	}
	n := 0
	for doc, err := range docs {
		if err != nil {
			cancel(err)
		}
		if ctx.Err() != nil {
			break
		}
		jobs <- job{doc, n}
		n++
	}
	close(jobs)
	workers.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	all := slices.Concat(done...)
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(compareTimes(a.doc.Published, b.doc.Published), cmp.Compare(a.doc.ID, b.doc.ID), a.at-b.at)
	})
	for i := range all {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		a := d.index.AddPrepared(all[i].prepared)
		if visit != nil {
			visit(all[i].doc.ID, Added{a.Cluster, a.Size, relate(a.Matches), a.Events})
		}
		all[i].prepared = cluster.Prepared{}
	}
	return nil
}

// compareTimes puts unknown times last.
func compareTimes(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}
