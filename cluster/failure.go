package cluster

import "github.com/cbb30ed1/reprint/cluster/internal/records"

// rescue ends an operation that failed, and the index with it: what it knows may
// be half of something.
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

// Err returns the error by which the storage failed, wrapping ErrStorage, or
// nil. An index that has failed answers nothing any more, and must be opened
// anew. One in memory never fails.
func (x *Index) Err() error {
	if err := x.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// look looks at something, and evicts what is too much in memory after it.
func (x *Index) look(at func()) {
	defer x.evictIfIdle()
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer x.rescue(nil)
	if x.Err() == nil {
		at()
	}
}

// evictIfIdle evicts what a reader has loaded, unless somebody is at work, who
// will do it then.
func (x *Index) evictIfIdle() {
	if x.backend.full() && x.mu.TryLock() {
		defer x.mu.Unlock()
		x.backend.evict()
	}
}
