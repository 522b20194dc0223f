package main

import (
	"errors"
	"fmt"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/eval"
	"github.com/cbb30ed1/reprint/passage"
)

// evalPassages aligns the shortest document of each cluster of labels, the
// first by id of several, with all others of the cluster.
func evalPassages(in *input.Reader, labels map[string]string) (eval.PassageScores, error) {
	var none eval.PassageScores
	var order []string
	clusters := map[string][]reprint.Document{}
	read := 0
	for doc, err := range in.Documents() {
		if err != nil {
			return none, err
		}
		name, ok := labels[doc.ID]
		if !ok {
			continue
		}
		read++
		c := clusters[name]
		if c == nil {
			order = append(order, name)
		}
		c = append(c, doc)
		if n := len(c) - 1; shorter(c[n], c[0]) {
			c[0], c[n] = c[n], c[0]
		}
		clusters[name] = c
	}
	if read < len(labels) {
		return none, fmt.Errorf("labels without a document: %d", len(labels)-read)
	}
	var p eval.Passages
	var a passage.Aligner
	var found passage.Alignment
	for _, name := range order {
		c := clusters[name]
		for _, page := range c[1:] {
			a.Align(&found, page.Text, c[0].Text)
			inPage := ranges(&found)
			a.Align(&found, c[0].Text, page.Text)
			p.Add(c[0].Text, page.Text, ranges(&found), inPage)
		}
	}
	s := p.Scores()
	if s.Pairs == 0 {
		return none, errors.New("no two documents have the same label")
	}
	return s, nil
}

func shorter(a, b reprint.Document) bool {
	if len(a.Text) != len(b.Text) {
		return len(a.Text) < len(b.Text)
	}
	return a.ID < b.ID
}

// ranges returns the passages in the first text.
func ranges(found *passage.Alignment) []eval.Range {
	var out []eval.Range
	for _, p := range found.Passages {
		out = append(out, eval.Range(p.A))
	}
	return out
}
