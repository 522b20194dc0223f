package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

func TestCompareInWords(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"en-harbour-original.txt", "en-harbour-original.txt", "copy, 99 % sure: "},
		{"ar-tahliya-original.txt", "ar-tahliya-copy.txt", "copy, "},
		{"en-harbour-original.txt", "en-harbour-page.txt", "excerpt, "},
		{"en-harbour-report-a.txt", "en-harbour-report-b.txt", "unrelated, "},
		{"en-grant-brass.txt", "en-grant-orchard.txt", "template, "},
		{"en-site-library.txt", "en-site-quarry.txt", "template, "},
		{"empty.txt", "empty.txt", "unrelated, "},
	} {
		out := must(t, "", "compare", articles+"/"+c.a, articles+"/"+c.b)
		assert.True(t, strings.HasPrefix(out, c.want), "%s %s: %s", c.a, c.b, out)
		assert.Regexp(t, `^.*\n\nJaccard similarity \d\.\d{3}\nof A in B          \d\.\d{3}\nof B in A          \d\.\d{3}\n`, out)
		assert.NotContains(t, out, "\x1b", "no colour where no terminal is")
	}
}

// What is shown between the figures and the end: passages with their edits, and
// the ends of what stands between.
func TestCompareShowsPassages(t *testing.T) {
	const (
		wharf = "The old wharf below the mill will be closed to boats from Monday while its piles are renewed, the town said."
		bees  = "Three hives of bees were found on the roof of the chapel, where nobody had been for eleven years."
		late  = "Trains to the coast ran an hour late on Sunday because a tree had fallen across both tracks near the lock."
		long  = "In the meantime the people of the upper valley have begun to count the swallows again, as they have done each year since the great frost, and they say that there are fewer than ever before."
	)
	dir := t.TempDir()
	a := write(t, dir, "a.txt", wharf+" "+long+"\n\n"+bees+" "+late)
	b := write(t, dir, "b.txt", "Notes.\n"+late+" "+strings.Replace(strings.Replace(wharf, "Monday", "Tuesday", 1), "its piles", "its rotten\x1b piles", 1)+"\n\n"+bees)
	_, shown, _ := strings.Cut(must(t, "", "compare", a, b), "\nof B in A ")
	_, shown, _ = strings.Cut(shown, "\n")
	assert.Equal(t, `
+ 1 word: Notes

+ here B has passage 3

= passage 1, 20 words
The old wharf below the mill will be closed to boats from [-Monday-] {+Tuesday+} while its {+rotten+} piles are renewed, the town said

- 36 words: In the meantime the people of the upper valley have begun … frost, and they say that there are fewer than ever before

= passage 2, 19 words
Three hives of bees were found on the roof of the chapel, where nobody had been for eleven years

= passage 3, 21 words, moved
Trains to the coast ran an hour late on Sunday because a tree had fallen across both tracks near the lock
`, shown)
}

func TestCompareAsJSON(t *testing.T) {
	a, b := articles+"/en-harbour-original.txt", articles+"/en-harbour-page.txt"
	out := must(t, "", "compare", "--json", a, b)
	assert.Equal(t, compareKeys, keys(t, out))
	l := parsed[lines.Comparison](t, out)[0]
	inBoth, inA, inB := overlap(t, text(t, "en-harbour-original.txt"), text(t, "en-harbour-page.txt"))
	assert.InDelta(t, inBoth/(inA+inB-inBoth), l.Jaccard, 5e-5)
	assert.InDelta(t, inBoth/inA, l.ContainmentA, 5e-5)
	assert.InDelta(t, inBoth/inB, l.ContainmentB, 5e-5)

	back := parsed[lines.Comparison](t, must(t, "", "compare", "--json", b, a))[0]
	back.ContainmentA, back.ContainmentB = back.ContainmentB, back.ContainmentA
	for i, p := range back.Passages {
		back.Passages[i] = lines.Passage{AStart: p.BStart, AEnd: p.BEnd, BStart: p.AStart, BEnd: p.AEnd, Words: p.Words, Moved: p.Moved}
	}
	assert.Equal(t, l, back)

	dir := t.TempDir()
	packed := write(t, dir, "page", text(t, "en-harbour-page.txt"))
	assert.Equal(t, out, must(t, "", "compare", "--json", a, packed), "any name will do")
	packed = write(t, dir, "page.gz", gzipped(t, text(t, "en-harbour-page.txt")))
	assert.Equal(t, out, must(t, "", "compare", "--json", a, packed))
	packed = write(t, dir, "page.txt.zst", zstandard(t, text(t, "en-harbour-page.txt")))
	assert.Equal(t, out, must(t, "", "compare", "--json", a, packed))
	assert.Equal(t, out, must(t, text(t, "en-harbour-page.txt"), "compare", "--json", a, "-"))
}

