package records

import (
	"sync"
	"sync/atomic"
)

// A pool is what of a storage is in memory, in the order in which it was loaded.
type pool struct {
	budget int64 // bytes
	evicts []func(n uint32) bool
	mu     sync.Mutex
	queue  []loaded
	bytes  atomic.Int64
}

// loaded is something in memory.
type loaded struct {
	kind   uint8
	number uint32
	bytes  int32
}

// register returns the kind of values that a function evicts.
func (p *pool) register(evict func(n uint32) bool) (kind uint8) {
	p.evicts = append(p.evicts, evict)
	return uint8(len(p.evicts) - 1)
}

func (p *pool) add(kind uint8, n uint32, bytes int) {
	p.bytes.Add(int64(bytes))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, loaded{kind, n, int32(min(bytes, 1<<30))})
}

// full reports whether there is more in memory than the budget allows.
func (p *pool) full() bool { return p.bytes.Load() > p.budget }

// evict takes values out of memory in the order of loading until it is within its
// budget. Dirty values stay. As there may be many of those, it looks at no more
// than mostEvicted values; an operation loads less, but for a few.
func (p *pool) evict() {
	if !p.full() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for range min(mostEvicted, len(p.queue)) {
		l := p.queue[0]
		p.queue = p.queue[1:]
		if !p.evicts[l.kind](l.number) {
			p.queue = append(p.queue, l)
			continue
		}
		if p.bytes.Add(-int64(l.bytes)) <= p.budget {
			return
		}
	}
}

const mostEvicted = 256
