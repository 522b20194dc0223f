package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/cbb30ed1/reprint"
)

// longestID is how long an id may be: it is a key.
const longestID = math.MaxUint16

// Add adds a document, or replaces the one with the same id, and answers what
// it matches and where it belongs, as Detector.Add does. A document that is there
// with exactly this text and metadata is left as it is: the answer then has no
// events, and nothing is written.
//
// Where ctx is done before the document is being written, it is not added. From
// then on Add waits for the outcome. The error wraps ErrID if the id is empty or
// longer than 65,535 bytes, and ErrExpired if the document is older than the
// window.
func (s *Store) Add(ctx context.Context, doc reprint.Document) (reprint.Added, error) {
	begin := time.Now()
	if err := s.ready(ctx); err != nil {
		return reprint.Added{}, err
	}
	op, err := s.prepare(doc)
	if err != nil {
		return reprint.Added{}, err
	}
	if err := s.submit(ctx, &request{operations: []*operation{op}, bytes: op.bytes()}); err != nil {
		return reprint.Added{}, err
	}
	s.o.Metrics.Observe(MetricAddSeconds, time.Since(begin).Seconds())
	return op.answer, op.err
}

// prepare does all that can be done side by side for a document to add.
func (s *Store) prepare(doc reprint.Document) (*operation, error) {
	if len(doc.ID) > longestID {
		return nil, fmt.Errorf("%w: it has %d bytes, want %d at most", ErrID, len(doc.ID), longestID)
	}
	p, err := s.detector.Prepare(doc)
	if err != nil {
		return nil, err
	}
	s.detector.Index().Warm(p)
	op := &operation{action: Added, id: doc.ID, prepared: p}
	if op.record.entry, err = p.AppendBinary(nil); err != nil {
		return nil, err
	}
	op.record.hash = hashOf(doc)
	if s.o.Texts == KeepTexts {
		op.record.hasText = true
		op.text = s.zip.EncodeAll([]byte(doc.Text), nil)
	}
	doc.Text = ""
	op.record.doc = doc
	return op, nil
}

// bytes is about how much an operation writes.
func (op *operation) bytes() int {
	doc := &op.record.doc
	return len(op.record.entry) + len(op.text) + len(doc.Title) + len(doc.Site) + len(doc.URL) + 4*len(op.id) + 256
}

// AddAll adds a batch of documents in the order of Detector.AddAll, by publication
// and then by id, in one commit: all of them or, if there is an error, none.
// Texts are read by so many threads side by side; 0 means one. visit, if not
// nil, is called for each document, in that order, when all are added.
//
// It stops at the first error that docs yields, and when ctx is done before the
// batch is being written. Documents that the window has passed by when their turn
// comes are not added, and not visited. An error that wraps ErrTooLarge comes for
// a batch of about 3 GB, some 200,000 articles with their texts, which takes more
// memory than that; one that wraps ErrFull when what was before it is added.
func (s *Store) AddAll(ctx context.Context, docs iter.Seq2[reprint.Document, error], threads int, visit func(id string, a reprint.Added)) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	operations, err := s.prepareAll(ctx, docs, threads)
	if err != nil {
		return err
	}
	slices.SortStableFunc(operations, func(a, b *operation) int { return a.prepared.Order(b.prepared) })
	r := &request{operations: operations}
	for _, op := range operations {
		if r.bytes += op.bytes(); r.bytes > largestCommit {
			return errTooLarge(r.bytes)
		}
	}
	if err := s.submit(ctx, r); err != nil {
		return err
	}
	for _, op := range operations {
		switch {
		case errors.Is(op.err, ErrExpired):
		case op.err != nil:
			return op.err
		case visit != nil:
			visit(op.id, op.answer)
		}
	}
	return nil
}

// prepareAll prepares documents side by side, and returns them in the order in
// which they came.
func (s *Store) prepareAll(ctx context.Context, docs iter.Seq2[reprint.Document, error], threads int) ([]*operation, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type job struct {
		doc reprint.Document
		at  int
	}
	jobs := make(chan job, 4*max(threads, 1))
	var mu sync.Mutex
	var out []*operation
	var workers sync.WaitGroup
	for range max(threads, 1) {
		workers.Go(func() {
			for j := range jobs {
				op, err := s.prepare(j.doc)
				if err != nil {
					cancel(err)
					continue
				}
				mu.Lock()
				out = append(out, make([]*operation, max(0, j.at+1-len(out)))...)
				out[j.at] = op
				mu.Unlock()
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
	return out, nil
}
