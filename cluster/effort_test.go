package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster/internal/likeness"
)

// counting is a judge that says the same of all, and counts how often.
type counting struct{ judged *int }

func (c counting) Judge(_, _ []uint32, _ Corpus) (Verdict, Outcome) {
	*c.judged++
	return 7, Joins
}

// Candidates may have 1,048,576 elements more than the document that is added, to be
// compared in full, and samples of others are compared.
func TestRuleMostExcess(t *testing.T) {
	for excess, exact := range map[int]bool{1 << 20: true, 1<<20 + 1: false} {
		m := newMaker(t, 1)
		x := newIndex(t, Options{})
		article := m.text(400)
		_, err := x.Add(m.entry("small", article[:350]))
		require.NoError(t, err)
		_, err = x.Add(m.entry("book", append(m.text(excess), article...)))
		require.NoError(t, err)
		a, err := x.Add(m.entry("article", article))
		require.NoError(t, err)
		require.Len(t, a.Matches, 2)
		for _, found := range a.Matches {
			assert.Equal(t, exact || found.ID == "small", found.Exact, found.ID)
			assert.InDelta(t, 1, found.Score, .001)
		}
	}
}

// Those that are judged may have 262,144 words more.
func TestRuleMostJudged(t *testing.T) {
	for excess, judges := range map[int]int{1 << 18: 1, 1<<18 + 1: 0} {
		m := newMaker(t, 1)
		judged := 0
		x := newIndex(t, Options{NewJudge: func() Judge { return counting{&judged} }})
		article := m.text(400)
		add := func(id string, text []uint64, words int) Added {
			e := m.entry(id, text)
			e.Words, e.Sequence = words, []uint32{1}
			a, err := x.Add(e)
			require.NoError(t, err)
			return a
		}
		add("book", append(m.text(1000), article...), 404+excess)
		a := add("article", article, 404)
		require.Len(t, a.Matches, 1)
		assert.Equal(t, judges, judged)
		assert.Equal(t, Verdict(7*judges), a.Matches[0].Verdict)
	}
}

// The core of two documents of 1,048,576 elements together is what they share. That of
// larger ones is the smaller one.
func TestRuleMostClustered(t *testing.T) {
	for more, shared := range map[int]bool{0: true, 1: false} {
		m := newMaker(t, 1)
		x := newIndex(t, Options{})
		all := m.text(1<<20 - 400_000 + more)
		_, err := x.Add(m.entry("smaller", all[:400_000]))
		require.NoError(t, err)
		_, err = x.Add(m.entry("larger", all))
		require.NoError(t, err)
		d := x.docs.Find("smaller")
		g := x.group(d)
		require.NotNil(t, g)
		if shared {
			assert.Zero(t, g.Core.Of)
			assert.Equal(t, 400_000, g.Core.Packed.Len())
		} else {
			assert.Equal(t, d.Number+1, g.Core.Of)
		}
		assert.Equal(t, int(d.Weight), g.Core.Weight)
	}
}

// When matches are judged again, those of 262,144 words in all are, and others keep
// their verdict.
func TestRuleMostRejudged(t *testing.T) {
	for words, again := range map[int]bool{1 << 18: true, 1<<18 + 1: false} {
		m := newMaker(t, 1)
		judged := 0
		x := newIndex(t, Options{NewJudge: func() Judge { return counting{&judged} }})
		article := m.text(400)
		for id, n := range map[string]int{"a": 100_000, "b": words - 100_000} {
			e := m.entry(id, append(m.text(200), article...))
			e.Words, e.Sequence = n, []uint32{1}
			_, err := x.Add(e)
			require.NoError(t, err)
		}
		d, o := x.docs.Find("a"), x.docs.Find("b")
		x.change.begin(x.clustered())
		s := x.scratch.Get().(*scratch)
		own := x.sketch(d, &s.own)
		before := judged
		found := x.judgeAgain(d, o, &d.Links.Matches[0], &own, s)
		assert.Equal(t, again, judged > before)
		assert.Equal(t, d.Links.Matches[0], found)
	}
}

// Two small documents may be compared as often as need be.
func TestRuleSmallPair(t *testing.T) {
	assert.Zero(t, likeness.Pair(5000, 3192, smallPair))
	assert.Equal(t, 8193, likeness.Pair(5000, 3193, smallPair))
}

// What is compared by samples comes to the same clusters, and to an index that is sound.
func TestLargeDocumentsBySamples(t *testing.T) {
	t.Parallel()
	m := newMaker(t, 3)
	shared := m.text(60_000)
	x := newIndex(t, Options{})
	for i := range 13 {
		_, err := x.Add(m.entry(string(rune('A'+i)), append(m.text(40_000+i), shared...)))
		require.NoError(t, err)
	}
	for i := range 10 {
		a, err := x.Add(m.entry(string(rune('a'+i)), append(m.text(20), shared[i*1000:i*1000+400]...)))
		require.NoError(t, err)
		require.NotEmpty(t, a.Matches)
		for _, found := range a.Matches {
			assert.InDelta(t, .95, found.Score, .15)
		}
	}
	assert.Positive(t, x.Stats().Shortened)
	requireSound(t, x)
}
