package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	provenance "github.com/cbb30ed1/reprint/origin"
)

func readCorpus(path string, c *provenance.Corpus) error {
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, c)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func saveCorpus(cmd *cobra.Command, path string, c *provenance.Corpus) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return output.WriteFile(path, cmd.OutOrStdout(), func(w io.Writer) error {
		_, err := w.Write(append(b, '\n'))
		return err
	})
}

// showCorpus prints what a corpus knows: a line for each clock, each pair of owners of
// which one leads the other, and each name that was learned.
func showCorpus(out *answer, c *provenance.Corpus) error {
	for _, owner := range slices.Sorted(maps.Keys(c.Sites)) {
		out.write(struct {
			Owner string `json:"owner"`
			Clock string `json:"clock"`
			Times int    `json:"times"`
		}{owner, c.Clock(owner).String(), len(c.Sites[owner].Times)})
	}
	for _, pair := range slices.Sorted(maps.Keys(c.Leads)) {
		a, b, _ := strings.Cut(pair, "\t")
		n := c.Leads[pair]
		if n[1] > n[0] {
			a, b, n[0], n[1] = b, a, n[1], n[0]
		}
		out.write(struct {
			Leader   string  `json:"leader"`
			Follower string  `json:"follower"`
			Leads    float64 `json:"leads"`
			Follows  float64 `json:"follows"`
		}{a, b, lines.Round(n[0]), lines.Round(n[1])})
	}
	for _, s := range c.Names() {
		out.write(s)
	}
	return out.flush()
}
