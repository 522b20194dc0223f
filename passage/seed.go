package passage

import "math"

// A seed is where a run may be: a gram that both texts have, which is the
// shortest stretch from a word on that weighs at least k. Every run of that
// weight holds one, and so is found.
//
// Grams that are rare in both texts go first. So the grams of a refrain, or of one
// word a million times, cannot spend the budget before anything else was seen.
type seeds struct {
	slots   []int32 // a hash table of grams of x, by number; 0 is none
	grams   []gram
	next    []int32     // the next word of x where the same gram begins, or -1
	atY     []int32     // the gram that begins at each word of y, 0 if x has it not
	hashes  [2][]uint64 // of the grams of x and y, in order
	prefix  []uint64    // sum over words before, as a polynomial
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
		if e == 0 {
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
		if e == 0 || s.grams[e].pairs() <= low {
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
	x, y := a.gramsOf(&a.x, s.hashes[0]), a.gramsOf(&a.y, s.hashes[1])
	s.hashes = [2][]uint64{x, y}
	size := 16
	for size < 2*len(x) {
		size *= 2
	}
	s.slots = grow(s.slots, size)
	clear(s.slots)
	s.next = grow(s.next, len(x))
	// Gram 0 is none: what y has that x has not is counted there.
	grams := append(grow(s.grams, len(x)+1)[:0], gram{first: -1, cursor: -1})
	mask := uint64(size - 1)
	for i := len(x) - 1; i >= 0; i-- {
		h := x[i]
		at := h >> 32 & mask
		for s.slots[at] != 0 && grams[s.slots[at]].hash != h {
			at = (at + 1) & mask
		}
		if s.slots[at] == 0 {
			s.slots[at] = int32(len(grams))
			grams = append(grams, gram{hash: h, first: -1, cursor: -1})
		}
		g := &grams[s.slots[at]]
		s.next[i], g.first = g.first, int32(i)
		g.nx++
	}
	s.grams = grams
	s.atY = grow(s.atY, len(y))[:len(y)]
	for j, h := range y {
		at := h >> 32 & mask
		for s.slots[at] != 0 && grams[s.slots[at]].hash != h {
			at = (at + 1) & mask
		}
		// Whether x has it cannot be foretold, so nothing branches on it.
		s.atY[j] = s.slots[at]
		grams[s.slots[at]].ny++
	}
	return len(y) > int(grams[0].ny)
}

// gramsOf returns the hashes of the grams of a text, in the memory of dst where that is
// enough: one for each word from which on the text weighs enough. It is a polynomial of
// the words of the gram.
func (a *Aligner) gramsOf(t *side, dst []uint64) []uint64 {
	n := len(t.hash)
	if words := int(a.k+1) / 2; t.weight[n] == int32(2*n) && words == usual { // each word weighs two
		dst = grow(dst, max(n-usual+1, 0))
		for i := range dst {
			h := t.hash[i:][:usual]
			dst[i] = ((uint64(h[0])*base+uint64(h[1]))*base + uint64(h[2])) * base
		}
		return dst
	}
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
	dst = grow(dst, n)
	end := int32(0)
	for i := range dst {
		for end <= int32(i) || t.between(int32(i), end) < a.k {
			end++
		}
		dst[i] = (s.prefix[end] - s.prefix[i]*s.power[end-int32(i)]) * base
	}
	return dst
}

// usual is the number of words of a gram with the default options.
const usual = 3
