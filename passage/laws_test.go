package passage

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/shingle"
)

// align aligns two texts with an Aligner of its own and checks the laws.
func align(t testing.TB, o Options, x, y string) Alignment {
	t.Helper()
	a, err := New(o)
	require.NoError(t, err)
	var there, back Alignment
	a.Align(&there, x, y)
	a.Align(&back, y, x)
	checkMirror(t, there, back)
	check(t, there, x, y)
	checkJudgement(t, a, x, y)
	return there
}

// checkJudgement checks that a pair is judged alike by its texts and by its
// sequences, and alike with the sides exchanged.
func checkJudgement(t testing.TB, a *Aligner, x, y string) {
	t.Helper()
	sx, sy := sequence(x), sequence(y)
	for _, c := range []Corpus{
		{}, {SameSite: true}, {Others: 5},
		{Boilerplate: .7, BoilerplateA: .3, BoilerplateB: .6}, {Boilerplate: 1, BoilerplateA: 1, BoilerplateB: 1},
	} {
		d := c
		d.BoilerplateA, d.BoilerplateB = c.BoilerplateB, c.BoilerplateA
		var dst Alignment
		texts, there, back := a.Compare(&dst, Document{Text: x}, Document{Text: y}, c), a.Relate(sx, sy, c), a.Relate(sy, sx, d)
		require.Equal(t, texts, there)
		back.CoverageA, back.CoverageB = back.CoverageB, back.CoverageA
		require.Equal(t, there, back)
		require.Contains(t, relations, there.Relation)
		require.True(t, there.Confidence > 0 && there.Confidence < 1, "%v", there.Confidence)
		require.NotContains(t, there.Reason.String(), "Reason(")
		require.True(t, min(there.CoverageA, there.CoverageB) >= 0 && max(there.CoverageA, there.CoverageB) <= 1)
		require.LessOrEqual(t, there.Longest, there.Words)
		require.Equal(t, len(dst.Passages), there.Passages)
	}
}

func sequence(text string) Sequence {
	var s shingle.Shingler
	return AppendSequence(nil, s.AppendWords(nil, text), text)
}

// check holds an alignment to what is promised of every one.
func check(t testing.TB, got Alignment, x, y string) {
	t.Helper()
	var s shingle.Shingler
	wx, wy := s.AppendWords(nil, x), s.AppendWords(nil, y)
	require.Equal(t, len(wx), got.WordsA)
	require.Equal(t, len(wy), got.WordsB)

	agree := 0
	var inA, inB []shingle.Span
	for i, p := range got.Passages {
		if i > 0 {
			require.LessOrEqual(t, got.Passages[i-1].A.End, p.A.Start)
		}
		checkEdits(t, p)
		a, b := outside(p, wx, true), outside(p, wy, false)
		require.Len(t, b, len(a), "%q\n%q", x[p.A.Start:p.A.End], y[p.B.Start:p.B.End])
		for i := range a {
			require.Equal(t, wx[a[i]].Hash, wy[b[i]].Hash, "%q\n%q", x[p.A.Start:p.A.End], y[p.B.Start:p.B.End])
		}
		require.Len(t, a, p.Words)
		require.NotZero(t, p.Words)
		agree += p.Words
		inA, inB = append(inA, p.A), append(inB, p.B)
	}
	require.Equal(t, share(agree, len(wx)), got.CoverageA)
	require.Equal(t, share(agree, len(wy)), got.CoverageB)
	checkSide(t, x, wx, inA, got.A, Removed)
	checkSide(t, y, wy, inB, got.B, Added)

	// In the main order both sides go up.
	end := 0
	for _, p := range got.Passages {
		if !p.Moved {
			require.LessOrEqual(t, end, p.B.Start)
			end = p.B.End
		}
	}
}

// checkEdits checks that the edits of a passage are in order and inside it.
func checkEdits(t testing.TB, p Passage) {
	a, b := p.A.Start, p.B.Start
	for _, e := range p.Edits {
		for _, c := range []struct {
			at         *int
			end        int
			Start, End int
		}{{&a, p.A.End, e.A.Start, e.A.End}, {&b, p.B.End, e.B.Start, e.B.End}} {
			require.Less(t, *c.at, c.Start)
			require.LessOrEqual(t, c.Start, c.End)
			require.Less(t, c.End, c.end)
			*c.at = c.End
		}
		require.NotEqual(t, 0, e.A.End-e.A.Start+e.B.End-e.B.Start)
	}
}