var compareKeys = []string{"relation", "confidence", "reason", "jaccard", "containment_a", "containment_b", "passages"}

// The bytes of a passage are the same words in both files.
func TestComparePassagesAreBytes(t *testing.T) {
	x, y := text(t, "zh-matou-original.txt"), text(t, "zh-matou-copy.txt")
	out := must(t, "", "compare", "--json", articles+"/zh-matou-original.txt", articles+"/zh-matou-copy.txt")
	l := parsed[lines.Comparison](t, out)[0]
	require.NotEmpty(t, l.Passages)
	for _, p := range l.Passages {
		inA, inB := []rune(x[p.AStart:p.AEnd]), []rune(y[p.BStart:p.BEnd])
		assert.Equal(t, inA[0], inB[0])
		assert.Equal(t, inA[len(inA)-1], inB[len(inB)-1])
		assert.Positive(t, p.Words)
	}
	out = must(t, "", "compare", "--json", articles+"/empty.txt", articles+"/empty.txt")
	assert.Contains(t, out, `"passages":[]}`)
}

func TestCompareCountsShinglesOfK(t *testing.T) {
	a, b := articles+"/en-brief-morning.txt", articles+"/en-brief-evening.txt"
	of := func(args ...string) lines.Comparison {
		return parsed[lines.Comparison](t, must(t, "", append([]string{"compare", "--json", a, b}, args...)...))[0]
	}
	assert.Greater(t, of("--k", "1").Jaccard, of().Jaccard)
	assert.Equal(t, of("--k", "1").Relation, of().Relation)
}

// Documents of the background tell a form from an article; those that are
// compared do not.
func TestCompareWithBackground(t *testing.T) {
	r := newRand(5)
	same := prose(r, 250)
	page := func(id string) map[string]any {
		return map[string]any{"id": id, "source": "gazette", "text": prose(r, 15) + "\n\n" + same}
	}
	var docs []map[string]any
	for i := range 24 {
		docs = append(docs, page(fmt.Sprint(i)))
	}
	dir := t.TempDir()
	few := write(t, dir, "few.jsonl", jsonl(t, docs[:2]...))
	half, rest := write(t, dir, "half.jsonl", jsonl(t, docs[:12]...)), write(t, dir, "rest.jsonl.gz", gzipped(t, jsonl(t, docs[12:]...)))
	p := jsonl(t, map[string]any{"n": 1, "a": docs[0], "b": docs[1]})
	relation := func(args ...string) string {
		return parsed[lines.Comparison](t, must(t, p, append([]string{"compare", "--pairs", "-"}, args...)...))[0].Relation
	}
	assert.Equal(t, "template", relation(), "other text above the same, on one site")
	elsewhere := strings.Replace(p, `"gazette"`, `"courier"`, 1)
	for _, args := range [][]string{nil, {"--background", few}} {
		out := must(t, elsewhere, append([]string{"compare", "--pairs", "-"}, args...)...)
		assert.Equal(t, "copy", parsed[lines.Comparison](t, out)[0].Relation, "%v", args)
	}
	assert.Equal(t, "template", relation("--background", half, "--background", rest))

	a, b := write(t, dir, "a.txt", docs[0]["text"].(string)), write(t, dir, "b.txt", docs[1]["text"].(string))
	assert.Contains(t, must(t, "", "compare", a, b), "copy, ")
	out := must(t, jsonl(t, docs...), "compare", "--background", "-", a, b)
	assert.Contains(t, out, "is on the pages of many articles")

	assert.Equal(t, exitUsage, call(t, p, "compare", "--pairs", "-", "--background", "-").code)
	assert.Equal(t, exitError, call(t, p, "compare", "--pairs", "-", "--background", dir+"/none.jsonl").code)
}

