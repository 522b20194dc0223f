package cluster

import (
	"iter"
	"unsafe"
)

// A memtable is postings by key that will be written before there are very many:
// a hash table with a chain for each of its slots.
type memtable struct {
	slots   []uint32 // the number of the first node of a chain, or 0; a power of two of them, or none
	chunks  [][]node
	nodes   uint32 // that were made; none is used again
	entries int
}

// A node is a posting in a chain; those of one key stand in the order in which they
// came. It is 0 when it was taken out.
type node struct {
	key uint32
	posting
	next uint32 // the number of the next one, or 0
}

const (
	nodesPerChunk = 1 << 12
	fewestSlots   = 1 << 8
)

// node returns the node with a number, from 1.
func (m *memtable) node(number uint32) *node {
	number--
	return &m.chunks[number/nodesPerChunk][number%nodesPerChunk]
}

// slot returns where the chain of a key begins. Keys are hashes.
func (m *memtable) slot(key uint32) *uint32 { return &m.slots[key&uint32(len(m.slots)-1)] }

// touch reads where keys are, all without waiting for one another, so that looking
// them up finds them in the processor's cache.
func (m *memtable) touch(keys []uint32) (sum byte) {
	if len(m.slots) == 0 {
		return 0
	}
	for _, key := range keys {
		if at := *m.slot(key); at != 0 {
			sum += byte(m.node(at).next)
		}
	}
	return sum
}

// get appends to dst the documents that hold the key: see lists.get.
func (m *memtable) get(dst []posting, key uint32, there bitset) []posting {
	if len(m.slots) == 0 {
		return dst
	}
	for at := *m.slot(key); at != 0; {
		n := m.node(at)
		if n.key == key && (there == nil || there.has(n.doc())) {
			dst = append(dst, n.posting)
		}
		at = n.next
	}
	return dst
}

// add adds a posting: see postings.add.
func (m *memtable) add(key uint32, e posting, there bitset) int {
	if len(m.slots) <= m.entries {
		m.grow()
	}
	var first, gone *uint32 // what points to the first of the key, and to one that is gone
	held := 0
	at := m.slot(key)
	for *at != 0 {
		n := m.node(*at)
		if n.key == key {
			if held++; first == nil {
				first = at
			}
			if gone == nil && there != nil && !there.has(n.doc()) {
				gone = at
			}
		}
		at = &n.next
	}
	if gone == nil && held >= longestList {
		gone = first
	}
	*at = m.alloc(key, e)
	m.entries++
	if gone == nil {
		return held + 1
	}
	m.unlink(gone)
	return held
}

// alloc makes a node, and returns its number.
func (m *memtable) alloc(key uint32, e posting) uint32 {
	if int(m.nodes) == len(m.chunks)*nodesPerChunk {
		m.chunks = append(m.chunks, make([]node, nodesPerChunk))
	}
	m.nodes++
	*m.node(m.nodes) = node{key: key, posting: e}
	return m.nodes
}

// unlink takes out the node that something points to.
func (m *memtable) unlink(at *uint32) {
	n := m.node(*at)
	n.posting = 0
	*at = n.next
	m.entries--
}

// grow doubles the slots.
func (m *memtable) grow() {
	old := m.slots
	m.slots = make([]uint32, max(fewestSlots, 2*len(old)))
	for i, at := range old { // the keys of one slot go to two
		ends := [2]*uint32{&m.slots[i], &m.slots[i+len(old)]}
		for at != 0 {
			number, n := at, m.node(at)
			at = n.next
			half := &ends[n.key/uint32(len(old))%2]
			**half, n.next = number, 0
			*half = &n.next
		}
	}
}

// mark sets whether the key is marked in the list of a document that holds it.
func (m *memtable) mark(key, doc uint32, on bool) {
	for at := *m.slot(key); at != 0; {
		n := m.node(at)
		if n.key == key && n.doc() == doc {
			n.posting &^= marked
			if on {
				n.posting |= marked
			}
		}
		at = n.next
	}
}

// remove takes away the postings of a key.
func (m *memtable) remove(key uint32) {
	if len(m.slots) == 0 {
		return
	}
	for at := m.slot(key); *at != 0; {
		if n := m.node(*at); n.key != key {
			at = &n.next
		} else {
			m.unlink(at)
		}
	}
}

// all yields all postings, by keys, those of one in the order in which they came.
func (m *memtable) all() iter.Seq2[uint32, posting] {
	return func(yield func(uint32, posting) bool) {
		keys := make([]uint64, 0, m.entries) // each above the number of its node
		for i := range m.nodes {
			if n := m.node(i + 1); n.posting != 0 {
				keys = append(keys, uint64(n.key)<<32|uint64(i+1))
			}
		}
		sortHashes(keys, 0)
		for _, v := range keys {
			if !yield(uint32(v>>32), m.node(uint32(v)).posting) {
				return
			}
		}
	}
}

// bytes returns the memory of the table.
func (m *memtable) bytes() int {
	return 4*len(m.slots) + len(m.chunks)*nodesPerChunk*int(unsafe.Sizeof(node{}))
}
