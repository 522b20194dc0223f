package cluster

import "sync/atomic"

// A filter tells which keys may be in the pages of a storage, so that most of
// those that are not there, the shingles of what is new, need no reading. It is
// a Bloom filter whose bits of one key are in one line of the processor's cache
// (Putze, Sanders, Singler, "Cache-, hash- and space-efficient Bloom filters",
// 2007): at ten bits a key about one key in 70 that is not there passes.
// Keys may be added and asked for side by side.
type filter struct {
	words    []uint64 // lines of eight
	capacity int      // the keys for which it was made
}

const (
	filterBits  = 10 // for a key
	filterTests = 5
)

func newFilter(keys int) *filter {
	keys = max(keys, 1<<16)
	return &filter{words: make([]uint64, (keys*filterBits+511)/512*8), capacity: keys}
}

// line returns the words of a key's line, and a hash to choose bits in it by.
func (f *filter) line(key uint32) ([]uint64, uint64) {
	h := uint64(key) * 0x9E3779B97F4A7C15
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	at := h >> 32 * uint64(len(f.words)/8) >> 32
	return f.words[8*at:][:8], h * 0x94D049BB133111EB
}

func (f *filter) add(key uint32) {
	line, h := f.line(key)
	for range filterTests {
		atomic.OrUint64(&line[h>>61], 1<<(h>>55&63))
		h <<= 9
	}
}

func (f *filter) has(key uint32) bool {
	line, h := f.line(key)
	for range filterTests {
		if atomic.LoadUint64(&line[h>>61])>>(h>>55&63)&1 == 0 {
			return false
		}
		h <<= 9
	}
	return true
}
