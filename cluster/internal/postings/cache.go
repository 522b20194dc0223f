package postings

import "sync"

// A listCache keeps lists that were read from runs, in two generations: when the
// recent one takes too much memory it becomes the old one, of which the lists
// that are wanted again are kept.
type listCache struct {
	mu          sync.Mutex
	recent, old generation
	most        int // bytes from which on the recent generation becomes the old one
}

// A generation is lists by their keys, in memory without pointers: the garbage
// collector would else have very many to follow.
type generation struct {
	spans    map[uint32]span
	postings []Posting // those of all lists, which are not changed
}

// A span is where a list stands.
type span struct{ at, n uint32 }

// spanSize is about what a list takes besides its postings.
const spanSize = 24

func (g *generation) bytes() int { return spanSize*len(g.spans) + 4*len(g.postings) }

func (g *generation) get(key uint32) (list []Posting, ok bool) {
	s, ok := g.spans[key]
	end := s.at + s.n
	return g.postings[s.at:end:end], ok
}

func (g *generation) set(key uint32, list []Posting) {
	g.spans[key] = span{uint32(len(g.postings)), uint32(len(list))}
	g.postings = append(g.postings, list...)
}

// update brings the lists of keys up to date.
func (g *generation) update(m *memtable, keys []uint32) {
	m.prefetch(keys)
	var added, list []Posting
	for _, key := range keys {
		added = m.get(added[:0], key, nil)
		replaced := m.replaces.has(key)
		if len(added) == 0 && !replaced {
			continue
		}
		list = list[:0]
		if old, _ := g.get(key); !replaced {
			list = append(list, old...)
		}
		g.set(key, append(list, added...))
	}
}

func (c *listCache) bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recent.bytes() + c.old.bytes()
}

func (c *listCache) get(key uint32) ([]Posting, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, ok := c.recent.get(key)
	if ok {
		return l, true
	}
	if l, ok = c.old.get(key); ok {
		c.insert(key, l)
	}
	return l, ok
}

func (c *listCache) set(key uint32, list []Posting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.insert(key, list)
}

// insert puts a list into the recent generation.
func (c *listCache) insert(key uint32, list []Posting) {
	if c.recent.spans == nil || c.recent.bytes() >= c.most {
		c.old = c.recent
		c.recent = generation{map[uint32]span{}, make([]Posting, 0, len(c.old.postings))}
	}
	c.recent.set(key, list)
}

// clear empties the cache. It is called when numbers may come to mean others.
func (c *listCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent, c.old = generation{}, generation{}
}

// update brings the lists up to date when a memtable has become a run.
func (c *listCache) update(m *memtable) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, g := range [...]*generation{&c.recent, &c.old} {
		var keys [together]uint32 // read without waiting for one another
		n := 0
		for key := range g.spans {
			if keys[n] = key; n+1 < together {
				n++
				continue
			}
			g.update(m, keys[:])
			n = 0
		}
		g.update(m, keys[:n])
	}
}
