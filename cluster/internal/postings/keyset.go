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
