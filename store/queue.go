package store

import (
	"context"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// An operation adds or removes a document. There may be very many removals in a request, so
// what only additions have is by itself.
type operation struct {
	action Action
	id     string
	only   uint64 // of a removal: the position of the entry that it may remove; 0 for any
	*addition

	found   *record.Location // where the document was, if it was there
	foundAt uint64           // as of this position, 0 if that is unknown

	// The outcome. The position is 0 if nothing was written: the document to add
	// was there already, or the one to remove was not.
	position uint64
	arrived  int64
	events   []reprint.Event // of a removal, where its caller wants them
	err      error
}

// An addition is what an operation has that adds a document.
type addition struct {
	wants    wants
	prepared cluster.Prepared // nothing, where the document seemed to be there: see prepare
	record   record.Added     // likewise only with its document and hash
	text     []byte           // compressed, where the record has it

	answer cluster.Added
	there  uint64 // the position of the document that was there already
}

// What the answer to an addition is to say besides the position.
type wants uint8

const (
	wantsAll wants = iota
	wantsPosition
)

// A request is operations that are committed together, or asks for expiry, or to set
// the clock.
type request struct {
	operations []*operation
	expire     *expiry
	clock      *setting
	bytes      int
	err        error
	done       chan struct{} // closed when the request is applied, or has failed
}

// An expiry asks to remove documents older than a time, so many at most.
type expiry struct {
	before int64
	most   int
}

// submit puts a request into the queue, and waits for the outcome.
func (s *Store) submit(ctx context.Context, r *request) error {
	if r.bytes > largestCommit {
		return errTooLarge(r.bytes)
	}
	r.done = make(chan struct{})
	if !s.queue.Put(r, r.bytes) {
		return ErrClosed
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		if s.queue.Withdraw(r) {
			return context.Cause(ctx)
		}
		<-r.done
	}
	return r.err
}
