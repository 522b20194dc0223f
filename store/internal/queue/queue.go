// Package queue has the queue of what waits to be committed.
package queue

import (
	"slices"
	"sync"
)

// A Queue is safe for concurrent use. T is a pointer.
type Queue[T comparable] struct {
	most int // bytes that Take returns

	mu      sync.Mutex
	waiting []item[T]
	closed  bool
	more    chan struct{} // has room for one signal that there may be something to take
}

type item[T any] struct {
	value T
	bytes int
}

// New returns a queue of which as much is taken at once as has most bytes, and at least
// one item.
func New[T comparable](most int) *Queue[T] {
	return &Queue[T]{most: most, more: make(chan struct{}, 1)}
}

func (q *Queue[T]) signal() {
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// More returns a channel that receives when there may be something to take.
func (q *Queue[T]) More() <-chan struct{} { return q.more }

// Put appends what has so many bytes, and reports whether the queue is open.
func (q *Queue[T]) Put(value T, bytes int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.waiting = append(q.waiting, item[T]{value, bytes})
	q.signal()
	return true
}

// Withdraw removes what waits, and reports whether it was there.
func (q *Queue[T]) Withdraw(value T) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.waiting, func(w item[T]) bool { return w.value == value })
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// Take returns what waits, as much as fits at once. open reports whether there is more,
// or may come more.
func (q *Queue[T]) Take() (taken []T, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	bytes := 0
	for n, w := range q.waiting {
		if bytes += w.bytes; n > 0 && bytes > q.most {
			break
		}
		taken = append(taken, w.value)
	}
	q.waiting = slices.Delete(q.waiting, 0, len(taken))
	return taken, !q.closed || len(q.waiting) > 0
}

// Close ends what Put takes. What waits can still be taken.
func (q *Queue[T]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}
