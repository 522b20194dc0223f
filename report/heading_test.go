package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/passage"
)

// What stands above a cluster is what its members share, not the first line of a page.
func TestHeadings(t *testing.T) {
	const (
		heading = "Council votes for four hundred lime trees"
		story   = "The council voted on Monday to plant four hundred lime trees along the old canal before winter.\n\nWork begins in October at the lower lock, and the towpath will be closed for two weeks.\n"
	)
	page := "share\n×\nScroll to top of page\n" + heading + "\n\n" + story
	for name, c := range map[string]struct {
		canonical string
		others    []string
		want      string
	}{
		"in all pages":         {page, []string{"Menu\nSport\n" + heading + "\n\n" + story, heading + "\n\n" + story}, heading},
		"no heading is shared": {page, []string{"Another line of words above\n\n" + story}, strings.Split(story, "\n")[0]},
		"nothing is shared":    {page, []string{"Quite other words in quite another order here."}, ""},
		"hard line ends": {"Words that nobody else has above this story\nlonger than one line of it.\n\n" + story,
			[]string{story}, strings.Split(story, "\n")[0]},
	} {
		var a passage.Aligner
		var found passage.Alignment
		h := headingsOf(c.canonical)
		for _, o := range c.others {
			a.Align(&found, c.canonical, o)
			h.count(found.Passages, true)
		}
		require.Equal(t, c.want, h.best(c.canonical), name)
	}
	// A menu that only pages of the same outlet have is not in the way.
	var a passage.Aligner
	var found passage.Alignment
	h := headingsOf(page)
	a.Align(&found, page, page)
	h.count(found.Passages, false)
	a.Align(&found, page, heading+"\n\n"+story)
	h.count(found.Passages, true)
	require.Equal(t, heading, h.best(page))
	require.Equal(t, heading, sharedHeading(heading+"\n\n"+story, found.Passages))
}

func TestWordsIn(t *testing.T) {
	for s, want := range map[string]int{"": 0, "×": 0, "share": 1, "Scroll to top": 3, "it's": 2, "村口石桥": 4, "पुल बंद": 2} {
		require.Equal(t, want, wordsIn(s), s)
	}
}