func TestComparePairs(t *testing.T) {
	article, page, other := text(t, "en-harbour-original.txt"), text(t, "en-harbour-page.txt"), text(t, "en-wire-courier.txt")
	ns := []string{`1`, `"1"`, `1.50`, `12345678901234567890`, `null`, `{"set":"<x>","n":[1]}`, `"é<"`}
	var in, want strings.Builder
	for i, n := range ns {
		b := []string{page, other}[i%2]
		p := jsonl(t, map[string]any{"a": map[string]any{"text": article, "id": "x"}, "b": map[string]any{"text": b, "url": 1, "site": nil, "published": "long ago"}})
		fmt.Fprintf(&in, `{"n":%s,%s`, n, p[1:])
		rel := []string{"excerpt", "unrelated"}[i%2]
		fmt.Fprintf(&want, "%s %s\n", n, rel)
	}
	dir := t.TempDir()
	plain := must(t, "", "compare", "--pairs", write(t, dir, "p.jsonl", in.String()))
	var got strings.Builder
	for raw := range strings.Lines(plain) {
		assert.Equal(t, append([]string{"n"}, compareKeys...), keys(t, raw))
		l := parsed[lines.Comparison](t, raw)[0]
		n, _, ok := strings.Cut(strings.TrimPrefix(raw, `{"n":`), `,"relation"`)
		require.True(t, ok)
		fmt.Fprintf(&got, "%s %s\n", n, l.Relation)
	}
	assert.Equal(t, want.String(), got.String())

	assert.Equal(t, plain, must(t, "", "compare", "--pairs", write(t, dir, "p.jsonl.gz", gzipped(t, in.String()))))
	assert.Equal(t, plain, must(t, "", "compare", "--pairs", write(t, dir, "p.jsonl.zst", zstandard(t, in.String()))))
	assert.Equal(t, plain, must(t, in.String(), "compare", "--pairs", "-"))

	without := must(t, `{"a":{"text":"x"},"b":{"text":"y"}}`, "compare", "--pairs", "-")
	assert.Equal(t, compareKeys, keys(t, without))
	assert.Empty(t, must(t, "", "compare", "--pairs", "-"))
}

func TestComparePairsThatAreBad(t *testing.T) {
	for line, want := range map[string]string{
		`{"n":1,"a":`:                              "unexpected end",
		`{"n":1,"a":{"text":"x"}}`:                 `want "a" and "b"`,
		`{"n":1,"a":{"text":"x"},"b":null}`:        `want "a" and "b"`,
		`{"n":1,"a":{"text":5},"b":{"text":"x"}}`:  "cannot unmarshal number",
		`{"n":1,"a":"x","b":"y"}`:                  "cannot unmarshal string",
		`[{"text":"x"},{"text":"y"}]`:              "cannot unmarshal array",
		`{"a":{"text":"x"},"b":{"text":"y"}} more`: "invalid character",
	} {
		path := write(t, t.TempDir(), "p.jsonl", `{"n":0,"a":{"text":"x"},"b":{"text":"y"}}`+"\n"+line+"\n")
		r := call(t, "", "compare", "--pairs", path)
		assert.Equal(t, exitError, r.code, line)
		assert.Contains(t, r.err, path+":2: ", line)
		assert.Contains(t, r.err, want, line)
		assert.NotContains(t, r.out, "{\"n\":1", line)
	}
}
