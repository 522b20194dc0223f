package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompareInWords(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"en-harbour-original.txt", "en-harbour-original.txt", "copy: "},
		{"ar-tahliya-original.txt", "ar-tahliya-copy.txt", "copy: "},
		{"en-harbour-original.txt", "en-harbour-page.txt", "excerpt: "},
		{"en-brief-morning.txt", "en-brief-evening.txt", "revision: "},
		{"en-harbour-report-a.txt", "en-harbour-report-b.txt", "unrelated: "},
		{"en-grant-brass.txt", "en-grant-orchard.txt", "unrelated: "},
		{"empty.txt", "empty.txt", "unrelated: "},
	} {
		out := must(t, "", "compare", articles+"/"+c.a, articles+"/"+c.b)
		assert.True(t, strings.HasPrefix(out, c.want), "%s %s: %s", c.a, c.b, out)
		assert.Regexp(t, `\n\nJaccard similarity \d\.\d{3}\nof A in B          \d\.\d{3}\nof B in A          \d\.\d{3}\n$`, out)
	}
}

func TestCompareAsJSON(t *testing.T) {
	a, b := articles+"/en-harbour-original.txt", articles+"/en-harbour-page.txt"
	out := must(t, "", "compare", "--json", a, b)
	assert.Equal(t, []string{"relation", "jaccard", "containment_a", "containment_b"}, keys(t, out)[:4])
	l := parsed[compareLine](t, out)[0]
	inBoth, inA, inB := overlap(t, text(t, "en-harbour-original.txt"), text(t, "en-harbour-page.txt"))
	assert.InDelta(t, inBoth/(inA+inB-inBoth), l.Jaccard, 5e-5)
	assert.InDelta(t, inBoth/inA, l.ContainmentA, 5e-5)
	assert.InDelta(t, inBoth/inB, l.ContainmentB, 5e-5)

	back := parsed[compareLine](t, must(t, "", "compare", "--json", b, a))[0]
	assert.Equal(t, compareLine{Relation: l.Relation, Jaccard: l.Jaccard, ContainmentA: l.ContainmentB, ContainmentB: l.ContainmentA}, back)

	dir := t.TempDir()
	packed := write(t, dir, "page", text(t, "en-harbour-page.txt"))
	assert.Equal(t, out, must(t, "", "compare", "--json", a, packed), "any name will do")
	packed = write(t, dir, "page.gz", gzipped(t, text(t, "en-harbour-page.txt")))
	assert.Equal(t, out, must(t, "", "compare", "--json", a, packed))
	packed = write(t, dir, "page.txt.zst", zstandard(t, text(t, "en-harbour-page.txt")))
	assert.Equal(t, out, must(t, "", "compare", "--json", a, packed))
	assert.Equal(t, out, must(t, text(t, "en-harbour-page.txt"), "compare", "--json", a, "-"))
}

func TestCompareObeysItsFlags(t *testing.T) {
	a, b := articles+"/en-brief-morning.txt", articles+"/en-brief-evening.txt"
	for args, want := range map[string]string{
		"":                  "revision",
		"--preset strict":   "unrelated",
		"--containment .99": "unrelated",
		"--jaccard .9":      "unrelated",
		"--k 1":             "copy",
	} {
		l := parsed[compareLine](t, must(t, "", append([]string{"compare", "--json", a, b}, strings.Fields(args)...)...))[0]
		assert.Equal(t, want, l.Relation, args)
	}
}

func TestComparePairs(t *testing.T) {
	article, page, other := text(t, "en-harbour-original.txt"), text(t, "en-harbour-page.txt"), text(t, "en-wire-courier.txt")
	ns := []string{`1`, `"1"`, `1.50`, `12345678901234567890`, `null`, `{"set":"<x>","n":[1]}`, `"é<"`}
	var in, want strings.Builder
	for i, n := range ns {
		b := []string{page, other}[i%2]
		p := jsonl(t, map[string]any{"a": map[string]any{"text": article, "id": "x"}, "b": map[string]any{"text": b, "url": 1}})
		fmt.Fprintf(&in, `{"n":%s,%s`, n, p[1:])
		rel := []string{"excerpt", "unrelated"}[i%2]
		fmt.Fprintf(&want, "%s %s\n", n, rel)
	}
	dir := t.TempDir()
	plain := must(t, "", "compare", "--pairs", write(t, dir, "p.jsonl", in.String()))
	var got strings.Builder
	for raw := range strings.Lines(plain) {
		assert.Equal(t, []string{"n", "relation", "jaccard", "containment_a", "containment_b"}, keys(t, raw)[:5])
		l := parsed[compareLine](t, raw)[0]
		n, _, ok := strings.Cut(strings.TrimPrefix(raw, `{"n":`), `,"relation"`)
		require.True(t, ok)
		fmt.Fprintf(&got, "%s %s\n", n, l.Relation)
	}
	assert.Equal(t, want.String(), got.String())

	assert.Equal(t, plain, must(t, "", "compare", "--pairs", write(t, dir, "p.jsonl.gz", gzipped(t, in.String()))))
	assert.Equal(t, plain, must(t, "", "compare", "--pairs", write(t, dir, "p.jsonl.zst", zstandard(t, in.String()))))
	assert.Equal(t, plain, must(t, in.String(), "compare", "--pairs", "-"))

	without := must(t, `{"a":{"text":"x"},"b":{"text":"y"}}`, "compare", "--pairs", "-")
	assert.Equal(t, []string{"relation", "jaccard", "containment_a", "containment_b"}, keys(t, without)[:4])
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
