package eval_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cbb30ed1/reprint/eval"
)

func TestPassages(t *testing.T) {
	const (
		lead  = "The harbour office closed both piers before noon."          // 41 letters
		rest  = "Nobody was hurt, and the ferries will run again on Friday." // 46
		other = "Sign in, subscribe, read more, about us, privacy, contact!" // 44
	)
	article := lead + " " + rest
	page := strings.ToUpper(lead) + "\n" + other + "\n" + strings.ReplaceAll(rest, ",", " –")
	at := func(text, part string) eval.Range {
		i := strings.Index(text, part)
		return eval.Range{Start: i, End: i + len(part)}
	}
	all := []eval.Range{{Start: 0, End: len(article)}}
	first, menu := at(page, strings.ToUpper(lead)), at(page, other)

	for name, c := range map[string]struct {
		inArticle, inPage []eval.Range
		precision, recall float64
	}{
		"all":          {all, []eval.Range{first, {Start: menu.End, End: len(page)}}, 1, 1},
		"half":         {[]eval.Range{at(article, lead)}, []eval.Range{first}, 1, 41. / 87},
		"and the menu": {all, []eval.Range{{Start: 0, End: len(page)}}, 87. / 131, 1},
		"the menu":     {nil, []eval.Range{menu}, 0, 0},
		"nothing":      {nil, nil, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var p eval.Passages
			p.Add(article, page, c.inArticle, c.inPage)
			s := p.Scores()
			assert.Equal(t, 1, s.Pairs)
			assert.InDelta(t, c.precision, s.Precision, 1e-12)
			assert.InDelta(t, c.recall, s.Recall, 1e-12)
		})
	}

	var p eval.Passages
	assert.Equal(t, eval.PassageScores{}, p.Scores())
	p.Add("short", "short", nil, nil) // shares fewer letters than count
	p.Add(article, page, nil, []eval.Range{menu})
	p.Add(article, page, all, []eval.Range{first})
	assert.Equal(t, eval.PassageScores{Pairs: 3, Precision: 2. / 3, PrecisionMedian: 1, Recall: 2. / 3, RecallMedian: 1}, p.Scores())
}
