package passage

// Evidence is what was measured of a pair: what a judgement rests on. A word
// outside running text, of a menu or a list, counts a tenth of one, unless one
// of the texts has next to no running text.
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

	// Exchanges are the edits in running text that put a name for a name,
	// and twice those that put a number for a number; AllExchanges those too
	// that put more or fewer of them.
	Exchanges, AllExchanges int
}

// evidence measures the pair that was aligned last, A being x.
func (a *Aligner) evidence() Evidence {
	var e Evidence
	// What a word is worth outside running text, and what it must be for an
	// edit behind it to count.
	worth, prose := int64(1), uint32(isProse)
	if !a.x.running() || !a.y.running() {
		worth, prose = full, 0
	}
	all, longest, inX, inY := int64(0), int64(0), int64(0), int64(0)
	for _, g := range a.groups.all {
		words := int64(0)
		for i, b := range a.blocks[g.first:g.end] {
			x, y := a.x.worth(b.x, b.x+b.n, worth), a.y.worth(b.y, b.y+b.n, worth)
			inX += x
			inY += y
			words += min(x, y)
			if i > 0 {
				p := a.blocks[int(g.first)+i-1]
				x, y := p.x+p.n, p.y+p.n
				if a.x.seq[x-1]&a.y.seq[y-1]&prose == prose {
					strict, all := exchanges(a.x.seq[x:b.x], a.y.seq[y:b.y])
					e.Exchanges += strict
					e.AllExchanges += all
				}
			}
		}
		e.Passages++
		if g.moved {
			e.Moved++
		}
		all += words
		longest = max(longest, words)
	}
	e.Framed = a.framed()
	if e.Passages > 0 {
		e.CoverageA = float64(inX) / float64(a.x.worth(0, int32(len(a.x.seq)), worth))
		e.CoverageB = float64(inY) / float64(a.y.worth(0, int32(len(a.y.seq)), worth))
	}
	e.Words, e.Longest = int((all+full)/(2*full)), int((longest+full)/(2*full))
	return e
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

// full is what half a word is worth in running text.
const full = 10

// worth weighs the words from i to before j, half a word outside running text
// as given.
func (s *side) worth(i, j int32, outside int64) int64 {
	sum := int64(0)
	for _, v := range s.seq[i:j] {
		w := int64(2)
		if v&isAlone != 0 {
			w = 1
		}
		if v&isProse != 0 {
			w *= full
		} else {
			w *= outside
		}
		sum += w
	}
	return sum
}

// running reports whether a text has running text: at least a tenth of it.
func (s *side) running() bool {
	prose := 0
	for _, v := range s.seq {
		prose += int(v & isProse)
	}
	return 10*prose >= len(s.seq)
}

// exchanges weighs an edit that puts names for names or numbers for numbers: 2
// for numbers, 1 for names. It is strict if there are as many on both sides;
// where there are not, one may be written in another way (2,500 and 2500), and
// it counts only between texts of the same hand.
func exchanges(x, y Sequence) (strict, all int) {
	var numbers, names [2]int
	var digits [2]uint32
	for i, s := range [2]Sequence{x, y} {
		for _, v := range s {
			if v&isNumber != 0 {
				numbers[i]++
				digits[i] = 31*digits[i] + v>>digitsShift&15 + 1
			} else if v&isCapital != 0 {
				names[i]++
			}
		}
	}
	if numbers[0] == numbers[1] && digits[0] == digits[1] {
		numbers = [2]int{} // the same ones, written otherwise
	}
	switch {
	case numbers[0]+names[0] == 0 || numbers[1]+names[1] == 0:
		return 0, 0
	case numbers[0]+numbers[1] == 0 && names[0] == names[1]:
		return 1, 1
	case numbers[0]+numbers[1] == 0:
		return 0, 1
	case numbers[0] == numbers[1]:
		return 2, 2
	}
	return 0, 2
}
