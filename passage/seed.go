package passage

import "math"

// A seed is where a run may be: a gram that both texts have, which is the
// shortest stretch from a word on that weighs at least k. Every run of that
// weight holds one, and so is found.
//
// Grams that are rare in both texts go first. So the grams of a refrain, or of one
// word a million times, cannot spend the budget before anything else was seen.
type seeds struct {
	slots   []int32 // a hash table of grams of x, by number + 1
	grams   []gram
	next    []int32  // the next word of x where the same gram begins, or -1
	atY     []int32  // the gram that begins at each word of y, or -1
	prefix  []uint64 // sum over words before, as a polynomial
	power   [65]uint64
	reached []int32 // of each diagonal, where the last run found there ends in y
}

type gram struct {
	hash   uint64
	first  int32 // word of x where it begins first
	nx, ny int32 // how often it is in each text
	cursor int32 // where the next of its places in y is looked for, or -1
}

// pairs returns how many pairs of places it has.
func (g *gram) pairs() int64 { return int64(g.nx) * int64(g.ny) }

// base of the polynomial; odd, so that its powers lose nothing.
const base = 0x9E3779B97F4A7C15

// rarities are the largest numbers of pairs of places of a gram, for each of the
// first passes. The remaining grams are tried at all pairs if the budget allows, and
// else at up to refrain places of x for each of y: the first with the first, the
// second with the second and so on, as refrains and forms come in the same order in
// both texts.
var rarities = [...]int64{16, 1 << 10}

const refrain = 8

// seed finds the runs, each as long as possible, until the budget is spent.
func (a *Aligner) seed() {
	a.runs = a.runs[:0]
	if !a.count() {
		return
	}
	low, left := int64(0), int64(0)
	for _, high := range rarities {
		if left = a.pass(low, high); left == 0 || a.work < 0 {
			break
		}
		low = high
	}
	if a.work >= 0 && left > a.work {
		a.refrains(low)
		a.complete = false
	} else if a.work >= 0 && left > 0 {
		a.pass(low, math.MaxInt64)
	}
	if a.work < 0 {
		a.complete = false
	}
}

// pass finds the runs that hold a gram with more than low and at most high pairs
// of places, and returns the number of pairs of those that have more.
func (a *Aligner) pass(low, high int64) int64 {
	a.seeds.clearReached(len(a.x.hash) + len(a.y.hash))
	s := &a.seeds
	left := int64(0)
	for j, e := range s.atY {
		if e < 0 {
			continue
		}
		g := &s.grams[e]
		if pairs := g.pairs(); pairs > high {
			left += int64(g.nx)
		} else if pairs > low {
			for i := g.first; i >= 0; i = s.next[i] {
				if a.try(i, int32(j)); a.work < 0 {
					return left
				}
			}
		}
	}
	return left
}

// refrains finds some of the runs that hold a gram with more than low pairs of
// places.
func (a *Aligner) refrains(low int64) {
	a.seeds.clearReached(len(a.x.hash) + len(a.y.hash))
	s := &a.seeds
	for j, e := range s.atY {
		if e < 0 || s.grams[e].pairs() <= low {
			continue
		}
		g := &s.grams[e]
		if g.cursor < 0 {
			g.cursor = g.first
		}
		i := g.cursor
		g.cursor = s.next[i]
		for n := 0; n < refrain && i >= 0; n, i = n+1, s.next[i] {
			if a.try(i, int32(j)); a.work < 0 {
				return
			}
		}
	}
}

// try finds the run at the words i and j, unless this pass has found it: words
// of y come in order, so that a run is looked at once.
func (a *Aligner) try(i, j int32) {
	s := &a.seeds
	a.work--
	diagonal := int(i) + len(s.atY) - int(j)
	if s.reached[diagonal] > j {
		return
	}
	r := a.extend(i, j)
	s.reached[diagonal] = r.y + r.n
	a.work -= int64(r.n)
	if len(a.runs) >= 4*(len(a.x.hash)+len(a.y.hash))+1<<12 {
		a.work = -1 // as memory is a budget too
	} else if a.weigh(r) >= a.k { // two grams may have one hash
		a.runs = append(a.runs, r)
	}
}

func (s *seeds) clearReached(n int) {
	s.reached = grow(s.reached, n)
	clear(s.reached)
}

// extend returns the longest run that holds the words i and j.
func (a *Aligner) extend(i, j int32) run {
	x, y := a.x.hash, a.y.hash
	n := int32(0)
	for int(i+n) < len(x) && int(j+n) < len(y) && x[i+n] == y[j+n] {
		n++
	}
	for i > 0 && j > 0 && x[i-1] == y[j-1] {
		i, j, n = i-1, j-1, n+1
	}
	return run{i, j, n}
}

// count lists the grams of x with their places, and where they are in y. It
// reports whether there are any.
func (a *Aligner) count() bool {
	s := &a.seeds
	if s.power[0] == 0 {
		s.power[0] = 1
		for i := range s.power[1:] {
			s.power[i+1] = s.power[i] * base
		}
	}
	n := a.begins(&a.x)
	s.grams = s.grams[:0]
	size := 16
	for size < 2*n {
		size *= 2
	}
	s.slots = grow(s.slots, size)
	clear(s.slots)
	s.next = grow(s.next, n)
	mask := uint64(size - 1)
	end := int32(len(a.x.hash))
	for i := int32(n) - 1; i >= 0; i-- {
		h := a.gram(&a.x, i, &end, -1)
		at := h >> 32 & mask
		for s.slots[at] != 0 && s.grams[s.slots[at]-1].hash != h {
			at = (at + 1) & mask
		}
		if s.slots[at] == 0 {
			s.grams = append(s.grams, gram{hash: h, first: -1, cursor: -1})
			s.slots[at] = int32(len(s.grams))
		}
		g := &s.grams[s.slots[at]-1]
		s.next[i], g.first = g.first, i
		g.nx++
	}
	n = a.begins(&a.y)
	s.atY = grow(s.atY, n)
	found := false
	end = 0
	for j := range int32(n) {
		h := a.gram(&a.y, j, &end, 1)
		at := h >> 32 & mask
		for s.slots[at] != 0 && s.grams[s.slots[at]-1].hash != h {
			at = (at + 1) & mask
		}
		s.atY[j] = s.slots[at] - 1
		if s.slots[at] != 0 {
			s.grams[s.slots[at]-1].ny++
			found = true
		}
	}
	return found
}

// begins prepares the grams of a text and returns how many there are: one at
// each word from which on the text weighs enough.
func (a *Aligner) begins(t *side) int {
	n := len(t.hash)
	s := &a.seeds
	s.prefix = grow(s.prefix, n+1)
	sum := uint64(0)
	for i, h := range t.hash {
		s.prefix[i] = sum
		sum = sum*base + uint64(h)
	}
	s.prefix[n] = sum
	for n > 0 && t.between(int32(n-1), int32(len(t.hash))) < a.k {
		n--
	}
	return n
}

// gram returns the hash of the gram at word i. Its end, which is kept from one
// call to the next, moves with i in the direction of step.
func (a *Aligner) gram(t *side, i int32, end *int32, step int) uint64 {
	e := *end
	if step > 0 {
		for e <= i || t.between(i, e) < a.k {
			e++
		}
	} else {
		for e-1 > i && t.between(i, e-1) >= a.k {
			e--
		}
	}
	*end = e
	s := &a.seeds
	return (s.prefix[e] - s.prefix[i]*s.power[e-i]) * base
}
