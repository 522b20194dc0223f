package shingle

import (
	"errors"
	"fmt"
	"slices"
)

// DefaultK is the number of words in a shingle where Options does not say.
// Five words are long enough that two texts rarely share them by chance, and
// short enough that a changed word costs little.
const DefaultK = 5

// MaxK is the largest number of words in a shingle.
const MaxK = 64

// ErrOptions is wrapped by the errors of New.
var ErrOptions = errors.New("shingle: bad options")

// Options are the parameters of a Shingler; the zero value is the default.
type Options struct {
	// K is the number of words in a shingle, 1 to MaxK; 0 means DefaultK.
	K int
	_ struct{}
}

// A Shingler turns texts into shingles. It keeps its buffers from one text to
// the next, so it is not safe for concurrent use: give each goroutine its own.
// The zero value is ready, with the default options.
type Shingler struct {
	k int // 0 means DefaultK
	scanner
}

// New returns a Shingler, or an error that wraps ErrOptions.
func New(o Options) (*Shingler, error) {
	if o.K == 0 {
		o.K = DefaultK
	}
	if o.K < 1 || o.K > MaxK {
		return nil, fmt.Errorf("%w: K is %d, want 1 to %d words", ErrOptions, o.K, MaxK)
	}
	return &Shingler{k: o.K}, nil
}

// Text is what one pass over a text yields. Its zero value is ready; use the
// same one again and its memory is used again.
type Text struct {
	// Shingles holds one hash for every K consecutive words, in the order of
	// the text and with repetitions: words-K+1 of them, one where there are
	// fewer than K words, none where there is no word.
	Shingles []uint64

	// Prose holds the stretches of Shingles whose words all stand in prose,
	// in order, apart from each other, none empty.
	Prose []Span

	// Words is the number of words.
	Words int
}

// A Span is the half-open range Start ≤ i < End.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// A Word is one word of a text.
type Word struct {
	// Span holds its bytes in the original text, from its first letter to its
	// last letter or mark. It starts and ends on character boundaries. Words
	// are in order and apart, unless one character makes several (½, ㍻).
	Span
	Hash  uint64 // of its normalised form; see the package documentation
	Prose bool   // whether it stands in running text
}

// Shingle stores the shingles of text in dst. It takes time in proportion to
// the text and, once dst and the Shingler have grown to the size of the texts
// they meet, allocates nothing.
func (s *Shingler) Shingle(dst *Text, text string) {
	s.scan(text)
	s.shingles(dst)
}

// AppendWords appends the words of text to dst, in the order of the text. The
// i-th shingle of Shingle is made of the words i to i+K-1.
func (s *Shingler) AppendWords(dst []Word, text string) []Word {
	s.scan(text)
	return s.appendWords(dst)
}

// ShingleWords is Shingle and AppendWords in one scan of the text, at half the
// time of one call after the other.
func (s *Shingler) ShingleWords(dst *Text, words []Word, text string) []Word {
	s.scan(text)
	s.shingles(dst)
	return s.appendWords(words)
}

// shingles stores the shingles of the last scan in dst.
func (s *Shingler) shingles(dst *Text) {
	k := s.k
	if k == 0 {
		k = DefaultK
	}
	k = min(k, len(s.hashes))
	dst.Words = len(s.hashes)
	dst.Shingles = appendShingles(dst.Shingles[:0], s.hashes, k)
	dst.Prose = dst.Prose[:0]
	for _, p := range s.prose.spans {
		if p.End-p.Start >= k {
			dst.Prose = append(dst.Prose, Span{p.Start, p.End - k + 1})
		}
	}
}

// appendWords appends the words of the last scan to dst.
func (s *Shingler) appendWords(dst []Word) []Word {
	first, n := len(dst), len(s.hashes)
	dst = slices.Grow(dst, n)[:first+n]
	words, spans := dst[first:], s.spans[:n]
	for i, h := range s.hashes {
		words[i] = Word{Span: spans[i], Hash: h}
	}
	for _, p := range s.prose.spans {
		for i := range words[p.Start:p.End] {
			words[p.Start+i].Prose = true
		}
	}
	return dst
}
