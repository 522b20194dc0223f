package passage

import (
	"math"
	"slices"
)

// Evidence is what was measured of a pair: what a judgement rests on. A word
// outside running text, of a menu or a list, counts a tenth of one, unless one
// of the texts has next to no running text; then all words count. Where a
// measure is taken of both texts, it is the smaller of the two values.
type Evidence struct {
	// CoverageA and CoverageB are the shares of each text that agree with the
	// other in passages.
	CoverageA, CoverageB float64

	Words    int // that agree, in all passages together
	Longest  int // that agree in the longest passage
	Passages int
	Moved    int // passages that stand out of order

	// Framed says that both texts begin with one passage and end with another.
	Framed bool

	// Edits are the places inside passages where each text has words of its
	// own instead of the other's. The same exchange counts once, so that a
	// name spelled in another way all through a text is one edit. Facts are
	// those among them that put as many names for names (1 each) or numbers
	// for numbers (2 each). Plain are those that put neither.
	Edits, Facts, Plain int

	// Kept are the numbers and names that agree, weighed like Facts and counted
	// where there are any.
	Kept int

	// Between is the number of places between two passages where both texts
	// have running text of their own, or where the passages change their order.
	Between int

	// Before and After are the words of running text before the first passage
	// and behind the last.
	Before, After int

	// Stretch is the longest piece of running text without a word that agrees,
	// in words, and StretchShare as a share of the running text. Own is the
	// share of the running text that does not agree.
	Stretch           int
	StretchShare, Own float64

	// Tail is the share of the last 60 words of running text that agrees.
	Tail float64

	// Running is the share of what agrees that is running text, a word of
	// other text counting a tenth, and Quoted the share in quotation marks.
	Running, Quoted float64

	// Title is the share of the words of the shorter title that the other one
	// has, if both are Titled. Hours are the whole hours between publications,
	// if both are Timed. SamePage says that both have one URL, its query aside.
	Title                   float64
	Hours                   int
	Titled, Timed, SamePage bool
}

const (
	full     = 10     // what half a word is worth in running text, where it is worth 1 outside of it
	endWords = 2 * 60 // half words of Evidence.Tail
	ownWords = 2 * 5  // half words of running text from which Evidence.Between counts a place
	nounsToo = 1. / 4 // share of capitals among words inside sentences from which they are no names
)

