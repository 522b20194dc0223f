package passage

import (
	"math"
	"slices"
)

// A seed is where a run may be: a gram that both texts have, which is the
// shortest stretch from a word on that weighs at least k. Every run of that
// weight holds one, and so is found.
//
// Grams that are rare in both texts go first. So the grams of a refrain, or of one
// word a million times, cannot spend the budget before anything else was seen.
type seeds struct {
	listing             // of the one text or the other
	next    []int32     // the next word of x where the same gram begins, or -1
	atX     []int32     // the gram that begins at each word of x, by number
	atY     []int32     // and of y
	found   []int32     // memory of the one of these that is not the listing's
	pair    [2][]uint64 // the hashes of the grams of x and y, in order
	spare   [2][]uint64 // those of the pair before
	prefix  []uint64    // sum over words before, as a polynomial
	power   [65]uint64
	reached []int32 // of each diagonal, where the last run found there ends in y
}

type gram struct {
	hash   uint64
	place  int32 // where it begins first in the text that is listed
	first  int32 // and in x, or -1
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
		g := &s.grams[e]
		if pairs := g.pairs(); pairs > high {
			left += int64(g.nx)
		} else if pairs > low {
			for i := g.first; i >= 0; i = s.next[i] {
				if a.work--; !s.seen(i, int32(j)) {
					a.try(i, int32(j))
				}
				if a.work < 0 {
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
		g := &s.grams[e]
		if g.pairs() <= low {
			continue
		}
		if g.cursor < 0 {
			g.cursor = g.first
		}
		i := g.cursor
		g.cursor = s.next[i]
		for n := 0; n < refrain && i >= 0; n, i = n+1, s.next[i] {
			if a.work--; !s.seen(i, int32(j)) {
				a.try(i, int32(j))
			}
			if a.work < 0 {
				return
			}
		}
	}
}

// seen reports whether this pass has found the run at the words i and j: words of y come in
// order, so that a run is looked at once.
func (s *seeds) seen(i, j int32) bool { return s.reached[s.diagonal(i, j)] > j }

func (s *seeds) diagonal(i, j int32) int { return int(i) + len(s.atY) - int(j) }

// try finds the run at the words i and j.
func (a *Aligner) try(i, j int32) {
	r := a.extend(i, j)
	a.seeds.reached[a.seeds.diagonal(i, j)] = r.y + r.n
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

// count finds out where each gram is in x and in y. It reports whether there are any that both
// have.
func (a *Aligner) count() bool {
	s := &a.seeds
	if s.power[0] == 0 {
		s.power[0] = 1
		for i := range s.power[1:] {
			s.power[i+1] = s.power[i] * base
		}
	}
	before := s.pair
	s.pair = [2][]uint64{a.gramsOf(&a.x, s.spare[0]), a.gramsOf(&a.y, s.spare[1])}
	s.spare = before
	x, y := s.pair[0], s.pair[1]
	// Many texts are compared with one in turn, which then is listed once.
	again := func(t []uint64) bool { return slices.Equal(t, before[0]) || slices.Equal(t, before[1]) }
	switch l := &s.listing; {
	case l.is(x):
		s.atX, s.atY = l.at, l.find(y, s.found)
		s.found = s.atY
	case l.is(y) || again(y):
		l.list(y)
		s.atX, s.atY = l.find(x, s.found), l.at
		s.found = s.atX
	default:
		l.list(x)
		s.atX, s.atY = l.at, l.find(y, s.found)
		s.found = s.atY
	}
	grams := s.grams
	for i := range grams {
		g := &grams[i]
		g.first, g.nx, g.ny, g.cursor = -1, 0, 0, -1
	}
	s.next = grow(s.next, len(x))
	for i := len(x) - 1; i >= 0; i-- {
		g := &grams[s.atX[i]]
		s.next[i], g.first = g.first, int32(i)
		g.nx++
	}
	common := int32(0)
	for _, e := range s.atY {
		g := &grams[e]
		g.ny++
		common |= g.nx
	}
	return common > 0
}

// A listing is the grams of a text, by number. 0 is none of them.
type listing struct {
	slots  []int32 // a hash table of numbers
	grams  []gram
	hashes []uint64 // of the gram that begins at each word of the text
	at     []int32  // its number
}

// is reports whether the grams of a text, of which these are the hashes, are listed.
func (l *listing) is(text []uint64) bool { return len(l.grams) > 0 && slices.Equal(text, l.hashes) }

// list lists the grams of a text.
func (l *listing) list(text []uint64) {
	if l.is(text) {
		return
	}
	l.hashes = append(l.hashes[:0], text...)
	size := 16
	for size < 2*len(text) {
		size *= 2
	}
	l.slots = grow(l.slots, size)
	clear(l.slots)
	l.at = grow(l.at, len(text))
	grams := append(grow(l.grams, len(text)+1)[:0], gram{place: -1})
	mask := uint64(size - 1)
	for i, h := range text {
		at := h >> 32 & mask
		for l.slots[at] != 0 && grams[l.slots[at]].hash != h {
			at = (at + 1) & mask
		}
		if l.slots[at] == 0 {
			l.slots[at] = int32(len(grams))
			grams = append(grams, gram{hash: h, place: int32(i)})
		}
		l.at[i] = l.slots[at]
	}
	l.grams = grams
}

// find returns the numbers of the grams of another text, in the memory of dst where that is
// enough.
func (l *listing) find(text []uint64, dst []int32) []int32 {
	dst = grow(dst, len(text))
	mask := uint64(len(l.slots) - 1)
	next := 0 // the place that is looked at first: behind the one that was found last
	for j, h := range text {
		if next < len(l.hashes) && l.hashes[next] == h {
			dst[j] = l.at[next]
			next++
			continue
		}
		at := h >> 32 & mask
		for l.slots[at] != 0 && l.grams[l.slots[at]].hash != h {
			at = (at + 1) & mask
		}
		dst[j] = l.slots[at]
		next = int(l.grams[dst[j]].place) + 1
	}
	return dst
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
