package cluster

import "sync/atomic"

// A filter tells which keys may be in the pages of a storage, so that most of
// those that are not there, the shingles of what is new, need no reading. It is
// a Bloom filter whose bits of one key are in one word (Putze, Sanders, Singler,
// "Cache-, hash- and space-efficient Bloom filters", 2007): at eight bits a key
// about one key in 30 that is not there passes, while there is room for more one
// in 100. Keys may be added and asked for
// side by side.
type filter struct {
	words    []uint64
	capacity int // the keys for which it was made
}

const filterBits = 8 // for a key

func newFilter(keys int) *filter {
	return &filter{words: make([]uint64, keys*filterBits/64), capacity: keys}
}

// place returns the word of a key, and its four bits there.
func (f *filter) place(key uint32) (word *uint64, bits uint64) {
	h := uint64(key) * 0x9E3779B97F4A7C15
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	word = &f.words[h>>32*uint64(len(f.words))>>32]
	return word, 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63)
}

func (f *filter) add(key uint32) {
	word, bits := f.place(key)
	atomic.OrUint64(word, bits)
}

func (f *filter) has(key uint32) bool {
	word, bits := f.place(key)
	return atomic.LoadUint64(word)&bits == bits
}
