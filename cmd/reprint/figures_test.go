package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/eval"
)

// The figures of quality in README.md are what the commands print today.
func TestReadmeFigures(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	// row returns the cells of the first row that begins so, behind a heading.
	row := func(t *testing.T, behind, begin string) []string {
		_, rest, ok := strings.Cut(string(text), behind)
		require.True(t, ok, behind)
		for line := range strings.Lines(rest) {
			if cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|"); strings.HasPrefix(strings.TrimSpace(cells[0]), begin) {
				for i := range cells {
					cells[i] = strings.TrimSpace(cells[i])
				}
				return cells
			}
		}
		require.Fail(t, "no row", "%q behind %q", begin, behind)
		return nil
	}
	figure := func(v float64) string {
		if v == 1 {
			return "1.000"
		}
		return strings.TrimPrefix(fmt.Sprintf("%.4f", v), "0")
	}
	for begin, args := range map[string]string{
		"2,869 extractions":           "scraped-pages.jsonl.gz",
		"the same, `--samples-only`":  "--samples-only scraped-pages.jsonl.gz",
		"421 articles cleaned":        "article-in-page.jsonl.gz",
		"1,680 scans":                 "--preset noisy ocr.jsonl.gz",
		"the same, default settings":  "ocr.jsonl.gz",
		"the same, `--by-figures` | ": "--by-figures ocr.jsonl.gz",
	} {
		t.Run(args, func(t *testing.T) {
			words := strings.Fields(args)
			path := data(t, words[len(words)-1])
			r := must(t, "", append(append([]string{"eval", "--labels", path}, words[:len(words)-1]...), path)...)
			var got struct{ ARI, Precision, Recall float64 }
			require.NoError(t, json.Unmarshal([]byte(r), &got))
			cells := row(t, "labels.jsonl.gz pages.jsonl.gz", strings.TrimSuffix(begin, " | "))
			assert.Equal(t, []string{figure(got.ARI), figure(got.Precision), figure(got.Recall)}, cells[1:4])
		})
	}
	grouped := func(n int) string {
		if n < 1000 {
			return fmt.Sprint(n)
		}
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	}
	for set, begins := range map[string][2]string{
		"news-de": {"13,523 German articles of 20 papers", "13,523 German articles"},
		"news-ar": {"15,042 Arabic articles of 14 papers", "15,042 Arabic articles"},
		// The third table has it, the second has not.
		"reuters-21578": {"", "21,578 stories"},
	} {
		t.Run(set, func(t *testing.T) {
			f, err := input.Open(data(t, set+".pairs.tsv.gz"), nil)
			require.NoError(t, err)
			defer f.Close()
			listed, err := eval.ReadPairs(f)
			require.NoError(t, err)
			recall := func(found func(a, b string) bool) (cells []string) {
				for _, r := range eval.PairRecall(listed, found) {
					cells = append(cells, grouped(r.Found)+" of "+grouped(r.Pairs))
				}
				return cells
			}
			pairs := parsed[lines.Pair](t, must(t, "", "pairs", data(t, set+".jsonl.gz")))
			found := map[[2]string]bool{}
			for _, l := range pairs {
				found[[2]string{min(l.A, l.B), max(l.A, l.B)}] = true
			}
			if begins[0] != "" {
				cells := row(t, "Pairs found, of those", begins[0])
				assert.Equal(t, recall(func(a, b string) bool { return found[[2]string{min(a, b), max(a, b)}] }), cells[1:4])
			}
			in := map[string]string{}
			for _, l := range parsed[struct{ ID, Cluster string }](t, must(t, "", "cluster", data(t, set+".jsonl.gz"))) {
				in[l.ID] = l.Cluster
			}
			one, apart := 0, 0
			for _, l := range pairs {
				if l.Relation != "derived" {
					one++
					if in[l.A] != in[l.B] {
						apart++
					}
				}
			}
			cells := row(t, "How `reprint cluster` joins them", begins[1])
			want := append(recall(func(a, b string) bool { return in[a] != "" && in[a] == in[b] }), grouped(apart)+" of "+grouped(one))
			assert.Equal(t, want, cells[1:5])
		})
	}
}
