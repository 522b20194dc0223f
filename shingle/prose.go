package shingle

// A block counts as prose when it is at least this long and ends a sentence;
// a line break does not end a block when the line is at least wrapped long
// and ends no sentence. Both in half words: a character that stands by itself
// counts one, a word of letters two.
const (
	block   = 2 * 10
	wrapped = 2 * 6
)

// More words of letters than this without a space between them are no prose
// but an address, a path, or encoded data.
const joined = 4

// prose finds the blocks of running text while the words go by. Menus, lists
// of links, captions and headlines are short, or long without a full stop.
// Nothing is lost by it: it only says where a word stands.
type prose struct {
	spans []Span // ranges of words, in order

	holes []Span // in the open block, what is no prose all the same
	token int    // first word since the last space
	run   int    // words of letters since then

	start    int  // first word of the open block
	size     int  // of the open block, in half words
	lineSize int  // of its last line
	stops    int  // sentences that ended in it
	stopped  bool // no word since the last of them
}

func (p *prose) reset() { *p = prose{spans: p.spans[:0], holes: p.holes[:0]} }

func (p *prose) word(lone bool) {
	n := 2
	if lone {
		n = 1
	} else {
		p.run++
	}
	p.size += n
	p.lineSize += n
	p.stopped = false
}

func (p *prose) stop() {
	if p.size > 0 && !p.stopped {
		p.stops++
		p.stopped = true
	}
}

// space is told of white space after so many words.
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
	if p.lineSize < wrapped || p.stopped {
		p.end(words)
	}
	p.lineSize = 0
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
	p.start, p.size, p.lineSize, p.stops, p.stopped = words, 0, 0, 0, false
}

func (p *prose) add(s Span) {
	if n := len(p.spans); n > 0 && p.spans[n-1].End == s.Start {
		p.spans[n-1].End = s.End
	} else if s.Start < s.End {
		p.spans = append(p.spans, s)
	}
}
