package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/tuning"
)

func newTune() *cobra.Command {
	var s settings
	var size int
	cmd := &cobra.Command{
		Use:   "tune [flags] INPUT...",
		Short: "Recommend a preset, from a sample of the input",
		Long: `Tune looks at a sample of the input: how alike its documents are, and what each
preset would find among them and cost. It prints JSON lines, or a table of each kind:

  {"documents","sampled"}
  {"k","from","to","pairs"}      pairs whose smaller document shares from … to
                                 with the other, in shingles of k words
  {"preset","pairs","clusters","clustered","largest","candidates","entries",
   "rows","bands","recall"}      for each preset: matching pairs; clusters of two
                                 or more, the documents in them, and the size of
                                 the largest; candidates verified and index
                                 entries per document; the LSH bands and their
                                 recall at the preset's similarity
  {"recommend","why"}            the preset that suits the input

A sample of n out of m documents holds about (n/m)² of the pairs.`,
		Example: `  reprint tune scans.jsonl.gz
  reprint tune --sample 20000 crawl.jsonl.gz`,
		Args: inputs(0, aboutInput),
		RunE: func(cmd *cobra.Command, args []string) error {
			if size < 2 {
				return fmt.Errorf("%w: --sample is %d, want 2 or more documents", errUsage, size)
			}
			if s.threads < 1 {
				return fmt.Errorf("%w: --threads is %d, want 1 or more", errUsage, s.threads)
			}
			in := s.input(cmd, args)
			docs, total, err := tuning.Sample(cmd.Context(), in.Documents(), size)
			if err != nil {
				return err
			}
			in.Report()
			if len(docs) == 0 {
				return errors.New("there is no document to look at")
			}
			out := newOutput(cmd)
			if err := tuning.Tune(cmd.Context(), docs, total, s.threads, out.write); err != nil {
				return err
			}
			return out.flush()
		},
	}
	s.readFlags(cmd.Flags())
	cmd.Flags().IntVar(&size, "sample", 5000, "`number` of documents to look at")
	return cmd
}
