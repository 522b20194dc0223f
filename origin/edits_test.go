package origin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A line of copies: each member has the text from an earlier one, or from the absent
// source (-1), with changes of its own.
func copies(r *rand.Rand, n int) (docs []Document, from []int) {
	word := func() string { return fmt.Sprintf("w%d", r.IntN(5000)) }
	var first []string
	for range 250 {
		first = append(first, word())
	}
	texts := [][]string{}
	for i := range n {
		parent := r.IntN(i+1) - 1
		words := first
		if parent >= 0 {
			words = texts[parent]
		}
		words = slices.Clone(words)
		for range 3 {
			at := 10 + r.IntN(len(words)-30)
			switch r.IntN(3) {
			case 0:
				words[at] = word()
			case 1:
				words = slices.Insert(words, at, word(), word(), word())
			case 2:
				words = slices.Delete(words, at, at+2)
			}
		}
		if r.IntN(3) == 0 {
			words = words[:len(words)-len(words)/5] // cut to fit
		}
		texts, from = append(texts, words), append(from, parent)
		docs = append(docs, Document{
			ID: fmt.Sprintf("d%02d", i), Site: fmt.Sprintf("site%d.example", i), Published: noon.Add(time.Duration(i) * time.Hour), Clock: Page,
			Text: fmt.Sprintf("Site %d has more\n", i) + strings.Join(words, " ") + fmt.Sprintf("\nRead page %d next", i),
		})
	}
	return docs, from
}

// Changes that a copy inherits tell from whom it is: far more often than chance.
func TestEditsTellTheSource(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	var with, without, all float64
	for range 60 {
		docs, from := copies(r, 8)
		right := func(members []*Member) (n float64) {
			for _, s := range Judge(members, nil).Sources {
				var i int
				fmt.Sscanf(s.Member, "d%d", &i)
				want := "hidden:?"
				if from[i] >= 0 {
					want = "member:" + docs[from[i]].ID
				}
				if s.Likeliest.String() == want {
					n++
				}
			}
			return n
		}
		m := prepare(docs...)
		with += right(m)
		for i := range m {
			m[i] = m[i].WithoutText()
		}
		without += right(m)
		all += float64(len(docs))
	}
	t.Logf("right with texts %.2f, without %.2f", with/all, without/all)
	require.Greater(t, with/all, without/all+0.2)
}

func TestEdits(t *testing.T) {
	docs := []Document{
		{ID: "a", Site: "a.example", Text: "Home News\n" + story},
		{ID: "b", Site: "b.example", Text: story},
		{ID: "c", Site: "c.example", Text: strings.Replace(story, "barge struck", "large barge hit", 1)},
		{ID: "d", Site: "d.example", Text: strings.Replace(story, "Nobody was hurt. ", "Nobody was hurt, the mayor said. ", 1) + " Subscribe"},
		{ID: "e", Site: "e.example", Text: strings.Replace(story, " in the morning", "", 1)},
	}
	m := prepare(docs...)
	var got []string
	for i, r := range read(m) {
		for _, e := range r.edits {
			got = append(got, docs[i].ID+" "+e.Class+" "+docs[i].Text[e.Start:e.End])
		}
	}
	// "Home News" and "Subscribe" are frames.
	require.ElementsMatch(t, []string{"c replaced large barge hit", "d inserted the mayor said", "e omitted , "}, got)
}

func TestEditsAreEvidence(t *testing.T) {
	changed := strings.Replace(story, "barge struck", "large barge hit", 1)
	docs := []Document{
		{ID: "a", Site: "a.example", Text: story}, {ID: "b", Site: "b.example", Text: story + " More."}, {ID: "c", Site: "c.example", Text: "More. " + story},
		{ID: "d", Site: "d.example", Text: changed, Published: noon, Clock: Page},
		{ID: "e", Site: "e.example", Text: changed + " It is closed.", Published: noon.Add(time.Hour), Clock: Page},
	}
	a := Judge(prepare(docs...), nil)
	i := slices.IndexFunc(a.Sources, func(s Taken) bool { return s.Member == "e" })
	require.Equal(t, "member:d", a.Sources[i].From.String())
	k := slices.IndexFunc(a.Evidence, func(e Evidence) bool { return e.Edit != nil })
	require.GreaterOrEqual(t, k, 0)
	e := a.Evidence[k]
	require.Equal(t, "e", e.Member)
	require.Equal(t, "large barge hit", docs[4].Text[e.Edit.Start:e.Edit.End])
}
