package store

import (
	"context"
	"slices"
	"sync"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/store/internal/record"
)

// An operation adds or removes a document.
type operation struct {
	action Action
	id     string
	only   uint64 // of a removal: the position of the entry that it may remove; 0 for any

	// Of a document to add.
	prepared cluster.Prepared
	record   record.Added
	text     []byte // compressed, where the record has it

	// The outcome. The position is 0 if nothing was written: the document to add
	// was there already, or the one to remove was not.
	position uint64
	arrived  int64
	answer   cluster.Added
	events   []reprint.Event
	err      error
}

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

// A queue is the requests that wait to be committed.
type queue struct {
	mu      sync.Mutex
	waiting []*request
	closed  bool
	more    chan struct{} // has room for one signal that there may be something to take
}

func (q *queue) init() { q.more = make(chan struct{}, 1) }

func (q *queue) signal() {
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *queue) put(r *request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	q.waiting = append(q.waiting, r)
	q.signal()
	return nil
}

// withdraw removes a request from the queue, and reports whether it was there.
func (q *queue) withdraw(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// take returns the requests that wait, as many as fit one group. open reports
// whether there are more, or may come more.
func (q *queue) take() (taken []*request, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, bytes := 0, 0
	for n < len(q.waiting) && (n == 0 || bytes+q.waiting[n].bytes <= largestGroup) {
		bytes += q.waiting[n].bytes
		n++
	}
	taken = slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return taken, !q.closed || len(q.waiting) > 0
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}

// submit puts a request into the queue, and waits for the outcome.
func (s *Store) submit(ctx context.Context, r *request) error {
	if r.bytes > largestCommit {
		return errTooLarge(r.bytes)
	}
	r.done = make(chan struct{})
	if err := s.queue.put(r); err != nil {
		return err
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		if s.queue.withdraw(r) {
			return context.Cause(ctx)
		}
		<-r.done
	}
	return r.err
}
