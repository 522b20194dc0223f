package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/engine"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// longestID is the longest id, in bytes: ids are in keys.
const longestID = math.MaxUint16

// Add adds a document, or replaces the one with the same id. It returns what the
// document matches and which cluster it is in, as Detector.Add does. If the store has
// the document with exactly this text and metadata, nothing is written, and the
// answer has no events.
//
// Such an answer, as any, is about the documents that are there now, later ones, too.
//
// If ctx is done before the document is being written, it is not added. From then on
// Add waits for the outcome. The error wraps ErrID if the id is empty or longer than
// 65,535 bytes, ErrLarge if the document is too large, and ErrExpired if it is older than
// the window. Of the store itself it wraps ErrClosed, ErrReadOnly, ErrNoSpace, ErrClock or
// ErrFailed.
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
	if op.err != nil {
		return reprint.Added{}, op.err
	}
	return addedOf(op.answer), nil
}

// prepare does all that can be done in parallel for a document to add.
func (s *Store) prepare(doc reprint.Document) (*operation, error) {
	if len(doc.ID) > longestID {
		return nil, fmt.Errorf("%w: it has %d bytes, want %d at most", ErrID, len(doc.ID), longestID)
	}
	p, err := s.engine.Prepare(read(doc))
	if err != nil {
		return nil, s.translate(err)
	}
	s.index.Prefetch(p)
	op := &operation{action: Added, id: doc.ID, prepared: p}
	if op.record.Entry, err = p.AppendBinary(nil); err != nil {
		return nil, err
	}
	op.record.Hash = record.HashOf(doc)
	if s.o.Texts == KeepTexts {
		op.record.HasText = true
		op.text = s.zip.EncodeAll([]byte(doc.Text), nil)
	}
	doc.Text = ""
	op.record.Doc = doc
	return op, nil
}

// read returns what of a document the engine reads.
func read(d reprint.Document) engine.Document {
	return engine.Document{ID: d.ID, Text: d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}
}

// bytes returns about how much an operation writes.
func (op *operation) bytes() int {
	doc := &op.record.Doc
	return len(op.record.Entry) + len(op.text) + record.MetadataBytes(doc.Metadata) + len(doc.Title) + len(doc.Site) + len(doc.URL) + len(doc.Byline) + len(doc.Owner) + 64*len(doc.Hints) + 4*len(op.id) + 256
}

// AddAll adds a batch of documents in the order of Detector.AddAll, by publication
// and then by id, in one commit: all of them or, after an error, none. It has the
// options of Detector.AddAll, but visits documents when all are added.
//
// It stops at the first error that docs yields, and when ctx is done before the
// batch is being written. Documents that are older than the window when their turn
// comes are not added, and not visited, but skipped: see AddAllOptions. The error wraps ErrTooLarge for a batch of
// more than about 3 GB, some 200,000 articles with their texts; it takes more memory
// than that. It wraps ErrFull if the index is full; what came before is then added.
func (s *Store) AddAll(ctx context.Context, docs iter.Seq2[reprint.Document, error], o reprint.AddAllOptions) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	operations, err := engine.ReadAll(ctx, docs, o.Threads, func(doc reprint.Document) (*operation, error) {
		op, err := s.prepare(doc)
		if err == nil {
			return op, nil
		}
		bad := &reprint.DocumentError{ID: doc.ID, Err: err}
		if o.Skip == nil {
			return nil, bad
		}
		return &operation{err: bad}, nil
	})
	if err != nil {
		return err
	}
	operations = slices.DeleteFunc(operations, func(op *operation) bool {
		var bad *reprint.DocumentError
		skip := errors.As(op.err, &bad)
		if skip {
			o.Skip(bad)
		}
		return skip
	})
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
		bad := &reprint.DocumentError{ID: op.id, Err: op.err}
		switch {
		case errors.Is(op.err, ErrExpired):
			if o.Skip != nil {
				o.Skip(bad)
			}
		case op.err != nil:
			return bad
		case o.Visit != nil:
			o.Visit(op.id, addedOf(op.answer))
		}
	}
	return nil
}
