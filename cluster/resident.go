package cluster

import (
	"sync"
	"sync/atomic"
)

// resident tells what is in memory, in the order in which it was loaded.
type resident struct {
	mu    sync.Mutex
	queue []loaded
	bytes atomic.Int64
}

// loaded is something in memory.
type loaded struct {
	kind   loadedKind
	number uint32
	bytes  int32
}

type loadedKind uint8

const (
	documentLoaded loadedKind = iota
	groupLoaded
	bodyLoaded
)

func (r *resident) add(kind loadedKind, n uint32, bytes int) {
	r.bytes.Add(int64(bytes))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, loaded{kind, n, int32(min(bytes, 1<<30))})
}

// evict lets go of what was loaded first, between operations, as far as there is
// more in memory than there should be. What has changed since it was written
// stays until it is. It looks at no more than some things, as there may be many
// that must stay.
func (x *Index) evict() {
	if !x.tooMuch() {
		return
	}
	s := x.stored
	r := &s.resident
	r.mu.Lock()
	defer r.mu.Unlock()
	for range min(mostEvicted, len(r.queue)) {
		l := r.queue[0]
		r.queue = r.queue[1:]
		switch {
		case l.kind == bodyLoaded:
			s.bodies[l.number].Store(nil)
		case l.kind == documentLoaded && s.isChanged(&s.docs, func(f *frozen) bitset { return f.docs }, l.number),
			l.kind == groupLoaded && s.isChanged(&s.groups, func(f *frozen) bitset { return f.groups }, l.number):
			r.queue = append(r.queue, l)
			continue
		case l.kind == documentLoaded:
			x.docs[l.number].Store(nil)
		default:
			x.groups[l.number].Store(nil)
		}
		if r.bytes.Add(-int64(l.bytes)) <= int64(x.o.Cache/4) {
			return
		}
	}
}

// mostEvicted is how much evict looks at. An operation loads less, but for a few.
const mostEvicted = 256

// tooMuch reports whether more was loaded than should be in memory: a quarter of
// the cache, the rest being for lists.
func (x *Index) tooMuch() bool {
	return x.stored != nil && x.stored.resident.bytes.Load() > int64(x.o.Cache/4)
}

// isChanged reports whether something has changed since the last checkpoint that
// was written.
func (s *stored) isChanged(c *changes, frozen func(*frozen) bitset, n uint32) bool {
	return c.has.has(n) || s.frozen != nil && frozen(s.frozen).has(n)
}
