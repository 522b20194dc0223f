package postings

// A KeySet is a set of keys. It does not tell apart keys with the same lowest bits.
type KeySet [16]uint64

// Add adds a key, and reports whether it may have been there.
func (s *KeySet) Add(key uint32) (again bool) {
	word, bit := &s[key/64%16], uint64(1)<<(key%64)
	again = *word&bit != 0
	*word |= bit
	return again
}

// rareKeys are a set of keys in which nearly all that are asked for are not. Bits that stay
// in the processor's cache say so of most of them.
type rareKeys struct {
	keys map[uint32]bool
	bits []uint64 // one for the lowest bits of keys, set if a key with these is there
}

const rareBits = 1 << 18

func newRareKeys() rareKeys { return rareKeys{map[uint32]bool{}, make([]uint64, rareBits/64)} }

func (s *rareKeys) add(key uint32) {
	s.keys[key] = true
	s.bits[key/64%(rareBits/64)] |= 1 << (key % 64)
}

func (s *rareKeys) has(key uint32) bool {
	return s.bits[key/64%(rareBits/64)]>>(key%64)&1 != 0 && s.keys[key]
}
