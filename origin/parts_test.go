package origin

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// documentsToLearn are of few owners, at many times, with strings at their edges that some
// of them share.
func documentsToLearn(n int) []*Member {
	r := rand.New(rand.NewPCG(7, 7))
	out := make([]*Member, n)
	for i := range out {
		d := Document{ID: fmt.Sprint(i), Site: fmt.Sprintf("paper%d.example", r.IntN(7)), Text: fmt.Sprintf("%s (Wire %c) It is %d.", story, 'A'+rune(r.IntN(5)), i)}
		if i%3 > 0 {
			d.Published = noon.Add(time.Duration(r.IntN(1e6)) * time.Second)
		}
		out[i] = Prepare(d)
	}
	return out
}

func isCopied(m *Member) bool { return m.ID[len(m.ID)-1]%3 > 0 }

func learnedOf(members []*Member) *Corpus {
	c := &Corpus{}
	for _, m := range members {
		c.Learn(m, isCopied(m))
	}
	return c
}

// What is learned apart and merged, whole or by parts, is what is learned at once.
func TestMerge(t *testing.T) {
	members := documentsToLearn(600)
	want := learnedOf(members)
	want.LearnLead(members[0], members[1], .5)
	want.Weights = map[string]float64{"hidden prior": 1}
	require.Len(t, want.Edges, 5)
	require.Len(t, want.Sites, 7)

	rand.New(rand.NewPCG(1, 2)).Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	var merged Corpus
	byName := map[string]*Corpus{}
	for few := range slices.Chunk(members, 50) {
		c := learnedOf(few)
		if merged.Docs == 0 {
			c.Leads, c.Weights = want.Leads, want.Weights
		}
		merged.Merge(c)
		for name, part := range c.Parts() {
			entry(&byName, name).Merge(part)
		}
	}
	require.Equal(t, want, &merged)
	var ofParts Corpus
	for part := range maps.Values(byName) {
		ofParts.Merge(part)
	}
	require.Equal(t, want, &ofParts)
}

// Of the times of one site the last are kept, in whatever order they come.
func TestMergeKeepsTheLastTimes(t *testing.T) {
	var all, odd, even Corpus
	for i := range 3 * maxTimes {
		m := Prepare(Document{ID: "a", Site: "a.example", Published: noon.Add(time.Duration(i) * time.Hour)})
		all.Learn(m, false)
		if i%2 == 0 {
			even.Learn(m, false)
		} else {
			odd.Learn(m, false)
		}
	}
	odd.Merge(&even)
	require.Equal(t, all, odd)
	require.Len(t, odd.Sites["s:a.example"].Times, maxTimes)
}

// A condensed corpus judges as the whole one, and so do condensed parts.
func TestCondensed(t *testing.T) {
	var c Corpus
	for i := range 60 {
		day := noon.AddDate(0, 0, i)
		c.Learn(Prepare(Document{ID: "a", Site: "days.example", Published: day.Truncate(24 * time.Hour)}), false)
		c.Learn(Prepare(Document{ID: "b", Site: "crawl.example", Published: day.Add(time.Duration(i%2) * time.Second)}), false)
		c.Learn(Prepare(Document{ID: "c", Site: fmt.Sprintf("paper%d.example", i%4), Text: story + " (Fjordnytt)"}), true)
		c.Learn(Prepare(Document{ID: "d", Site: "frame.example", Text: story + " (Own Frame)"}), true)
	}
	var ofParts Corpus
	parts := 0
	for _, part := range c.Parts() {
		ofParts.Merge(part.Condensed())
		parts++
	}
	require.Equal(t, 1+len(c.Sites)+len(c.Edges), parts)
	require.Equal(t, c.Condensed(), &ofParts)
	require.Equal(t, c.Names(), ofParts.Names())
	require.NotEmpty(t, ofParts.Names())
	for owner := range c.Sites {
		require.Equal(t, c.Clock(owner), ofParts.Clock(owner), owner)
	}
	require.Equal(t, Day, ofParts.Clock("s:days.example"))
	require.Less(t, len(ofParts.Edges), len(c.Edges))
	b, err := ofParts.MarshalJSON()
	require.NoError(t, err)
	require.NotContains(t, string(b), "own frame")
	var again Corpus
	require.NoError(t, again.UnmarshalJSON(b))
	require.Equal(t, ofParts, again)

	docs := prepare(
		Document{ID: "x", Site: "paper1.example", Text: story + " (Fjordnytt)"}, Document{ID: "y", Site: "days.example", Text: story, Published: noon.Add(time.Hour)},
		Document{ID: "z", Site: "crawl.example", Text: story + " Tomorrow more.", Published: noon},
	)
	require.Equal(t, Judge(docs, &c), Judge(docs, &again))
}