// outside returns the words of a passage outside its edits, by number.
func outside(p Passage, words []shingle.Word, first bool) []int {
	side := func(a, b shingle.Span) shingle.Span {
		if first {
			return a
		}
		return b
	}
	in := side(p.A, p.B)
	var out []int
	i := 0
	take := func(s shingle.Span) {
		for ; i < len(words) && words[i].End <= s.End; i++ {
			if words[i].Start >= s.Start {
				out = append(out, i)
			}
		}
	}
	at := in.Start
	for _, e := range p.Edits {
		take(shingle.Span{Start: at, End: side(e.A, e.B).Start})
		at = side(e.A, e.B).End
	}
	take(shingle.Span{Start: at, End: in.End})
	return out
}

// checkSide checks that passages and parts together hold each word of a text
// once, and lie on character boundaries.
func checkSide(t testing.TB, text string, words []shingle.Word, passages []shingle.Span, parts []Part, own Class) {
	t.Helper()
	spans := slices.Clone(passages)
	total := 0
	for i, p := range parts {
		if i > 0 {
			require.LessOrEqual(t, parts[i-1].End, p.Start)
		}
		require.Contains(t, []Class{Boilerplate, Edited, own}, p.Class)
		spans = append(spans, p.Span)
		in := 0
		for _, w := range words {
			if w.Start >= p.Start && w.End <= p.End {
				in++
			}
		}
		require.Equal(t, in, p.Words)
		require.NotZero(t, in)
		total += in
	}
	slices.SortFunc(spans, func(a, b shingle.Span) int { return cmp.Compare(a.Start, b.Start) })
	starts := map[int]bool{len(text): true}
	for i := range text {
		starts[i] = true
	}
	end := 0
	for _, s := range spans {
		require.LessOrEqual(t, end, s.Start)
		require.Less(t, s.Start, s.End)
		require.True(t, starts[s.Start] && starts[s.End])
		end = s.End
	}
	at := 0
	for _, w := range words {
		for at < len(spans) && spans[at].End <= w.Start {
			at++
		}
		require.True(t, at < len(spans) && spans[at].Start <= w.Start && w.End <= spans[at].End, "a word in nothing")
	}
}

// checkMirror checks that two alignments are the same but for the exchange of
// the sides.
func checkMirror(t testing.TB, there, back Alignment) {
	t.Helper()
	var mirrored []Passage
	for _, p := range back.Passages {
		q := Passage{A: p.B, B: p.A, Words: p.Words, Moved: p.Moved}
		for _, e := range p.Edits {
			q.Edits = append(q.Edits, Edit{e.B, e.A})
		}
		mirrored = append(mirrored, q)
	}
	slices.SortFunc(mirrored, func(p, q Passage) int { return cmp.Compare(p.A.Start, q.A.Start) })
	require.Len(t, mirrored, len(there.Passages))
	for i, p := range there.Passages {
		q := mirrored[i]
		require.True(t, slices.Equal(p.Edits, q.Edits), "%v\n%v", p, q)
		p.Edits, q.Edits = nil, nil
		require.Equal(t, p, q)
	}
	swap := func(parts []Part) []Part {
		out := slices.Clone(parts)
		for i, p := range out {
			switch p.Class {
			case Added:
				out[i].Class = Removed
			case Removed:
				out[i].Class = Added
			}
		}
		return out
	}
	require.True(t, slices.Equal(there.A, swap(back.B)), "%v\n%v", there.A, back.B)
	require.True(t, slices.Equal(there.B, swap(back.A)), "%v\n%v", there.B, back.A)
	require.Equal(t, there.CoverageA, back.CoverageB)
	require.Equal(t, there.CoverageB, back.CoverageA)
	require.Equal(t, there.Complete, back.Complete)
}

func TestIdentical(t *testing.T) {
	w := newWriter(3)
	for _, text := range []string{"Rain", "Rain, rain.", text(w.article(4500)), "½", "雨が降る。", strings.Repeat("no ", 10_000)} {
		got := align(t, Options{}, " "+text+" ", "—"+text)
		require.Len(t, got.Passages, 1)
		assert.Equal(t, 1., got.CoverageA)
		assert.Equal(t, 1., got.CoverageB)
		assert.Empty(t, got.Passages[0].Edits)
		assert.False(t, got.Passages[0].Moved)
		assert.Empty(t, got.A)
		assert.Empty(t, got.B)
		assert.True(t, got.Complete)
	}
}

