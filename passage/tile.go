package passage

import (
	"cmp"
	"slices"
)

// Tiling chooses which runs stay: the longest first, then the longest of those that
// do not overlap it in either text, and so on down to runs that weigh k. So a phrase
// that one text has once and the other ten times is matched once, where the evidence
// is best.
//
// Of runs of equal length, the one nearest to a chosen run goes first: of two equal
// sentences, the one beside the rest of the article is meant.
type tiling struct {
	head    []int32 // of the list of runs of each weight, number + 1
	weights bitset  // those of which there are runs
	link    []int32 // the next run in the same list, number + 1
	equal   []ranked
	partner []int32 // of each word of x in a block, its word of y
}

// ranked is a run with the distance to the nearest block.
type ranked struct {
	run
	distance int32
}

// near is the largest distance to a block, in words, that prefers a run to others of
// the same length.
const near = 64

func (a *Aligner) tile() {
	t := &a.tiling
	t.link = t.link[:0]
	heaviest := int32(0)
	for _, r := range a.runs {
		heaviest = max(heaviest, a.weigh(r))
	}
	t.head = grow(t.head, int(heaviest)+1)
	clear(t.head)
	t.weights = grow(t.weights, int(heaviest)/64+1)
	clear(t.weights)
	t.partner = grow(t.partner, len(a.x.hash))
	for i, r := range a.runs {
		t.list(a.weigh(r), i)
	}
	limit := 2*len(a.runs) + 1<<12
	// What is split goes to lists of less weight.
	for w := t.weights.last(a.k, heaviest+1); w >= a.k; w = t.weights.last(a.k, w) {
		t.equal = t.equal[:0]
		for i := t.head[w]; i != 0; i = t.link[i-1] {
			r := a.runs[i-1]
			if a.free(r) {
				t.equal = append(t.equal, ranked{run: r})
			} else {
				a.split(r, limit)
			}
		}
		if len(t.equal) > 1 {
			for i := range t.equal {
				t.equal[i].distance = a.distance(t.equal[i].run)
			}
			slices.SortFunc(t.equal, func(p, q ranked) int {
				if p.distance != q.distance {
					return cmp.Compare(p.distance, q.distance)
				}
				if p.x != q.x {
					return cmp.Compare(p.x, q.x)
				}
				return cmp.Compare(p.y, q.y)
			})
		}
		for _, r := range t.equal {
			if a.free(r.run) {
				a.place(r.run)
			} else {
				a.split(r.run, limit)
			}
		}
	}
}

// list puts a run, by its number, into the list of its weight.
func (t *tiling) list(weight int32, number int) {
	t.link = append(t.link, t.head[weight])
	t.head[weight] = int32(number + 1)
	t.weights[weight>>6] |= 1 << (weight & 63)
}

func (a *Aligner) weigh(r run) int32 { return a.x.between(r.x, r.x+r.n) }

// free reports whether no word of the run is in a block.
func (a *Aligner) free(r run) bool {
	return a.x.used.next(r.x, r.x+r.n, true) == r.x+r.n && a.y.used.next(r.y, r.y+r.n, true) == r.y+r.n
}

// split puts back the parts of a run that are free.
func (a *Aligner) split(r run, limit int) {
	x, y := a.x.used, a.y.used
	for p := int32(0); p < r.n; {
		// The next word that is free on both sides, and the first behind
		// it that is not.
		for q := int32(-1); q != p; {
			q = p
			p = x.next(r.x+p, r.x+r.n, false) - r.x
			p = y.next(r.y+p, r.y+r.n, false) - r.y
		}
		end := min(x.next(r.x+p, r.x+r.n, true)-r.x, y.next(r.y+p, r.y+r.n, true)-r.y)
		piece := run{r.x + p, r.y + p, end - p}
		if w := a.weigh(piece); w >= a.k {
			if len(a.runs) == limit {
				a.complete = false
				return
			}
			a.tiling.list(w, len(a.runs))
			a.runs = append(a.runs, piece)
		}
		p = end
	}
}

// place makes a run a block.
func (a *Aligner) place(r run) {
	a.x.used.fill(r.x, r.x+r.n, true)
	a.y.used.fill(r.y, r.y+r.n, true)
	for i := range r.n {
		a.tiling.partner[r.x+i] = r.y + i
	}
	a.blocks = append(a.blocks, r)
}

// distance returns how many words lie between a run and the nearest block in
// order with it, on the side where it is more, or a large number.
func (a *Aligner) distance(r run) int32 {
	d := int32(1 << 30)
	low := max(0, r.x-near)
	if i := a.x.used.last(low, r.x); i >= low {
		if j := a.tiling.partner[i]; j < r.y {
			d = max(r.x-i, r.y-j) - 1
		}
	}
	end := r.x + r.n
	high := min(end+near, int32(len(a.x.hash)))
	if i := a.x.used.next(end, high, true); i < high {
		if j := a.tiling.partner[i]; j >= r.y+r.n {
			d = min(d, max(i-end, j-r.y-r.n))
		}
	}
	return d
}
