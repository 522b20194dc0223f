package passage

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/shingle"
)

// tileSlowly chooses blocks as tiling is meant to: of all runs of free words,
// as long as they can be, the heaviest, of these the one nearest to a block, of
// these the first; then the rest of those as heavy, if still free; and again.
func tileSlowly(a *Aligner) []run {
	x, y := a.x.hash, a.y.hash
	usedX, usedY := make([]bool, len(x)), make([]bool, len(y))
	var blocks []run
	free := func(r run) bool {
		return !slices.Contains(usedX[r.x:r.x+r.n], true) && !slices.Contains(usedY[r.y:r.y+r.n], true)
	}
	for {
		var heaviest []ranked
		least := a.k
		for i := range x {
			for j := range y {
				same := func(n int) bool {
					return i+n >= 0 && j+n >= 0 && i+n < len(x) && j+n < len(y) && x[i+n] == y[j+n] && !usedX[i+n] && !usedY[j+n]
				}
				if same(-1) {
					continue
				}
				r := run{int32(i), int32(j), 0}
				for same(int(r.n)) {
					r.n++
				}
				if w := a.weigh(r); w > least {
					least, heaviest = w, heaviest[:0]
				} else if w < least {
					continue
				}
				heaviest = append(heaviest, ranked{r, distanceSlowly(r, blocks)})
			}
		}
		if len(heaviest) == 0 {
			return blocks
		}
		slices.SortFunc(heaviest, func(p, q ranked) int {
			return cmp.Or(cmp.Compare(p.distance, q.distance), cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y))
		})
		for _, r := range heaviest {
			if free(r.run) {
				blocks = append(blocks, r.run)
				for i := range r.n {
					usedX[r.x+i], usedY[r.y+i] = true, true
				}
			}
		}
	}
}

// distanceSlowly looks at the nearest block before and the nearest behind in x.
func distanceSlowly(r run, blocks []run) int32 {
	d := int32(1 << 30)
	before, behind := run{x: -1 << 20}, run{x: 1 << 20}
	for _, b := range blocks {
		if b.x < r.x && b.x > before.x {
			before = b
		}
		if b.x > r.x && b.x < behind.x {
			behind = b
		}
	}
	if gap := r.x - before.x - before.n; gap < near && before.y < r.y {
		d = max(gap, r.y-before.y-before.n)
	}
	if gap := behind.x - r.x - r.n; gap < near && behind.y > r.y {
		d = min(d, max(gap, behind.y-r.y-r.n))
	}
	return d
}

