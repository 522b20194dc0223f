package shingle

// A block counts as prose when it is at least this long and ends a sentence;
// a line break does not end a block when the line is at least wrapped long
// and ends no sentence. Both in half words: a character that stands by itself
// counts one, a word of letters two.
const (
	block   = 2 * 10
	wrapped = 2 * 6
)

// prose finds the blocks of running text while the words go by. Menus, lists
// of links, captions and headlines are short, or long without a full stop.
// Nothing is lost by it: it only says where a word stands.
type prose struct {
	spans []Span // ranges of words, in order

	start    int  // first word of the open block
	size     int  // of the open block, in half words
	lineSize int  // of its last line
	stops    int  // sentences that ended in it
	stopped  bool // no word since the last of them
}

func (p *prose) reset() { *p = prose{spans: p.spans[:0]} }

func (p *prose) word(lone bool) {
	n := 2
	if lone {
		n = 1
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

// line is told of a line break after so many words.
func (p *prose) line(words int) {
	if p.lineSize < wrapped || p.stopped {
		p.end(words)
	}
	p.lineSize = 0
}

// end ends the open block after so many words.
func (p *prose) end(words int) {
	if p.size >= block && p.stops > 0 {
		if n := len(p.spans); n > 0 && p.spans[n-1].End == p.start {
			p.spans[n-1].End = words
		} else {
			p.spans = append(p.spans, Span{p.start, words})
		}
	}
	p.start, p.size, p.lineSize, p.stops, p.stopped = words, 0, 0, 0, false
}
