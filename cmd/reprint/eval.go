package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/origins"
	"github.com/cbb30ed1/reprint/eval"
)

func newEval() *cobra.Command {
	var s settings
	var labels string
	var passages, whose bool
	var view, plot string
	cmd := &cobra.Command{
		Use:   "eval --labels FILE [flags] INPUT...",
		Short: "Score the clusters against labels",
		Long: `Eval clusters the input and compares the clusters with labels, JSON lines
{"id","cluster"}. Documents without a label are clustered but not scored; a label
without a document is an error. It prints a line

  {"documents","clusters_wanted","clusters_found","precision","recall","f1",
   "b3_precision","b3_recall","b3","ari"}

precision, recall and f1 count pairs of documents in one cluster; b3 is B-cubed
(Bagga and Baldwin 1998); ari is the adjusted Rand index (Hubert and Arabie
1985), 1 for a perfect result and 0 for one by chance.

With --passages it looks for passages instead, shared by the shortest document
of each cluster of the labels and each other one, as an article and the pages
that it is on, and prints a line

  {"pairs","precision","precision_median","recall","recall_median"}

by letters: how much of the passages in the page is in the article, and how much
of what the page has of the article is in passages. Shared is a letter in a row
of 32 that both texts have.

With --origin the labels are lines {"pair" or "cluster","accept":[…]} with the answers that are
right, and INPUT is what reprint origin printed for them. It prints a line

  {"questions","answered","accuracy","ece","coverage_98"}

ece is the calibration error over ten bins, coverage_98 the largest share of the answers, the
surest first, of which 98 % are right. --plot FILE.svg draws how often answers of each
probability were right.`,
		Example: `  reprint eval --labels labels.jsonl articles/
  reprint eval --labels crawl.jsonl.gz crawl.jsonl.gz    (each line has "cluster" too)`,
		Args: inputs(0, aboutInput),
		RunE: func(cmd *cobra.Command, args []string) error {
			if labels == "" {
				return fmt.Errorf("%w: want --labels FILE", errUsage)
			}
			if whose {
				scores, err := origins.Eval(cmd.InOrStdin(), labels, view, args, plot)
				if err != nil {
					return err
				}
				out := newOutput(cmd)
				out.write(scores)
				return out.flush()
			}
			s.options.MaxMatches = 1
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			want, err := readLabels(labels, cmd.InOrStdin())
			if err != nil {
				return err
			}
			in := s.input(cmd, args)
			if passages {
				scores, err := evalPassages(in, want)
				if err != nil {
					return fmt.Errorf("%s: %w", labels, err)
				}
				in.Report()
				out := newOutput(cmd)
				out.write(scores)
				return out.flush()
			}
			if err := readAll(cmd.Context(), d, in, s.batch()); err != nil {
				return err
			}
			got := map[string]string{}
			for c := range d.Clusters() {
				for _, m := range c.Members {
					got[m.ID] = c.ID
				}
			}
			scores, err := eval.Clusters(want, got)
			if err != nil {
				return fmt.Errorf("%s: %w", labels, err)
			}
			if scores.Documents == 0 {
				return fmt.Errorf("%s: no document has a label", labels)
			}
			in.Report()
			out := newOutput(cmd)
			out.write(scores)
			return out.flush()
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&labels, "labels", "", "`file` of JSON lines with id and cluster (.gz and .zst too), or -")
	cmd.Flags().BoolVar(&passages, "passages", false, "score passages rather than clusters")
	cmd.Flags().BoolVar(&whose, "origin", false, "score what reprint origin printed")
	cmd.Flags().StringVar(&view, "view", "", "with --origin: `name` of a view, by the labels' \"accept_by_view\"")
	cmd.Flags().StringVar(&plot, "plot", "", "with --origin: `file` to draw a reliability plot to (SVG)")
	return cmd
}

func readLabels(path string, stdin io.Reader) (map[string]string, error) {
	r, err := input.Open(path, stdin)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	labels, err := eval.ReadLabels(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return labels, nil
}
