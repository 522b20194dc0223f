package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

func TestExplainTogether(t *testing.T) {
	out := must(t, "", "explain", "en-harbour-original.txt", "en-harbour-page.txt", articles)
	assert.Regexp(t, `^together: they match`, out)
	assert.Regexp(t, `\ncandidate +true: `, out)
	assert.Regexp(t, `\nmatch +true: `, out)
	assert.Regexp(t, `\nfigures +Jaccard 0\.\d{3}, .*, exact\n`, out)
	assert.Regexp(t, `\njoined by +en-harbour-original\.txt .*\n +en-harbour-page\.txt\n$`, out)

	raw := must(t, "", "explain", "--json", "en-harbour-original.txt", "en-harbour-page.txt", articles)
	l := parsed[lines.Explanation](t, raw)[0]
	assert.Equal(t, "en-harbour-original.txt", l.A)
	assert.True(t, l.Together && l.Match && l.Candidate && l.Exact)
	assert.Nil(t, l.Cores)
	require.Len(t, l.Chain, 2)
	assert.Equal(t, l.B, l.Chain[0].Of)
	p := parsed[lines.Comparison](t, must(t, "", "compare", "--json", articles+"/"+l.A, articles+"/"+l.B))[0]
	assert.Equal(t, p.Jaccard, l.Jaccard)
	assert.Equal(t, p.ContainmentA, l.ContainmentA)
	assert.Equal(t, p.ContainmentB, l.ContainmentB)
}

func TestExplainWithItself(t *testing.T) {
	out := must(t, "", "explain", "en-harbour-page.txt", "en-harbour-page.txt", articles)
	assert.Regexp(t, `^together: `, out)
}

// Two that do not match are joined by what matches both.
func TestExplainChain(t *testing.T) {
	r := newRand(1)
	front, middle, back := prose(r, 150), prose(r, 300), prose(r, 150)
	in := jsonl(t,
		map[string]any{"id": "front", "text": front + middle[:len(middle)/3]},
		map[string]any{"id": "whole", "text": front + middle + back},
		map[string]any{"id": "back", "text": middle[len(middle)/4:] + back},
	)
	out := must(t, in, "explain", "front", "back", "-")
	l := parsed[lines.Explanation](t, must(t, in, "explain", "--json", "front", "back", "-"))[0]
	if l.Together {
		assert.Contains(t, l.Why, "joined through others")
		require.Len(t, l.Chain, 3)
		assert.Equal(t, "whole", l.Chain[1].ID)
		assert.Regexp(t, `\njoined by +front .*\n +whole .*\n +back\n$`, out)
	} else {
		require.NotNil(t, l.Cores)
		assert.Less(t, *l.Cores, l.Overlap)
		assert.Regexp(t, `\ncores +overlap by `, out)
	}
}

func TestExplainApart(t *testing.T) {
	for _, c := range []struct{ a, b, why string }{
		{"en-harbour-original.txt", "ja-wasabi-report.txt", "they share nothing"},
		{"en-harbour-original.txt", "empty.txt", "one of them has no words"},
		{"en-site-library.txt", "en-site-quarry.txt", "shares less than"},
	} {
		out := must(t, "", "explain", c.a, c.b, articles)
		assert.Regexp(t, `^apart: .*`+c.why, out)
		assert.Regexp(t, `\nmatch +false: `, out)
		assert.Regexp(t, `\ncores +overlap by 0\.\d{3} of the smaller; clusters merge from 0\.60 on\n$`, out)
		l := parsed[lines.Explanation](t, must(t, "", "explain", "--json", c.a, c.b, articles))[0]
		assert.False(t, l.Together || l.Match)
		assert.NotNil(t, l.Cores)
		assert.Empty(t, l.Chain)
	}
}

func TestExplainFilters(t *testing.T) {
	text := prose(newRand(1), 200)
	in := jsonl(t,
		map[string]any{"id": "a", "text": text, "site": "s", "date": "2024-03-01"},
		map[string]any{"id": "b", "text": text, "site": "s", "date": "2024-03-20"})
	for _, flag := range []string{"--skip-same-site", "--window=72h"} {
		assert.Contains(t, must(t, in, "explain", flag, "a", "b", "-"), "apart: the filter for sites or times keeps them apart")
	}
}

// Pages of one site share its menu and footer and nothing else.
func TestExplainBoilerplate(t *testing.T) {
	r := newRand(1)
	menu, footer := strings.ReplaceAll(prose(r, 60), " ", "\n"), prose(r, 80)
	var docs []map[string]any
	for i := range 40 {
		docs = append(docs, map[string]any{
			"id": fmt.Sprintf("page-%02d", i), "site": "s", "text": menu + "\n\n" + prose(r, 200) + "\n\n" + footer,
		})
	}
	l := parsed[lines.Explanation](t, must(t, jsonl(t, docs...), "explain", "--json", "page-00", "page-39", "-"))[0]
	assert.False(t, l.Together)
	assert.Positive(t, l.SharedBoilerplate)
	assert.Positive(t, l.Boilerplate)
	assert.Contains(t, l.Why, "boilerplate")
}

func TestExplainUnknown(t *testing.T) {
	for _, args := range [][]string{{"nobody", "empty.txt"}, {"empty.txt", "nobody"}, {"nobody", "nobody"}} {
		r := call(t, "", "explain", args[0], args[1], articles)
		assert.Equal(t, exitError, r.code)
		assert.Contains(t, r.err, `no such document: "nobody"`)
		assert.Empty(t, r.out)
	}
}
