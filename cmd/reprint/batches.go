package main

import (
	"context"
	"iter"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
)

// A batch is full when it has so many documents, or so many bytes of text: the
// wait for the disk is then a small part of what it takes to add it.
const (
	fullBatch = 1000
	fullBytes = 8 << 20
)

// patience is how long the first document of a batch waits for others where the
// input is live. Files never make a batch wait, so that their batches do not depend
// on the clock.
const patience = 250 * time.Millisecond

// batches yields the documents of the input in batches, none with an id
// twice: of two documents with one id the later is to replace the earlier,
// whatever their dates. An error comes last, behind a batch of what was read before
// it; so does that of ctx.
func batches(ctx context.Context, in *input.Reader) iter.Seq2[[]reprint.Document, error] {
	return func(yield func([]reprint.Document, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		come, cut := documentsOf(ctx, in)
		live := in.Live()
		var docs []reprint.Document
		var late <-chan time.Time
		ids, bytes := map[string]bool{}, 0
		handOn := func() bool {
			full := docs
			docs, late, bytes = nil, nil, 0
			clear(ids)
			return len(full) == 0 || yield(full, nil)
		}
		for {
			select {
			case <-late:
				if !handOn() {
					return
				}
			case c, more := <-come:
				if !more && *cut {
					c.err = context.Cause(ctx)
				}
				if !more || c.err != nil {
					if handOn() && c.err != nil {
						yield(nil, c.err)
					}
					return
				}
				if ids[c.doc.ID] && !handOn() {
					return
				}
				if len(docs) == 0 && live {
					late = time.After(patience)
				}
				docs = append(docs, c.doc)
				ids[c.doc.ID] = true
				if bytes += len(c.doc.Text); len(docs) == fullBatch || bytes >= fullBytes {
					if !handOn() {
						return
					}
				}
			}
		}
	}
}

// A comer is a document of the input, or its error.
type comer struct {
	doc reprint.Document
	err error
}

// documentsOf reads the input in a goroutine, up to the end, an error, or when ctx
// is done. When the channel is closed, cut says whether ctx cut it off.
func documentsOf(ctx context.Context, in *input.Reader) (come <-chan comer, cut *bool) {
	out := make(chan comer)
	cut = new(bool)
	go func() {
		defer close(out)
		for doc, err := range in.Documents() {
			if ctx.Err() == nil {
				select {
				case out <- comer{doc, err}:
					continue
				case <-ctx.Done():
				}
			}
			*cut = true
			return
		}
	}()
	return out, cut
}
