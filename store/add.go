package store

import (
	"cmp"
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
// Such an answer, as any, is about the documents that are there now, later ones, too. It is
// not searched for: the matches are those that the store keeps of the document, as it does
// for PairsOf. Query searches.
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
	op, err := s.prepare(doc, wantsAll)
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

// prepare does all that can be done in parallel for a document to add. If the document
// is there with this content, that is to look it up: should that have changed when it is
// its turn, the committer does the rest.
func (s *Store) prepare(doc reprint.Document, w wants) (*operation, error) {
	if len(doc.ID) > longestID {
		return nil, fmt.Errorf("%w: it has %d bytes, want %d at most", ErrID, len(doc.ID), longestID)
	}
	op := &operation{action: Added, id: doc.ID, addition: &addition{wants: w}}
	op.record.Doc, op.record.Hash = doc, record.HashOf(doc)
	if s.seemsThere(op) {
		return op, nil
	}
	return op, s.translate(s.complete(op))
}

// seemsThere reports whether a document is there with the content of the one to add. What
// cannot be read the committer meets again.
func (s *Store) seemsThere(op *operation) (there bool) {
	err := s.read(func(v *view) error {
		if !s.index.MayHave(op.id) { // the index has all of the view, if not more
			op.foundAt = v.position
			return nil
		}
		l, err := s.locate(v, op.id)
		if err == nil {
			op.found, op.foundAt = l, v.position
		}
		there = l != nil && l.Hash == op.record.Hash
		return err
	})
	return there && err == nil
}

// complete prepares what is written of a document to add.
func (s *Store) complete(op *operation) (err error) {
	doc := &op.record.Doc
	if op.prepared, err = s.engine.Prepare(read(*doc)); err != nil {
		return err
	}
	s.index.Prefetch(op.prepared)
	if op.record.Entry, err = op.prepared.AppendBinary(nil); err != nil {
		return err
	}
	if s.o.Texts == KeepTexts {
		op.record.HasText = true
		op.text = s.zip.EncodeAll([]byte(doc.Text), nil)
	}
	doc.Text = ""
	return nil
}

// order compares two additions by the order of AddAll.
func (op *operation) order(o *operation) int {
	return cmp.Or(cmp.Compare(op.published(), o.published()), cmp.Compare(op.id, o.id))
}

// published returns the time by which an addition is ordered.
func (op *operation) published() int64 {
	if t := op.record.Doc.Published; !t.IsZero() {
		return min(nanoseconds(t), math.MaxInt64-1)
	}
	return math.MaxInt64
}

// read returns what of a document the engine reads.
func read(d reprint.Document) engine.Document {
	return engine.Document{ID: d.ID, Text: d.Text, Title: d.Title, Site: d.Site, URL: d.URL, Published: d.Published}
}

// bytes returns about how much an operation writes, or would if it turned out that its
// document is not there.
func (op *operation) bytes() int {
	doc := &op.record.Doc
	return 3*len(doc.Text) + len(op.record.Entry) + len(op.text) + record.MetadataBytes(doc.Metadata) + len(doc.Title) + len(doc.Site) + len(doc.URL) + len(doc.Byline) + len(doc.Owner) + 64*len(doc.Hints) + 4*len(op.id) + 256
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
	w := wantsAll
	if o.Visit == nil || o.PositionsOnly {
		w = wantsPosition
	}
	read, err := engine.ReadAll(ctx, docs, o.Threads, func(doc reprint.Document) (*operation, error) {
		op, err := s.prepare(doc, w)
		if err == nil {
			return op, nil
		}
		if !errors.Is(err, ErrID) && !errors.Is(err, ErrLarge) { // it is the store's
			return nil, err
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
	operations := make([]*operation, 0, read.Len())
	for op := range read.Take() {
		var bad *reprint.DocumentError
		if errors.As(op.err, &bad) {
			o.Skip(bad)
			continue
		}
		operations = append(operations, op)
	}
	slices.SortStableFunc(operations, (*operation).order)
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
			if o.Skip != nil {
				o.Skip(&reprint.DocumentError{ID: op.id, Err: op.err})
			}
		case op.err != nil:
			return op.err
		case o.Visit != nil:
			o.Visit(op.id, addedOf(op.answer))
		}
	}
	return nil
}
