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
// collector would else have very many to follow. It is a hash table of which the slots are
// probed one after another, and are in the order of keys but for that.
type generation struct {
	slots    []uint64 // each the key of a list, above its place plus one; or 0
	lists    int
	postings []Posting // of each list, behind their number; they are not changed
}

const (
	fewestLists = 64
	slotBytes   = 12 // that a list takes of the slots, about: half to three quarters are used
)

func (g *generation) bytes() int { return slotBytes*g.lists + 4*len(g.postings) }

// slot returns the slot of a key, or a free one where it is to be. Keys are hashes.
func (g *generation) slot(key uint32) *uint64 {
	for at := int(uint64(key) * uint64(len(g.slots)) >> 32); ; {
		if s := &g.slots[at]; *s == 0 || uint32(*s>>32) == key {
			return s
		}
		if at++; at == len(g.slots) {
			at = 0
		}
	}
}

func (g *generation) get(key uint32) (list []Posting, ok bool) {
	if g.lists == 0 {
		return nil, false
	}
	s := *g.slot(key)
	if s == 0 {
		return nil, false
	}
	from := uint32(s) // behind the number
	end := from + uint32(g.postings[from-1])
	return g.postings[from:end:end], true
}

func (g *generation) set(key uint32, list []Posting) {
	if 4*g.lists >= 3*len(g.slots) {
		g.grow()
	}
	s := g.slot(key)
	if *s == 0 {
		g.lists++
	}
	g.postings = append(g.postings, Posting(len(list)))
	*s = uint64(key)<<32 | uint64(len(g.postings))
	g.postings = append(g.postings, list...)
}

func (g *generation) grow() {
	old := g.slots
	g.slots = make([]uint64, max(fewestLists, len(old)+len(old)/2))
	for _, s := range old {
		if s != 0 {
			*g.slot(uint32(s >> 32)) = s
		}
	}
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

// updateAll brings all lists up to date. The slots of the memtable are in the order of keys,
// too.
func (g *generation) updateAll(m *memtable) {
	var room [together]uint32
	keys := room[:0]
	for _, s := range g.slots { // those of now: no key is new
		if s == 0 {
			continue
		}
		if keys = append(keys, uint32(s>>32)); len(keys) == together {
			g.update(m, keys)
			keys = keys[:0]
		}
	}
	g.update(m, keys)
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
	if c.recent.bytes() >= c.most {
		c.old = c.recent
		c.recent = generation{slots: make([]uint64, len(c.old.slots)), postings: make([]Posting, 0, len(c.old.postings))}
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
	c.recent.updateAll(m)
	c.old.updateAll(m)
}
