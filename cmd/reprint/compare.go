package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
)

func newCompare() *cobra.Command {
	var s settings
	var asJSON bool
	var pairs string
	cmd := &cobra.Command{
		Use:   "compare [flags] A B",
		Short: "Say how two texts relate",
		Long: `Compare prints the relation of two text files and what they share. With --json
it prints a line

  {"relation","jaccard","containment_a","containment_b"}

With --pairs it prints that line for each line {"n", "a":{"text":…},
"b":{"text":…}} of a file, with n given back.`,
		Example: `  reprint compare first.txt second.txt
  reprint compare --pairs pairs.jsonl.gz`,
		Args: func(_ *cobra.Command, args []string) error {
			if pairs == "" && len(args) != 2 || pairs != "" && len(args) != 0 {
				return fmt.Errorf("%w: want two files A and B, or --pairs FILE", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			if pairs != "" {
				return comparePairs(cmd.Context(), d, pairs, cmd.OutOrStdout())
			}
			var docs [2]reprint.Document
			for i, path := range args {
				if docs[i], err = readText(path, cmd.InOrStdin()); err != nil {
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
	s.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON")
	cmd.Flags().StringVar(&pairs, "pairs", "", "`file` of JSON lines with pairs of texts (.gz and .zst too)")
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

func readText(path string, stdin io.Reader) (reprint.Document, error) {
	var r io.Reader = stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return reprint.Document{}, err
		}
		defer f.Close()
		d, err := decompress(path, f)
		if err != nil {
			return reprint.Document{}, fmt.Errorf("%s: %w", path, err)
		}
		defer d.Close()
		r = d
	}
	text, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err == nil && len(text) > maxDocument {
		err = fmt.Errorf("more than %d MiB", maxDocument>>20)
	}
	if err != nil {
		return reprint.Document{}, fmt.Errorf("%s: %w", path, err)
	}
	return reprint.Document{ID: path, Text: string(text)}, nil
}

func comparePairs(ctx context.Context, d *reprint.Detector, path string, w io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := decompress(path, f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer r.Close()
	out := newOutput(w)
	type text struct {
		Text string `json:"text"`
		Site string `json:"site"`
	}
	dec := json.NewDecoder(r)
	for n := 1; ; n++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var p struct {
			N    json.RawMessage `json:"n"`
			A, B *text
		}
		if err := dec.Decode(&p); err == io.EOF {
			return out.flush()
		} else if err != nil {
			return fmt.Errorf("%s: pair %d: %w", path, n, err)
		}
		if p.A == nil || p.B == nil {
			return fmt.Errorf(`%s: pair %d: want "a" and "b"`, path, n)
		}
		l := comparison(d, reprint.Document{ID: "a", Text: p.A.Text}, reprint.Document{ID: "b", Text: p.B.Text})
		l.N = p.N
		out.write(l)
	}
}
