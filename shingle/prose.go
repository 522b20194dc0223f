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
//
// It is told what stands between words and after how many of them, which
// gives the sizes; of the words only those that are single characters.
type prose struct {
	spans []Span // ranges of words, in order

	holes []Span // in the open block, what is no prose all the same
	alone int    // words so far that are single characters
	token int    // first word of those now joined, which are of letters

	start      int // first word of the open block
	before     int // half words before the open block, or in its holes
	beforeLine int // the same for its last line
	stops      int // sentences that ended in it
	stopped    int // words when the last of them did, or -1
	bare       int // Thai and Lao characters in its last line
}

func (p *prose) reset() { *p = prose{spans: p.spans[:0], holes: p.holes[:0], stopped: -1} }

// size is the size of the text after so many words, in half words.
func (p *prose) size(words int) int { return 2*words - p.alone }

// single is told of single characters, the words from first to before end, so
// many of them Thai or Lao.
func (p *prose) single(first, end, bare int) {
	p.space(first)
	p.token = end
	p.alone += end - first
	if p.bare < unpointed && p.bare+bare >= unpointed {
		p.stops++
	}
	p.bare += bare
}

// stop is told of the end of a sentence after so many words.
func (p *prose) stop(words int) {
	if p.size(words) > p.before && p.stopped != words {
		p.stops++
		p.stopped = words
	}
}

// point is told of a sign that ends a sentence or none, right after a word. It
// does not branch on which.
func (p *prose) point(words int, k class) {
	stopped := p.stopped
	if k == stop {
		stopped = words
	}
	p.stopped = stopped
	p.stops += int(k) // separator is 0, stop is 1
}

// space is told of white space, or what else parts words, after so many words.
func (p *prose) space(words int) {
	if words-p.token > joined {
		p.hole(words)
	}
	p.token = words
}

// spaces is told that single spaces stand between so many words and no others, of
// those that follow the first words.
func (p *prose) spaces(first, words int) {
	if words > first+1 {
		p.space(first + 1)
		p.token = words - 1
	}
}

func (p *prose) hole(words int) {
	p.holes = append(p.holes, Span{p.token, words})
	p.before += 2 * (words - p.token)
	p.beforeLine += 2 * (words - p.token)
}

// line is told of a line break after so many words.
func (p *prose) line(words int) {
	p.space(words)
	if words == p.start {
		return // a blank line
	}
	if p.size(words)-p.beforeLine < wrapped || p.stopped == words || p.bare >= unpointed {
		p.end(words)
	}
	p.beforeLine, p.bare = p.size(words), 0
}

// end ends the open block after so many words.
func (p *prose) end(words int) {
	p.space(words)
	if p.size(words)-p.before >= block && p.stops > 0 {
		for _, h := range p.holes {
			p.add(Span{p.start, h.Start})
			p.start = h.End
		}
		p.add(Span{p.start, words})
	}
	p.holes = p.holes[:0]
	p.start, p.before, p.beforeLine = words, p.size(words), p.size(words)
	p.stops, p.stopped, p.bare = 0, -1, 0
}

func (p *prose) add(s Span) {
	if n := len(p.spans); n > 0 && p.spans[n-1].End == s.Start {
		p.spans[n-1].End = s.End
	} else if s.Start < s.End {
		p.spans = append(p.spans, s)
	}
}
