package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
)

func newCompare() *cobra.Command {
	var s settings
	var asJSON bool
	var pairs string
	cmd := &cobra.Command{
		Use:   "compare [flags] {A B | --pairs FILE}",
		Short: "Say how two texts relate",
		Long: `Compare prints how two texts relate, and how much they share. A and B are files
of plain text (.gz and .zst too), or - for standard input. They are one of

  copy       the same article, with small edits
  excerpt    one is a shortened or embedded piece of the other
  revision   two versions of one article
  unrelated  they share too little to be one article

With --json it prints a line

  {"relation","jaccard","containment_a","containment_b"}

containment_a is the share of the shingles of A (words in a row) that B has,
containment_b the share of those of B that A has. With --pairs it prints that
line for each line {"n", "a":{"text":…}, "b":{"text":…}} of FILE, in order, with
n given back.

Two texts by themselves do not tell what is boilerplate of their sites; explain
knows it from a collection.`,
		Example: `  reprint compare first.txt second.txt
  reprint compare --json first.txt page.txt.gz
  reprint compare --pairs pairs.jsonl.gz`,
		Args: func(_ *cobra.Command, args []string) error {
			if pairs == "" && len(args) != 2 || pairs != "" && len(args) != 0 {
				return fmt.Errorf("%w: want two files A and B, or --pairs FILE", errUsage)
			}
			if pairs == "" && args[0] == "-" && args[1] == "-" {
				return fmt.Errorf("%w: standard input can be read only once", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			if pairs != "" {
				return comparePairs(cmd.Context(), d, pairs, cmd.InOrStdin(), cmd.OutOrStdout())
			}
			var docs [2]reprint.Document
			for i, path := range args {
				if docs[i], err = readFile(path, cmd.InOrStdin()); err != nil {
					return err
				}
			}
			l := comparison(d, docs[0], docs[1])
			if asJSON {
				out := newOutput(cmd.OutOrStdout())
				out.write(l)
				return out.flush()
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n\nJaccard similarity %.3f\nof A in B          %.3f\nof B in A          %.3f\n",
				describe(l.Relation), l.Jaccard, l.ContainmentA, l.ContainmentB)
			return err
		},
	}
	s.matchFlags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON rather than words")
	cmd.Flags().StringVar(&pairs, "pairs", "", "`file` of JSON lines with pairs of texts (.gz and .zst too), or -")
	return cmd
}

type compareLine struct {
	N            json.RawMessage `json:"n,omitempty"`
	Relation     string          `json:"relation"`
	Jaccard      float64         `json:"jaccard"`
	ContainmentA float64         `json:"containment_a"`
	ContainmentB float64         `json:"containment_b"`
}

func comparison(d *reprint.Detector, a, b reprint.Document) compareLine {
	m, ok := d.Match(a, b)
	l := compareLine{
		Relation: string(m.Relation), Jaccard: round(m.Jaccard),
		ContainmentA: round(m.ContainmentA), ContainmentB: round(m.ContainmentB),
	}
	if !ok {
		l.Relation = "unrelated"
	}
	return l
}

func describe(relation string) string {
	switch reprint.Relation(relation) {
	case reprint.Copy:
		return "copy: the same article, with small edits"
	case reprint.Excerpt:
		return "excerpt: one is a shortened or embedded piece of the other"
	case reprint.Revision:
		return "revision: two versions of one article"
	}
	return "unrelated: they share too little to be one article"
}

func readFile(path string, stdin io.Reader) (reprint.Document, error) {
	r, err := open(path, stdin, nil)
	if err != nil {
		return reprint.Document{}, err
	}
	defer r.Close()
	text, err := readText(r)
	if err != nil {
		return reprint.Document{}, fmt.Errorf("%s: %w", path, err)
	}
	return reprint.Document{ID: path, Text: text}, nil
}

func comparePairs(ctx context.Context, d *reprint.Detector, path string, stdin io.Reader, w io.Writer) error {
	r, err := open(path, stdin, nil)
	if err != nil {
		return err
	}
	defer r.Close()
	out := newOutput(w)
	type text struct {
		Text string `json:"text"`
	}
	for l, err := range lines(r, maxDocument) {
		var p struct {
			N    json.RawMessage `json:"n"`
			A, B *text
		}
		if err == nil {
			err = cmp.Or(ctx.Err(), json.Unmarshal(l.text, &p))
		}
		if err == nil && (p.A == nil || p.B == nil) {
			err = errors.New(`want "a" and "b"`)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, l.n, err)
		}
		c := comparison(d, reprint.Document{ID: "a", Text: p.A.Text}, reprint.Document{ID: "b", Text: p.B.Text})
		c.N = p.N
		if out.write(c); out.err != nil {
			return out.err
		}
	}
	return out.flush()
}