// evidence measures the pair that was aligned last, A being x.
func (a *Aligner) evidence() Evidence {
	e := a.source()
	groups := a.groups.all
	if len(groups) == 0 {
		return e
	}
	// What a word is worth outside running text, and what it must be to count
	// as running text.
	worth, prose := int64(1), uint32(isProse)
	if !a.x.running() || !a.y.running() {
		worth, prose = full, 0
	}
	capitalX, capitalY := a.x.loadBody(prose), a.y.loadBody(prose)
	x, y := &a.x, &a.y
	nx, ny := int32(len(x.seq)), int32(len(y.seq))
	count := exchanges{names: max(capitalX, capitalY) < nounsToo}
	tailX, tailY := x.tail(), y.tail()

	var all, longest, inX, inY, words, proseX, proseY, quoted, inTailX, inTailY int64
	for i, g := range groups {
		agree := int64(0)
		for j := g.first; j < g.end; j++ {
			b := a.blocks[j]
			wx, wy := x.worth(b.x, b.x+b.n, worth), y.worth(b.y, b.y+b.n, worth)
			inX += wx
			inY += wy
			agree += min(wx, wy)
			words += int64(x.between(b.x, b.x+b.n))
			proseX += x.bodyBetween(b.x, b.x+b.n)
			proseY += y.bodyBetween(b.y, b.y+b.n)
			inTailX += x.bodyBetween(max(b.x, tailX), max(b.x+b.n, tailX))
			inTailY += y.bodyBetween(max(b.y, tailY), max(b.y+b.n, tailY))
			if x.quoted && y.quoted {
				for k := range b.n {
					if v := x.seq[b.x+k]; v&y.seq[b.y+k]&isQuoted != 0 {
						quoted += int64(x.between(b.x+k, b.x+k+1))
					}
				}
			}
			if j > g.first {
				p := a.blocks[j-1]
				px, py := p.x+p.n, p.y+p.n
				if px < b.x && py < b.y && x.seq[px-1]&y.seq[py-1]&prose == prose {
					count.add(x.seq[px:b.x], y.seq[py:b.y])
				}
			}
		}
		e.Passages++
		if g.moved {
			e.Moved++
		}
		all += agree
		longest = max(longest, agree)
		if i > 0 {
			p, q := a.blocks[groups[i-1].end-1], a.blocks[g.first]
			if q.y < p.y+p.n || x.bodyBetween(p.x+p.n, q.x) >= ownWords && y.bodyBetween(p.y+p.n, q.y) >= ownWords {
				e.Between++
			}
		}
	}
	e.Framed = a.framed()
	e.CoverageA = share64(inX, x.worth(0, nx, worth))
	e.CoverageB = share64(inY, y.worth(0, ny, worth))
	e.Words, e.Longest = int((all+full)/(2*full)), int((longest+full)/(2*full))
	e.Edits, e.Facts, e.Plain = count.edits, count.facts, count.plain
	if e.Facts > 0 {
		for _, b := range a.blocks {
			for _, v := range x.seq[b.x : b.x+b.n] {
				e.Kept += 2 * int(v/isNumber&1)
				if count.names && v&(isSentence|isCapital) == isCapital {
					e.Kept++
				}
			}
		}
	}
	e.Running, e.Quoted = share64(all, words*full), share64(quoted, words)

	allX, allY := x.bodyBetween(0, nx), y.bodyBetween(0, ny)
	e.Own = min(share64(allX-proseX, allX), share64(allY-proseY, allY))
	e.Tail = min(share64(inTailX, x.bodyBetween(tailX, nx)), share64(inTailY, y.bodyBetween(tailY, ny)))
	if !a.alike {
		a.hold()
		beforeX, afterX, stretchX := x.own()
		beforeY, afterY, stretchY := y.own()
		e.Before, e.After = int(min(beforeX, beforeY)/2), int(min(afterX, afterY)/2)
		e.Stretch = int(min(stretchX, stretchY) / 2)
		e.StretchShare = min(share64(stretchX, allX), share64(stretchY, allY))
	}
	return e
}

