package passage

import (
	"cmp"
	"slices"
)

// orderByY lists the groups, which are in the order of x, in that of y.
func (a *Aligner) orderByY() {
	g := &a.groups
	g.byY, g.rank = grow(g.byY, len(g.all)), grow(g.rank, len(g.all))
	for i := range g.byY {
		g.byY[i] = int32(i)
	}
	slices.SortFunc(g.byY, func(i, j int32) int {
		return cmp.Compare(a.blocks[g.all[i].first].y, a.blocks[g.all[j].first].y)
	})
	for r, i := range g.byY {
		g.rank[i] = int32(r)
	}
}

// partsX appends what x has outside the groups. Running text is of the class
// own, unless the other side has some too between the same two groups.
func (a *Aligner) partsX(dst []Part, own Class) []Part {
	g := &a.groups
	end := int32(0)
	for i, e := range g.all {
		b := a.blocks[e.first]
		class := own
		if i > 0 && g.rank[i] == g.rank[i-1]+1 && a.edited(g.all[i-1], e) {
			class = Edited
		}
		dst = a.x.appendParts(dst, end, b.x, class)
		b = a.blocks[e.end-1]
		end = b.x + b.n
	}
	return a.x.appendParts(dst, end, int32(len(a.x.seq)), own)
}

// partsY is partsX for y.
func (a *Aligner) partsY(dst []Part, own Class) []Part {
	g := &a.groups
	end := int32(0)
	for r, i := range g.byY {
		e := g.all[i]
		b := a.blocks[e.first]
		class := own
		if r > 0 && i == g.byY[r-1]+1 && a.edited(g.all[i-1], e) {
			class = Edited
		}
		dst = a.y.appendParts(dst, end, b.y, class)
		b = a.blocks[e.end-1]
		end = b.y + b.n
	}
	return a.y.appendParts(dst, end, int32(len(a.y.seq)), own)
}

// edited reports whether both texts have running text between two groups.
func (a *Aligner) edited(p, q group) bool {
	b, c := a.blocks[p.end-1], a.blocks[q.first]
	return a.x.prose(b.x+b.n, c.x) && a.y.prose(b.y+b.n, c.y)
}

// prose reports whether some word from i to before j stands in running text.
func (s *side) prose(i, j int32) bool {
	for _, v := range s.seq[i:j] {
		if v&isProse != 0 {
			return true
		}
	}
	return false
}

// appendParts appends the words from i to before j, in parts of one class: the
// given one, or Boilerplate.
func (s *side) appendParts(dst []Part, i, j int32, class Class) []Part {
	for i < j {
		end := i + 1
		for end < j && ((s.seq[end]^s.seq[i])&isProse == 0 || !s.clean(end)) {
			end++
		}
		p := Part{s.span(i, end), class, int(end - i)}
		if s.seq[i]&isProse == 0 {
			p.Class = Boilerplate
		}
		dst = append(dst, p)
		i = end
	}
	return dst
}
