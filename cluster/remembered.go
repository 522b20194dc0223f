package cluster

import "sync"

// A listCache remembers lists that were read, in two generations: when the recent
// ones take too much, they become the former ones, of which those that are wanted
// again are kept.
type listCache struct {
	mu             sync.Mutex
	recent, former remembered
	most           int // bytes from which on recent lists become former ones
}

// remembered are lists by their keys, in memory without pointers, of which the
// garbage collector would else have very many to follow.
type remembered struct {
	places   map[uint32]place
	postings []posting // those of all lists, which are not changed
}

// A place is where a list stands.
type place struct {
	at uint32
	n  uint32
}

// placeSize is about what a list takes besides its postings.
const placeSize = 24

func (r *remembered) bytes() int { return placeSize*len(r.places) + 4*len(r.postings) }

func (r *remembered) get(key uint32) (list []posting, ok bool) {
	p, ok := r.places[key]
	end := p.at + p.n
	return r.postings[p.at:end:end], ok
}

func (r *remembered) set(key uint32, list []posting) {
	r.places[key] = place{uint32(len(r.postings)), uint32(len(list))}
	r.postings = append(r.postings, list...)
}

func (c *listCache) bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recent.bytes() + c.former.bytes()
}

func (c *listCache) get(key uint32) ([]posting, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.recent.get(key)
	if ok {
		return l, true
	}
	if l, ok = c.former.get(key); ok {
		c.keep(key, l)
	}
	return l, ok
}

// keep makes a list one of the recent ones.
func (c *listCache) keep(key uint32, list []posting) {
	if c.recent.places == nil || c.recent.bytes() >= c.most {
		c.former = c.recent
		c.recent = remembered{map[uint32]place{}, make([]posting, 0, len(c.former.postings))}
	}
	c.recent.set(key, list)
}

func (c *listCache) set(key uint32, list []posting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(key, list)
}

// forget is told that numbers of documents may come to mean others.
func (c *listCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent, c.former = remembered{}, remembered{}
}

// follow is told that what was frozen is in a run now.
func (c *listCache) follow(frozen *layer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []posting
	for _, r := range [...]*remembered{&c.recent, &c.former} {
		for key := range r.places {
			list = list[:0]
			complete := frozen.complete[key]
			if old, _ := r.get(key); !complete {
				list = append(list, old...)
			}
			n := len(list)
			if list = frozen.get(list, key, nil); len(list) > n || complete {
				r.set(key, list)
			}
		}
	}
}
