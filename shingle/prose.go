package shingle

// A block counts as prose when it is at least this long and ends a sentence;
// a line break does not end a block when the line is at least wrapped long
// and ends no sentence. Both in half words: a character that stands by itself
// counts one, a word of letters two.
const (
	block   = 2 * 10
	wrapped = 2 * 6
)

// More words of letters than this joined by ASCII signs alone are no prose but
// an address, a path, or encoded data.
const joined = 4

// Thai and Lao are written without full stops. There, a line of this many
// characters is a paragraph: no headline and no hard-wrapped line is so long.
const unpointed = 80

// prose finds the blocks of running text while the words go by. Menus, lists
// of links, captions and headlines are short, or long without a full stop.
// Nothing is lost by it: it only says where a word stands.
type prose struct {
	spans []Span // ranges of words, in order

	holes []Span // in the open block, what is no prose all the same
	token int    // first word of those now joined
	run   int    // their number; all are words of letters

	start    int  // first word of the open block
	size     int  // of the open block, in half words
	lineSize int  // of its last line
	stops    int  // sentences that ended in it
	stopped  bool // no word since the last of them
	bare     int  // Thai and Lao characters in its last line
}

func (p *prose) reset() { *p = prose{spans: p.spans[:0], holes: p.holes[:0]} }

// word is told of a word of letters.
func (p *prose) word() {
	p.run++
	p.size += 2
	p.lineSize += 2
	p.stopped = false
}

// words is told of the words of letters from first to before end, between which
// are single spaces, and whether a space follows the last.
func (p *prose) words(first, end int, spaced bool) {
	if first == end {
		return
	}
	p.run++
	p.size += 2 * (end - first)
	p.lineSize += 2 * (end - first)
	p.stopped = false
	if end-first > 1 || spaced {
		p.space(first + 1)
		p.token, p.run = end, 0
		if !spaced {
			p.token, p.run = end-1, 1
		}
	}
}

// character is told of a character that stands by itself, the last of so many
// words, and whether it is Thai or Lao.
func (p *prose) character(words int, bare bool) {
	if p.run > 0 {
		p.space(words - 1)
	}
	p.token = words
	p.size++
	p.lineSize++
	p.stopped = false
	if bare {
		p.bare++
		if p.bare == unpointed {
			p.stops++
		}
	}
}

func (p *prose) stop() {
	if p.size > 0 && !p.stopped {
		p.stops++
		p.stopped = true
	}
}

// space is told of white space, or what else parts words, after so many words.
func (p *prose) space(words int) {
	if p.run > joined {
		p.holes = append(p.holes, Span{p.token, words})
		p.size -= 2 * p.run
		p.lineSize -= 2 * p.run
	}
	p.token, p.run = words, 0
}

// line is told of a line break after so many words.
func (p *prose) line(words int) {
	p.space(words)
	if p.lineSize < wrapped || p.stopped || p.bare >= unpointed {
		p.end(words)
	}
	p.lineSize, p.bare = 0, 0
}

// end ends the open block after so many words.
func (p *prose) end(words int) {
	p.space(words)
	if p.size >= block && p.stops > 0 {
		for _, h := range p.holes {
			p.add(Span{p.start, h.Start})
			p.start = h.End
		}
		p.add(Span{p.start, words})
	}
	p.holes = p.holes[:0]
	p.start, p.size, p.lineSize, p.stops, p.stopped, p.bare = words, 0, 0, 0, false, 0
}

func (p *prose) add(s Span) {
	if n := len(p.spans); n > 0 && p.spans[n-1].End == s.Start {
		p.spans[n-1].End = s.End
	} else if s.Start < s.End {
		p.spans = append(p.spans, s)
	}
}
