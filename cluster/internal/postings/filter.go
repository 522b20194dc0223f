package postings

import "sync/atomic"

// A filter tells which keys may be in a run, so that most of those that are not
// there, the shingles of what is new, need no reading. It is a Bloom filter whose
// bits of one key are in one word (Putze, Sanders, Singler, "Cache-, hash- and
// space-efficient Bloom filters", 2007). At ten bits a key about one key in 50
// that is not there passes, at sixteen one in 190. It is in parts, by the upper
// bits of keys, so that while runs are merged the parts of the old ones can go as
// those of the new one come. Keys may be added and asked for side by side.
type filter [1 << partBits]atomic.Pointer[filterPart]

const partBits = 6

// A filterPart is the filter of the keys that begin with the same bits. It has a word at least.
type filterPart struct{ words []uint64 }

// bitsPerKey depends on how many keys there are: large filters are denser, since
// there are few of them and most of the memory is theirs.
func bitsPerKey(keys int) int {
	if keys < 1<<22 {
		return 16
	}
	return 10
}

// newFilter makes a filter for so many keys.
func newFilter(keys int) *filter {
	f := new(filter)
	for i := range f {
		f[i].Store(newPart(keys))
	}
	return f
}

// newPart makes one part of a filter for so many keys, which are uniform.
func newPart(keys int) *filterPart {
	return &filterPart{make([]uint64, (keys>>partBits+1)*bitsPerKey(keys)/64+1)}
}

func (f *filter) part(key uint32) *filterPart { return f[key>>(32-partBits)].Load() }

// A keyHash is what a filter looks at of a key. That is the same in all filters.
type keyHash uint64

func hashOf(key uint32) keyHash {
	h := uint64(key) * 0x9E3779B97F4A7C15
	h ^= h >> 29
	return keyHash(h * 0xBF58476D1CE4E5B9)
}

// bits returns the four bits of a key in its word.
func (h keyHash) bits() uint64 { return 1<<(h&63) | 1<<(h>>6&63) | 1<<(h>>12&63) | 1<<(h>>18&63) }

// word returns the word of a key.
func (p *filterPart) word(h keyHash) *uint64 {
	return &p.words[uint64(h)>>32*uint64(len(p.words))>>32]
}

func (f *filter) add(key uint32) {
	h := hashOf(key)
	atomic.OrUint64(f.part(key).word(h), h.bits())
}

// put is add for some keys, no more than together, and a filter that nobody else has yet. It
// looks where all their words are first: see knowing.
func (f *filter) put(keys []uint32) {
	var hashes [together]keyHash
	var words [together]*uint64
	for i, key := range keys {
		hashes[i] = hashOf(key)
		words[i] = f.part(key).word(hashes[i])
	}
	for i := range keys {
		*words[i] |= hashes[i].bits()
	}
}

// bytes returns the memory of the filter.
func (f *filter) bytes() (n int) {
	for i := range f {
		n += 8 * len(f[i].Load().words)
	}
	return n
}

func (f *filter) has(key uint32) bool {
	h := hashOf(key)
	return knows(f.part(key).word(h), h.bits()) != 0
}

// knows returns 1 where a word has all of some bits, and else 0.
func knows(word *uint64, bits uint64) uint64 {
	missing := bits &^ atomic.LoadUint64(word)
	return (missing|-missing)>>63 ^ 1
}