// groupSlowly returns the groups by the definition of maximal segments: each
// part of one scores less than the whole, and it is in none larger of which
// that can be said.
func groupSlowly(a *Aligner) [][2]int32 {
	n := len(a.blocks)
	score := func(i, j int) (int, bool) {
		sum := 0
		for b := i; b < j; b++ {
			if b > i {
				p, q := a.blocks[b-1], a.blocks[b]
				for _, c := range a.blocks {
					if p.y < c.y && c.y < q.y {
						return 0, false
					}
				}
				gap := max(a.x.between(p.x+p.n, q.x), a.y.between(min(p.y+p.n, q.y), q.y))
				if q.y < p.y || gap > a.gap {
					return 0, false
				}
				sum -= int(gap)
			}
			sum += int(a.weigh(a.blocks[b]))
		}
		return sum, true
	}
	var found [][2]int32
	for i := range n {
		for j := i + 1; j <= n; j++ {
			whole, ok := score(i, j)
			for p := i; p < j && ok; p++ {
				for q := p + 1; q <= j && ok; q++ {
					if part, _ := score(p, q); q-p < j-i && part >= whole {
						ok = false
					}
				}
			}
			if ok {
				found = append(found, [2]int32{int32(i), int32(j)})
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(found), func(s [2]int32) bool {
		return slices.ContainsFunc(found, func(l [2]int32) bool { return l != s && l[0] <= s[0] && s[1] <= l[1] })
	})
}

// chainSlowly returns the weight of the heaviest chain of groups.
func chainSlowly(a *Aligner) int {
	best := make([]int, len(a.groups.all))
	whole := 0
	for i, g := range a.groups.all {
		for j, h := range a.groups.all[:i] {
			if a.blocks[h.first].y < a.blocks[g.first].y {
				best[i] = max(best[i], best[j])
			}
		}
		best[i] += int(g.weight)
		whole = max(whole, best[i])
	}
	return whole
}

// The fast paths choose what the definitions choose.
func TestReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var letters []string
	for c := 'a'; c <= 'z'; c++ {
		letters = append(letters, string(c))
	}
	alphabets := [][]string{
		strings.Fields("a b"), strings.Fields("a b c d e"), strings.Fields("日 本 a 語 b c"),
		letters,
	}
	runs, groups, moved, incomplete := 0, 0, 0, 0
	for range 3_000 {
		x, y := randomPair(rng, alphabets[rng.IntN(len(alphabets))])
		a, err := New(Options{K: 1 + rng.IntN(4), MinWords: 1, Gap: 1 + rng.IntN(12), Budget: 1 << 20})
		require.NoError(t, err)
		a.Align(new(Alignment), x, y) // sets the Aligner up
		if len(a.x.hash) == 0 || compare(a.seqs[0], a.seqs[1]) == 0 {
			continue
		}
		clear(a.x.used)
		clear(a.y.used)
		a.blocks, a.work, a.complete = a.blocks[:0], 1<<30, true
		a.seed()
		a.tile()
		if !a.complete {
			incomplete++ // a gram more than 1,024 times
			continue
		}
		require.Equal(t, tileSlowly(a), a.blocks, "%q %q", x, y)
		runs += len(a.blocks)

		a.sortBlocks()
		a.group()
		var got [][2]int32
		for _, g := range a.groups.all {
			got = append(got, [2]int32{g.first, g.end})
		}
		require.Equal(t, groupSlowly(a), got, "%q %q", x, y)
		groups += len(got)

		a.mainOrder()
		weight := 0
		for _, g := range a.groups.all {
			if g.moved {
				moved++
			} else {
				weight += int(g.weight)
			}
		}
		require.Equal(t, chainSlowly(a), weight)
	}
	require.Greater(t, runs, groups)
	require.Greater(t, groups, moved)
	require.NotZero(t, moved)
	require.Less(t, incomplete, 100)
}

// A planted is a text made of another one, with the word of the other that
// each of its words was copied from, or -1, and whether it was moved.
type planted struct {
	words []string
	from  []int
	moved []bool
}

func (p *planted) add(word string, from int, moved bool) {
	p.words, p.from, p.moved = append(p.words, word), append(p.from, from), append(p.moved, moved)
}

// plant copies pieces of 20 to 120 words (or so many times unit) of the article,
// in order, parted by foreign text: one word in 25 is edited, one in 60 is
// dropped, and before one in 60 a clause of up to 8 words is put in. One piece
// in six is put behind all others.
func plant(w *writer, article []string, unit int) planted {
	var p planted
	type piece struct{ i, j int }
	var late []piece
	write := func(c piece, moved bool) {
		for range unit * (30 + w.rng.IntN(60)) {
			p.add(w.word(), -1, false)
		}
		for i := c.i; i < c.j; i++ {
			switch n := w.rng.IntN(300); {
			case n < 12:
				p.add(w.word(), -1, false)
				continue
			case n < 17:
				continue
			case n < 22:
				for range 1 + w.rng.IntN(8) {
					p.add(w.word(), -1, false)
				}
			}
			p.add(article[i], i, moved)
		}
	}
	for i := 0; i < len(article); {
		c := piece{i, min(len(article), i+unit*(20+w.rng.IntN(100)))}
		i = c.j + unit*w.rng.IntN(40)
		if w.rng.IntN(6) == 0 {
			late = append(late, c)
		} else {
			write(c, false)
		}
	}
	for _, c := range late {
		write(c, true)
	}
	return p
}

// What was planted is found, word for word, counted by characters.
func TestPlanted(t *testing.T) {
	for name, w := range map[string]*writer{"spaced": newWriter(9), "han": newHan(9)} {
		t.Run(name, func(t *testing.T) {
			unit := 1
			if w.space == "" {
				unit = 2 // characters are half a word
			}
			var a Aligner
			var dst Alignment
			var s shingle.Shingler
			found, right, want, moved, movedFound := 0, 0, 0, 0, 0
			for range 200 {
				article := make([]string, unit*600)
				for i := range article {
					article[i] = w.word()
				}
				p := plant(w, article, unit)
				x, y := strings.Join(article, w.space), strings.Join(p.words, w.space)
				a.Align(&dst, x, y)
				wx, wy := s.AppendWords(nil, x), s.AppendWords(nil, y)
				require.Len(t, wx, len(article))
				require.Len(t, wy, len(p.words))
				is := map[int]bool{} // words of y that were found where they came from
				for _, q := range dst.Passages {
					left, other := outside(q, wx, true), outside(q, wy, false)
					require.Len(t, other, len(left))
					for i, j := range other {
						n := len([]rune(p.words[j]))
						found += n
						if p.from[j] == left[i] {
							right += n
							is[j] = true
							if p.moved[j] {
								movedFound += n
							}
						}
					}
				}
				for j, i := range p.from {
					if i >= 0 {
						want += len([]rune(p.words[j]))
						if p.moved[j] {
							moved += len([]rune(p.words[j]))
						}
					}
				}
			}
			precision, recall, ofMoved := share(right, found), share(right, want), share(movedFound, moved)
			t.Logf("precision %.4f recall %.4f, of what was moved %.4f", precision, recall, ofMoved)
			require.GreaterOrEqual(t, precision, .95)
			require.GreaterOrEqual(t, recall, .95)
			require.GreaterOrEqual(t, ofMoved, .95)
		})
	}
}
