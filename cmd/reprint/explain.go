package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/show"
	"github.com/cbb30ed1/reprint/store"
)

func newExplain() *cobra.Command {
	var s settings
	var asJSON bool
	var db string
	cmd := &cobra.Command{
		Use:   "explain [flags] ID-A ID-B {INPUT... | --db DIR}",
		Short: "Say why two documents are together or apart",
		Long: `Explain clusters the input and says of two of its documents how they were found
to be candidates, what they share, what of that was boilerplate, and which
matches join them or what keeps them apart. The id of a file is its name; in a
folder, its path in it. With --json it prints the same as a line of JSON.`,
		Example: `  reprint explain a.txt b.txt articles/
  reprint explain --preset noisy 17 23 scans.jsonl.gz
  reprint explain 17 23 --db news.reprint`,
		Args: func(_ *cobra.Command, args []string) error {
			if db == "" && len(args) < 3 || db != "" && len(args) != 2 {
				return fmt.Errorf("%w: want two ids and an INPUT, or two ids and --db DIR", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if db != "" {
				return look(cmd, db, func(s *store.Store) error {
					e, err := s.Explain(args[0], args[1])
					if err != nil {
						return err
					}
					return explain(cmd, e, asJSON)
				})
			}
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			in := s.input(cmd, args[2:])
			if err := readAll(cmd.Context(), d, in, reprint.AddAllOptions{Threads: s.threads}); err != nil {
				return err
			}
			in.Report()
			e, err := d.Explain(args[0], args[1])
			if err != nil {
				return err
			}
			return explain(cmd, e, asJSON)
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&db, "db", "", "the documents in this `folder` rather than an INPUT")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON rather than words")
	return cmd
}

func explain(cmd *cobra.Command, e reprint.Explanation, asJSON bool) error {
	if asJSON || formatGiven(cmd) {
		out := newOutput(cmd)
		out.write(lines.ExplanationOf(e))
		return out.flush()
	}
	return sayTo(cmd, func(w io.Writer) error { return show.Explanation(w, e) })
}
