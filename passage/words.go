package passage

import (
	"cmp"
	"math/bits"
	"unicode"
	"unicode/utf8"

	"github.com/cbb30ed1/reprint/shingle"
)

// A side is one of the two texts as a sequence of words.
type side struct {
	words  []shingle.Word // with their bytes; nil if only the sequence is known
	seq    Sequence
	hash   []uint32 // of each word
	weight []int32  // of the words before each, and of all, in half words
	used   bitset   // words in a block
	held   bitset   // words that the other text has in a row, be they in a block or not
	shared bool     // whether one character makes several words somewhere
	quoted bool     // whether some word is quoted
	inText int      // words in running text
	body   []int32  // as weight, of the words in running text alone; see loadBody
}

func (s *side) load(seq Sequence, words []shingle.Word) {
	n := len(seq)
	s.words, s.seq = words, seq
	s.hash, s.weight = grow(s.hash, n), grow(s.weight, n+1)
	s.used = grow(s.used, n/64+1)
	clear(s.used)
	weight, all, inText := int32(0), uint32(0), 0
	hashes, weights := s.hash[:n], s.weight[:n]
	for i, v := range seq {
		hashes[i], weights[i] = v>>hashShift, weight
		weight += 2 - int32(v/isAlone&1)
		all |= v
		inText += int(v & isProse)
	}
	s.weight[n] = weight
	s.inText = inText
	s.shared, s.quoted = all&isJoined != 0, all&isQuoted != 0
}

// between returns the weight of the words from i to before j.
func (s *side) between(i, j int32) int32 { return s.weight[j] - s.weight[i] }

// clean reports whether no character makes both a word before i and one from
// i on, so that a range of bytes may end there.
func (s *side) clean(i int32) bool {
	return !s.shared || int(i) == len(s.seq) || s.seq[i]&isJoined == 0
}

// grow returns a slice of length n, in the memory of s if it is enough.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// compare orders texts by their number of words, then by their words: 0 means
// that they have the same words. By this, not by which was given first, ties
// are broken.
func compare(a, b Sequence) int {
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	for i, v := range a {
		if v>>hashShift != b[i]>>hashShift {
			return cmp.Compare(v, b[i])
		}
	}
	return 0
}

// unspaced are the scripts of which package shingle makes a word of every
// character.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// alone reports whether a word is a character of a script without spaces, by
// the first character it stands for. It weighs words and decides no more, so
// signs such as ー need not be told apart.
func alone(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3041 && r <= 0x30FF:
		return true
	case r >= 0xAC00 && r <= 0xD7A3, r < 0x0E00, unicode.IsDigit(r):
		return false
	}
	return unicode.In(r, unspaced...)
}

// A bitset is a set of words, by number.
type bitset []uint64

// fill adds (or removes) the words from i to before j.
func (b bitset) fill(i, j int32, used bool) {
	for i < j {
		mask := ^uint64(0) << (i & 63)
		if end := i&^63 + 64; end > j {
			mask &= ^uint64(0) >> (end - j)
		}
		if used {
			b[i>>6] |= mask
		} else {
			b[i>>6] &^= mask
		}
		i = i&^63 + 64
	}
}

// next returns the first word from i to before j that is in the set, or if
// want is false that is not, or else j.
func (b bitset) next(i, j int32, want bool) int32 {
	for i < j {
		w := b[i>>6]
		if !want {
			w = ^w
		}
		if w >>= i & 63; w != 0 {
			return min(i+int32(bits.TrailingZeros64(w)), j)
		}
		i = i&^63 + 64
	}
	return j
}

// last returns the last word from i to before j that is in the set, or else
// i-1.
func (b bitset) last(i, j int32) int32 {
	for j > i {
		w := b[(j-1)>>6] << (63 - (j-1)&63)
		if w != 0 {
			return max(j-1-int32(bits.LeadingZeros64(w)), i-1)
		}
		j = (j - 1) &^ 63
	}
	return i - 1
}
