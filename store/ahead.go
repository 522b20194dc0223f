package store

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// ahead is for how many operations what they will look up is read at a time, before they
// are taken one by one. One after another they would wait for each read.
const ahead = 128

// sideBySide calls f for all numbers below n, on all processors but so many.
func sideBySide(n, but int, f func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(max(1, runtime.GOMAXPROCS(0)-but), n) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	workers.Wait()
}

// locateAhead finds the documents that some operations of the group under way remove. What
// cannot be read is read again when it is its turn.
func (c *committer) locateAhead(operations []*operation) {
	var removals []*operation
	for _, op := range operations {
		if op.action != Added {
			removals = append(removals, op)
		}
	}
	if len(removals) < 2 {
		return
	}
	sideBySide(len(removals), 0, func(i int) {
		op := removals[i]
		if l, err := c.s.locate(c.s.disk, op.id); err == nil {
			op.found, op.foundAt = l, c.from
		}
	})
}

// aheadOf returns a function that is to be called before each part of some operations. It
// waits until what the removals in that part will look up was read for the index, and lets
// that of the next part be read beside.
func (s *Store) aheadOf(operations []*operation) (next func()) {
	var reading chan struct{} // closed once the part that comes next was read
	return func() {
		if reading == nil {
			s.readAhead(operations[:min(ahead, len(operations))], 0)
		} else {
			<-reading
		}
		if operations = operations[min(ahead, len(operations)):]; len(operations) == 0 {
			return
		}
		part, read := operations[:min(ahead, len(operations))], make(chan struct{})
		reading = read
		go func() {
			defer close(read)
			s.readAhead(part, 1) // which applies operations meanwhile
		}()
	}
}

// readAhead reads for the index what the removals among some operations will look up, on all
// processors but so many.
func (s *Store) readAhead(operations []*operation, but int) {
	var ids []string
	for _, op := range operations {
		if op.position != 0 && op.action != Added {
			ids = append(ids, op.id)
		}
	}
	if len(ids) > 1 {
		sideBySide(len(ids), but, func(i int) { s.index.PrefetchRemoval(ids[i]) })
	}
}
