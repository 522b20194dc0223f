package postings

import (
	"iter"
	"math/bits"
	"slices"
	"unsafe"

	"github.com/cbb30ed1/reprint/cluster/internal/bitset"
)

// chains are postings by key that will be written before there are very many: a
// hash table with a chain for each of its slots, which are those of the highest bits
// of keys: so the slots are in the order of keys.
type chains struct {
	o       *Options
	slots   []uint32 // the number of the first node of a chain, or 0; a power of two of them, or none
	shift   uint8    // of keys, for their slots
	chunks  [][]node
	nodes   uint32 // that were made; none is used again
	entries int
}

// A node is a posting in a chain; those of one key stand in the order in which
// they came. Its posting is 0 when it was taken out.
type node struct {
	key uint32
	Posting
	next uint32 // the number of the next one, or 0
}

const (
	nodesPerChunk = 1 << 12
	fewestSlots   = 1 << 8
)

// node returns the node with a number, from 1.
func (c *chains) node(number uint32) *node {
	number--
	return &c.chunks[number/nodesPerChunk][number%nodesPerChunk]
}

// slot returns where the chain of a key begins. Keys are hashes.
func (c *chains) slot(key uint32) *uint32 { return &c.slots[key>>c.shift] }

// prefetch reads the slots of keys and where their chains begin. The sum is there so that
// the reads are not optimised away.
//
//go:noinline
func (c *chains) prefetch(keys []uint32) (sum byte) {
	if len(c.slots) == 0 {
		return 0
	}
	for _, key := range keys {
		if at := *c.slot(key); at != 0 {
			sum += byte(c.node(at).next)
		}
	}
	return sum
}

// get appends to dst the live postings of a key.
func (c *chains) get(dst []Posting, key uint32, live bitset.Set) []Posting {
	if len(c.slots) == 0 {
		return dst
	}
	for at := *c.slot(key); at != 0; {
		n := c.node(at)
		if n.key == key && (live == nil || live.Has(n.Number())) {
			dst = append(dst, n.Posting)
		}
		at = n.next
	}
	return dst
}

// add adds a posting, as Lists.Add does.
func (c *chains) add(key uint32, e Posting, live bitset.Set) int {
	if len(c.slots) <= c.entries {
		c.grow()
	}
	var first, dead *uint32 // what points to the first of the key, and to a dead one
	held := 0
	at := c.slot(key)
	for *at != 0 {
		n := c.node(*at)
		if n.key == key {
			if held++; first == nil {
				first = at
			}
			if dead == nil && live != nil && !live.Has(n.Number()) {
				dead = at
			}
		}
		at = &n.next
	}
	if dead == nil && held >= c.o.Longest {
		if dead = first; c.o.GivesWay != nil {
			dead = c.nth(first, key, c.o.GivesWay(c.get(nil, key, nil), e))
		}
	}
	*at = c.alloc(key, e)
	c.entries++
	if dead == nil {
		return held + 1
	}
	c.unlink(dead)
	return held
}

// put adds postings, no more than a key can have, of a key that has none.
func (c *chains) put(key uint32, list []Posting) {
	for len(c.slots) <= c.entries+len(list) {
		c.grow()
	}
	at := c.slot(key)
	for *at != 0 {
		at = &c.node(*at).next
	}
	for _, e := range list {
		*at = c.alloc(key, e)
		at = &c.node(*at).next
	}
	c.entries += len(list)
}

// nth returns what points to the posting of a key that has a place in its list, from
// what points to the first of them on.
func (c *chains) nth(at *uint32, key uint32, place int) *uint32 {
	for {
		n := c.node(*at)
		if n.key == key {
			if place == 0 {
				return at
			}
			place--
		}
		at = &n.next
	}
}

// alloc makes a node, and returns its number.
func (c *chains) alloc(key uint32, e Posting) uint32 {
	if int(c.nodes) == len(c.chunks)*nodesPerChunk {
		c.chunks = append(c.chunks, make([]node, nodesPerChunk))
	}
	c.nodes++
	*c.node(c.nodes) = node{key: key, Posting: e}
	return c.nodes
}

// unlink takes out the node that something points to.
func (c *chains) unlink(at *uint32) {
	n := c.node(*at)
	n.Posting = 0
	*at = n.next
	c.entries--
}

// grow doubles the slots. It goes through the nodes as they lie in memory, the last one first,
// and not along the chains: to each slot a node comes before those that came after it.
func (c *chains) grow() {
	c.slots = make([]uint32, max(fewestSlots, 2*len(c.slots)))
	c.shift = uint8(33 - bits.Len(uint(len(c.slots))))
	for number := c.nodes; number > 0; number-- {
		if n := c.node(number); n.Posting != 0 {
			slot := c.slot(n.key)
			n.next, *slot = *slot, number
		}
	}
}

// mark sets whether a number is marked in the list of a key.
func (c *chains) mark(key, number uint32, on bool) {
	for at := *c.slot(key); at != 0; {
		n := c.node(at)
		if n.key == key && n.Number() == number {
			n.Posting &^= Marked
			if on {
				n.Posting |= Marked
			}
		}
		at = n.next
	}
}

// remove takes away the postings of a key.
func (c *chains) remove(key uint32) {
	if len(c.slots) == 0 {
		return
	}
	for at := c.slot(key); *at != 0; {
		if n := c.node(*at); n.key != key {
			at = &n.next
		} else {
			c.unlink(at)
		}
	}
}

// all yields all postings, by keys, those of one in the order in which they came.
func (c *chains) all() iter.Seq2[uint32, Posting] {
	return func(yield func(uint32, Posting) bool) {
		var part []node // of some slots, sorted: those are read without waiting for one another
		for slots := range slices.Chunk(c.slots, together) {
			part = part[:0]
			for _, at := range slots {
				for first := len(part); at != 0; {
					n := c.node(at)
					part = append(part, *n)
					for i := len(part) - 1; i > first && part[i-1].key > part[i].key; i-- {
						part[i-1], part[i] = part[i], part[i-1]
					}
					at = n.next
				}
			}
			for i := range part {
				if !yield(part[i].key, part[i].Posting) {
					return
				}
			}
		}
	}
}

// together is how much is read at a time without waiting for one another.
const together = 64

// bytes returns the memory of the table.
func (c *chains) bytes() int {
	return 4*len(c.slots) + len(c.chunks)*nodesPerChunk*int(unsafe.Sizeof(node{}))
}
