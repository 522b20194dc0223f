package shingle

import (
	"math/bits"
	"unsafe"
)

// latin1 is the first byte of the letters À to ÿ, but for × and ÷.
const latin1 = 0xC3

// chunk is the number of windows that latin takes at once: they and what is noted of
// them stay in the nearest cache.
const chunk = 64

// A strip is what latin notes of some windows of text. Places are counted in bytes
// from the beginning of the first.
type strip struct {
	masks  [chunk]masks
	edges  edges
	joints []int        // the signs in numbers, as places in the text
	rest   rest         // words that are hashed one by one
	tail   [window]byte // the end of the text, and spaces
}

// latin takes words of ASCII letters and digits and of the letters À to ÿ, and
// what ASCII stands between them, from text[i] on. It returns where it stopped:
// at another character, or at a word that an apostrophe or another character
// follows, which may be part of it, or that is as long as a strip. No word may be
// open.
//
// It goes over a strip several times, each time with one thing to do for each window
// or word, and with hardly a branch that depends on the text: the processor could
// not foresee it, and that costs more than to hash a word.
func (s *scanner) latin(text string, i int) int {
	data := unsafe.Slice(unsafe.StringData(text), len(text))
	for i < len(data) {
		ms, size := s.strip.look(data[i:])
		s.join(text, i, ms)
		all := s.strip.edges.find(ms)
		words, next := all, i+size
		if all > 0 && next < len(data) {
			if start, end := s.strip.edges.word(all - 1); end == size { // it may go on
				words, next = all-1, i+start
			}
		}
		after := s.gaps(text, i, ms, all)
		s.hashLatin(data, i, words, ms)
		if next = max(next, after); next == i || size < len(ms)*window {
			return next
		}
		i = next
	}
	return i
}

// look finds the masks of data, and how many bytes they are about: up to a stop, to
// the end of data or of the strip.
func (s *strip) look(data []byte) (ms []masks, size int) {
	n := min(len(data)/window, chunk)
	if n > 0 {
		n = findMasks(s.masks[:n], data)
	}
	size = n * window
	var beyond uint64
	if n > 0 {
		beyond = s.masks[n-1].beyond
	}
	if beyond == 0 && n < chunk && size < len(data) {
		for j := copy(s.tail[:], data[size:]); j < window; j++ {
			s.tail[j] = ' '
		}
		findMasks(s.masks[n:n+1], s.tail[:])
		beyond = s.masks[n].beyond | ^uint64(0)<<(len(data)-size)
		n++
	}
	ms = s.masks[:n]
	if beyond != 0 {
		m, first := &ms[n-1], bits.TrailingZeros64(beyond)
		m.beyond = ^uint64(0) << first
		m.letters &^= m.beyond
		m.digits &^= m.beyond
		m.spaces &^= m.beyond
		m.accents &^= m.beyond
		size = (n-1)*window + first
	}
	return ms, size
}

// join adds the signs that join groups of digits to the letters of the windows, of
// which the first begins at text[i], and notes where they stand.
func (s *scanner) join(text string, i int, ms []masks) {
	s.strip.joints = s.strip.joints[:0]
	for w := range ms {
		m := &ms[w]
		d := m.digits
		if d == 0 {
			continue
		}
		// A digit stands before such a sign, and three follow. What is beyond the
		// window may be one.
		may := (d<<1 | 1) & (d>>1 | 1<<63) & (d>>2 | 3<<62) & (d>>3 | 7<<61) &^ (d >> 4) &^ (m.letters | m.beyond)
		for ; may != 0; may &= may - 1 {
			n := bits.TrailingZeros64(may)
			at := i + w*window + n
			if at > 0 && text[at-1]-'0' < 10 && s.number.joins(text, at, at+1) {
				m.letters |= 1 << n
				s.strip.joints = append(s.strip.joints, at)
			}
		}
	}
}

// gaps tells prose what stands between the words of the windows, of which the first
// begins at text[i], and returns where the last gap ends. The words are all of them,
// also one that goes on.
//
// A single space between two words, as most gaps are, tells something only after
// what is no space.
func (s *scanner) gaps(text string, i int, ms []masks, all int) (after int) {
	p := &s.prose
	words := len(s.spans) // before the window
	all += words
	last := words // the words before the last gap that p was told of
	var letterBefore, gapBefore uint64
	for w := range ms {
		m := &ms[w]
		before := m.letters<<1 | letterBefore
		letterAfter := uint64(0)
		if w+1 < len(ms) {
			letterAfter = ms[w+1].letters << 63
		}
		single := m.spaces & before & (m.letters>>1 | letterAfter)
		ends := before &^ m.letters
		gap := ^(m.letters | single | m.beyond)
		first := gap &^ (gap<<1 | gapBefore)
		letterBefore, gapBefore = m.letters>>63, gap>>63
		for ; first != 0; first &= first - 1 {
			n := bits.TrailingZeros64(first)
			count := words + bits.OnesCount64(ends&(2<<n-1))
			p.spaces(last, count)
			last = count
			at := i + w*window + n
			// Half of all such gaps are a sign and a space.
			if k := classes[text[at]]; k <= stop && ^gap>>n&7 == 4 && before>>n&1 == 1 && text[at+1] == ' ' {
				p.point(count, k)
				p.space(count)
				continue
			}
			after = s.gap(text, at, count)
		}
		words += bits.OnesCount64(ends)
	}
	p.spaces(last, all)
	return after
}
