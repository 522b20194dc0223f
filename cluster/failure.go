package cluster

import "github.com/cbb30ed1/reprint/cluster/internal/records"

// rescue ends a failed operation, and marks the index as failed: its state may be
// inconsistent.
func (x *Index) rescue(to *error) {
	switch r := recover().(type) {
	case nil:
	case records.Failure:
		x.failed.CompareAndSwap(nil, &r.Err)
		if to != nil {
			*to = r.Err
		}
	default:
		panic(r)
	}
}

// Err returns the error with which the storage failed, which wraps ErrStorage, or
// nil. An index that has failed answers nothing any more; open it again. An index in
// memory never fails.
func (x *Index) Err() error {
	if err := x.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// look calls at under the lock for reading, and then evicts if memory is full.
func (x *Index) look(at func()) {
	defer x.evictIfIdle()
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(nil)
	if x.Err() == nil {
		at()
	}
}

// evictIfIdle evicts what a reader has loaded, unless an operation is under way, which
// will do it.
func (x *Index) evictIfIdle() {
	if x.backend.full() && x.mu.TryLock() {
		defer x.mu.Unlock()
		x.backend.evict()
	}
}