// share64 returns a part of a whole, 0 of nothing.
func share64(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// framed reports whether the passages in order begin where both texts begin,
// and the last of several ends where both end, a few words aside.
func (a *Aligner) framed() bool {
	const aside = 5
	n := len(a.groups.all)
	if n < 2 {
		return false
	}
	first, last := a.groups.all[0], a.groups.all[n-1]
	b, c := a.blocks[first.first], a.blocks[last.end-1]
	return !first.moved && !last.moved && max(b.x, b.y) <= aside &&
		max(len(a.x.seq)-int(c.x+c.n), len(a.y.seq)-int(c.y+c.n)) <= aside
}

// loadBody sums up the weight of the words that have the bits of prose, and
// returns the share of words with a capital among those inside sentences.
func (s *side) loadBody(prose uint32) float64 {
	s.body = grow(s.body, len(s.seq)+1)
	sum, inside, capital := int32(0), uint32(0), uint32(0)
	body := s.body[:len(s.seq)]
	for i, v := range s.seq {
		body[i] = sum
		counts := (v | ^prose) & isProse // prose is isProse, or else 0 and all words count
		sum += int32(counts * (2 - v/isAlone&1))
		within := counts &^ (v / isSentence & 1)
		inside += within
		capital += within & (v / isCapital & 1)
	}
	s.body[len(s.seq)] = sum
	return float64(capital) / float64(max(inside, 1))
}

// bodyBetween returns the weight of the words from i to before j that are running
// text, in half words.
func (s *side) bodyBetween(i, j int32) int64 { return int64(s.body[j] - s.body[i]) }

// worth weighs the words from i to before j, half a word in running text as full
// and outside of it as given.
func (s *side) worth(i, j int32, outside int64) int64 {
	prose := s.bodyBetween(i, j)
	return full*prose + outside*(int64(s.between(i, j))-prose)
}

// tail returns the first of the last endWords of running text.
func (s *side) tail() int32 {
	i, _ := slices.BinarySearch(s.body, s.body[len(s.seq)]-endWords+1)
	return int32(max(i-1, 0))
}

// hold marks the words that the other text has in a row of at least the words of a
// passage. What a text says twice, and the other once, is in no block twice; yet it is
// not its own.
func (a *Aligner) hold() {
	for _, s := range [2]*side{&a.x, &a.y} {
		s.held = grow(s.held, len(s.used))
		copy(s.held, s.used)
	}
	for _, r := range a.runs {
		if a.weigh(r) >= a.least {
			a.x.held.fill(r.x, r.x+r.n, true)
			a.y.held.fill(r.y, r.y+r.n, true)
		}
	}
}

// own measures the running text, in half words, before the first word that the other
// text has, behind the last, and in the longest stretch without one.
func (s *side) own() (before, after, stretch int64) {
	n := int32(len(s.seq))
	for i := int32(0); ; {
		j := s.held.next(i, n, true)
		w := s.bodyBetween(i, j)
		stretch = max(stretch, w)
		if i == 0 {
			before = w
		}
		if j == n {
			return before, w, stretch
		}
		i = s.held.next(j, n, false)
		if i == n {
			return before, 0, stretch
		}
	}
}

// running reports whether a text has running text: at least a tenth of it.
func (s *side) running() bool { return 10*s.inText >= len(s.seq) }

// exchanges counts the edits of a pair, each once.
type exchanges struct {
	names               bool // whether a capital is the sign of a name
	edits, facts, plain int
	seen                [2 * maxEdits]uint64 // a hash table
}

// maxEdits bounds the different edits that are counted: a text with so many is
// no form in any case.
const maxEdits = 64

// add counts the exchange of the words x for y.
func (c *exchanges) add(x, y Sequence) {
	if c.edits == maxEdits {
		return
	}
	h := uint64(1)
	for _, s := range [2]Sequence{x, y} {
		for _, v := range s {
			h = (h + uint64(v>>hashShift)) * base
			h ^= h >> 29
		}
		h++
	}
	for i := h % uint64(len(c.seen)); ; i = (i + 1) % uint64(len(c.seen)) {
		if c.seen[i] == h {
			return
		}
		if c.seen[i] == 0 {
			c.seen[i] = h
			break
		}
	}
	c.edits++
	facts, any := c.weigh(x, y)
	c.facts += facts
	if !any {
		c.plain++
	}
}

// weigh weighs an edit by its facts: 2 if it puts numbers for numbers, 1 if it
// puts names for names. It reports whether there were any on both sides: where
// there are not as many, one may be written in another way (2,500 and 2500).
func (c *exchanges) weigh(x, y Sequence) (weight int, any bool) {
	var numbers, names [2]int
	var digits [2]uint32
	for i, s := range [2]Sequence{x, y} {
		for _, v := range s {
			if v&isNumber != 0 {
				numbers[i]++
				digits[i] = 31*digits[i] + v>>digitsShift&15 + 1
			} else if v&isCapital != 0 && c.names {
				names[i]++
			}
		}
	}
	if numbers[0] == numbers[1] && digits[0] == digits[1] {
		numbers = [2]int{} // the same ones, written otherwise
	}
	switch {
	case numbers[0]+names[0] == 0 || numbers[1]+names[1] == 0:
		return 0, false
	case numbers[0]+numbers[1] == 0 && names[0] == names[1]:
		return 1, true
	case numbers[0]+numbers[1] > 0 && numbers[0] == numbers[1]:
		return 2, true
	}
	return 0, true
}

// lg is the logarithm of a number of words, so that 0 is 0.
func lg(n int) float64 { return math.Log1p(float64(n)) }
