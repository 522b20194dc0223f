package passage

import "math/bits"

// reach is how many words of each text are looked at between two blocks, and
// openReach behind the last block before text that differs.
const (
	reach     = 64
	openReach = 16
)

// fill finds runs between blocks and at their ends that are too short to be found by
// themselves: the words left in an edited sentence.
func (a *Aligner) fill() {
	a.rankBlocks()
	n := len(a.blocks)
	for i := 0; i <= n; i++ {
		if i > 0 && i < n && a.neighbours(i) {
			p, q := a.blocks[i-1], a.blocks[i]
			px, py := p.x+p.n, p.y+p.n
			if q.x-px <= reach && q.y-py <= reach {
				a.between(px, q.x, py, q.y)
				continue
			}
		}
		if i > 0 {
			p := a.blocks[i-1]
			px, py := p.x+p.n, p.y+p.n
			x := a.x.used.next(px, min(px+openReach, int32(len(a.x.hash))), true)
			y := a.y.used.next(py, min(py+openReach, int32(len(a.y.hash))), true)
			a.between(px, x, py, y)
		}
		if i < n {
			q := a.blocks[i]
			x := a.x.used.last(max(0, q.x-openReach), q.x) + 1
			y := a.y.used.last(max(0, q.y-openReach), q.y) + 1
			a.between(x, q.x, y, q.y)
		}
	}
}

// between makes blocks of what the words x0 to x1 and y0 to y1 have in common:
// the longest run, if it is no chance, and then of what lies before and behind
// it. A word of a text is a given other one with a probability of 1/16 at the
// most, about, and so r words in a row are expected to be somewhere in a
// rectangle of words by chance if it is larger than 16^r.
func (a *Aligner) between(x0, x1, y0, y1 int32) {
	for x0 < x1 && y0 < y1 {
		r := a.longest(x0, x1, y0, y1)
		if r.n == 0 {
			return
		}
		area := uint64(x1-x0) * uint64(y1-y0)
		if 2*a.weigh(r) < int32(bits.Len64(area-1)) {
			return
		}
		a.place(r)
		a.between(x0, r.x, y0, r.y)
		x0, y0 = r.x+r.n, r.y+r.n
	}
}

// longest returns the longest run in a rectangle of at most reach by reach
// words. Of several it is the one nearest to a corner, then the first.
func (a *Aligner) longest(x0, x1, y0, y1 int32) run {
	var (
		length   [reach + 1]uint8 // of the run that ends at each word of y, and at this of x
		r        run
		distance int32
	)
	for i := x0; i < x1; i++ {
		h := a.x.hash[i]
		for j := y1 - 1; j >= y0; j-- {
			at := j - y0
			if a.y.hash[j] != h {
				length[at+1] = 0
				continue
			}
			n := length[at] + 1
			length[at+1] = n
			if int32(n) < r.n {
				continue
			}
			m := int32(n)
			c := run{i + 1 - m, j + 1 - m, m}
			d := min(max(c.x-x0, c.y-y0), max(x1-i-1, y1-j-1))
			if m > r.n || d < distance || d == distance && (c.x < r.x || c.x == r.x && c.y < r.y) {
				r, distance = c, d
			}
		}
	}
	return r
}

// trim takes from the ends of blocks the words that have a character in common
// with the word beyond (½ is two words): a range of bytes cannot end between.
func (a *Aligner) trim() {
	if !a.x.shared && !a.y.shared {
		return
	}
	blocks := a.blocks[:0]
	for _, b := range a.blocks {
		for b.n > 0 && !(a.x.clean(b.x) && a.y.clean(b.y)) {
			b.x, b.y, b.n = b.x+1, b.y+1, b.n-1
		}
		for b.n > 0 && !(a.x.clean(b.x+b.n) && a.y.clean(b.y+b.n)) {
			b.n--
		}
		if b.n > 0 {
			blocks = append(blocks, b)
		}
	}
	a.blocks = blocks
}