func TestNothing(t *testing.T) {
	for _, c := range [][2]string{{"", ""}, {"", "Some words."}, {"!", "?"}, {"one two three", "four five six"}} {
		got := align(t, Options{}, c[0], c[1])
		assert.Empty(t, got.Passages)
		assert.Zero(t, got.CoverageA)
		assert.True(t, got.Complete)
	}
}

// Of small alphabets everything repeats, and every tie occurs.
func TestLawsOfRandomTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	alphabets := [][]string{
		strings.Fields("a b"), strings.Fields("a b c d e f g. h\n"),
		strings.Fields("日 本 語 。 ab ½ ﷺ ㍻ c"), letters(),
	}
	texts := 4_000
	if testing.Short() { // the race detector finds nothing in what one goroutine computes
		texts = 400
	}
	for range texts {
		from := alphabets[rng.IntN(len(alphabets))]
		x, y := randomPair(rng, from)
		align(t, Options{K: rng.IntN(5), MinWords: rng.IntN(9), Gap: rng.IntN(30) - 1, Budget: rng.IntN(3)}, x, y)
	}
}

// randomPair returns two texts of the words, the second with pieces of the
// first.
func randomPair(rng *rand.Rand, from []string) (string, string) {
	words := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = from[rng.IntN(len(from))]
		}
		return out
	}
	x := words(rng.IntN(60))
	y := words(rng.IntN(10))
	for range rng.IntN(5) {
		i := rng.IntN(len(x) + 1)
		j := i + rng.IntN(len(x)-i+1)
		y = append(append(y, x[i:j]...), words(rng.IntN(6))...)
	}
	sep := []string{" ", "", "\n", ". "}[rng.IntN(4)]
	return strings.Join(x, sep), strings.Join(y, sep)
}

// letters returns 26 words of one letter and three of one digit.
func letters() []string {
	words := []string{"1", "2", "3"}
	for c := 'a'; c <= 'z'; c++ {
		words = append(words, string(c))
	}
	return words
}

func FuzzAlign(f *testing.F) {
	w := newWriter(4)
	s := w.article(600)
	f.Add(text(s), text(w.revise(s)), 0, 0, 0)
	f.Add("a b a b a b a b a", "b a b a b a b a", 2, 3, 4)
	f.Add("½ ½ ½ ⁄ 2 1 ½ ½", "1 2 1 2 1⁄2 ½ 1", 1, 1, 1)
	f.Add("東京は雨。大阪は晴れ。", "大阪は晴れ。東京は、雨。", 1, 2, -1)
	f.Add("one\xfftwo three\x00four", "one two three four", 1, 1, 0)
	f.Fuzz(func(t *testing.T, x, y string, k, least, gap int) {
		if len(x)+len(y) > 1<<14 {
			t.Skip("the check is slow")
		}
		o := Options{K: k & 7, MinWords: least & 15, Gap: gap&63 - 1}
		align(t, o, x, y)
	})
}

// An aligner that has met other texts, and lists grams of one of them, finds what a new one
// does.
func TestOneWithMany(t *testing.T) {
	w := newWriter(8)
	one := w.article(300)
	texts := []string{text(one), text(one) + " end", "", text(w.article(200))}
	for range 8 {
		texts = append(texts, text(w.revise(one)), text(one[:len(one)/2])+" "+text(w.article(100)))
	}
	refrain := strings.Repeat(texts[3][:60]+" ", 40)
	texts = append(texts, refrain, refrain+texts[0], texts[0]+refrain)
	var a Aligner
	for range 3000 {
		i, j := w.rng.IntN(len(texts)), w.rng.IntN(len(texts))
		if w.rng.IntN(3) > 0 { // mostly one with many
			i = w.rng.IntN(2)
		}
		var again, want Alignment
		a.Align(&again, texts[i], texts[j])
		new(Aligner).Align(&want, texts[i], texts[j])
		require.Equal(t, want, again, "%d %d", i, j)
	}
}
