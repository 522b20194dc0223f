package passage

import (
	"cmp"
	"slices"
)

// A group is blocks that follow one another in both texts, with so little between
// them that they are one passage: first to before end of Aligner.blocks.
type group struct {
	first, end int32
	weight     int32 // of its blocks, in half words
	moved      bool
}

type groups struct {
	all   []group
	byY   []int32 // blocks in the order of y
	rank  []int32 // of each block in that order
	stack []segment
	tree  []best
	from  []int32
}

// A segment is a candidate for a group: blocks, and the score before the first
// and behind the last of them.
type segment struct {
	first, end    int32
	before, after int64
	down          int32 // the nearest segment below that begins with less
}

// group makes groups of the blocks, which are in the order of x. Within a
// stretch of blocks that are neighbours in both texts, each block scores its
// weight, and between two the score falls by the weight of what lies between
// them, on the side where it is more. Groups are all the maximal segments of
// such a stretch (W. Ruzzo and M. Tompa, "A linear time algorithm for finding
// all maximal scoring subsequences", ISMB 1999): so a gap is bridged if it is
// less than what agrees on either side of it, wherever that begins and ends.
func (a *Aligner) group() {
	g := &a.groups
	g.all, g.stack = g.all[:0], g.stack[:0]
	a.rankBlocks()
	score := int64(0)
	for i, b := range a.blocks {
		if i > 0 {
			gap, ok := a.gapBefore(i)
			if !ok {
				a.flush()
				score = 0
			}
			score -= int64(gap)
		}
		s := segment{first: int32(i), end: int32(i + 1), before: score}
		score += int64(a.weigh(b))
		s.after = score
		for {
			j := int32(len(g.stack)) - 1
			for j >= 0 && g.stack[j].before >= s.before {
				j = g.stack[j].down
			}
			if s.down = j; j < 0 || g.stack[j].after >= s.after {
				break
			}
			s.first, s.before = g.stack[j].first, g.stack[j].before
			g.stack = g.stack[:j]
		}
		g.stack = append(g.stack, s)
	}
	a.flush()
}

// flush makes groups of the segments.
func (a *Aligner) flush() {
	g := &a.groups
	for _, s := range g.stack {
		next := group{first: s.first, end: s.end}
		for _, b := range a.blocks[s.first:s.end] {
			next.weight += a.weigh(b)
		}
		g.all = append(g.all, next)
	}
	g.stack = g.stack[:0]
}

// rankBlocks numbers the blocks in the order of y.
func (a *Aligner) rankBlocks() {
	g := &a.groups
	g.byY, g.rank = grow(g.byY, len(a.blocks)), grow(g.rank, len(a.blocks))
	for i := range g.byY {
		g.byY[i] = int32(i)
	}
	slices.SortFunc(g.byY, func(i, j int32) int { return cmp.Compare(a.blocks[i].y, a.blocks[j].y) })
	for r, i := range g.byY {
		g.rank[i] = int32(r)
	}
}

// neighbours reports whether block i follows block i-1 in both texts.
func (a *Aligner) neighbours(i int) bool { return a.groups.rank[i] == a.groups.rank[i-1]+1 }

// gapBefore returns the weight of what lies between block i and the block before,
// and whether a passage may bridge it.
func (a *Aligner) gapBefore(i int) (int32, bool) {
	if !a.neighbours(i) {
		return 0, false
	}
	p, q := a.blocks[i-1], a.blocks[i]
	gap := max(a.x.between(p.x+p.n, q.x), a.y.between(p.y+p.n, q.y))
	return gap, gap <= a.gap
}

// drop removes the groups that weigh less than Options.MinWords, or only those of
// them that are moved.
func (a *Aligner) drop(movedOnly bool) {
	g := &a.groups
	blocks, all := a.blocks[:0], g.all[:0]
	for _, e := range g.all {
		old := a.blocks[e.first:e.end]
		if e.weight < a.least && (e.moved || !movedOnly) {
			for _, b := range old {
				a.x.used.fill(b.x, b.x+b.n, false)
				a.y.used.fill(b.y, b.y+b.n, false)
			}
			continue
		}
		e.first = int32(len(blocks))
		blocks = append(blocks, old...)
		e.end = int32(len(blocks))
		all = append(all, e)
	}
	a.blocks, g.all = blocks, all
}

// best is the heaviest chain of groups that ends with group last.
type best struct {
	weight int64
	last   int32 // number + 1; 0 means none
}

// mainOrder marks as moved the groups that are not in the heaviest chain of
// groups that are in the same order in both texts.
func (a *Aligner) mainOrder() {
	g := &a.groups
	a.rankBlocks()
	g.from = grow(g.from, len(g.all))
	// A Fenwick tree of maxima over places in the order of y.
	g.tree = grow(g.tree, len(a.blocks)+1)
	clear(g.tree)
	var whole best
	for i := range g.all {
		e := &g.all[i]
		e.moved = true
		at := g.rank[e.first] + 1
		var b best
		for j := at; j > 0; j &= j - 1 {
			if g.tree[j].weight > b.weight {
				b = g.tree[j]
			}
		}
		g.from[i] = b.last
		b = best{b.weight + int64(e.weight), int32(i + 1)}
		for j := at; int(j) < len(g.tree); j += j & -j {
			if b.weight > g.tree[j].weight {
				g.tree[j] = b
			}
		}
		if b.weight > whole.weight {
			whole = b
		}
	}
	for i := whole.last; i != 0; i = g.from[i-1] {
		g.all[i-1].moved = false
	}
}
