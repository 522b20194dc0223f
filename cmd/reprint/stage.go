package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cluster/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/dedup"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/stages"
)

func newStage() *cobra.Command {
	var s settings
	var facts []string
	var keep string
	cmd := &cobra.Command{
		Use:   "stage NAME [flags]",
		Short: "Run one stage of a batch, as an engine such as Apache Spark calls it",
		Long: `Stage runs one stage of a batch over the rows of standard input, and writes rows to
standard output. Both are streams of Apache Arrow (IPC, not compressed) with the
columns

  k int64, o int64, v binary

Engines call it: the job in the folder spark runs it in each task, and package batch says
what the stages are. Rows with one k have to be in one task, sorted by k, o and v (by its
bytes, unsigned). What one machine clusters without an engine, reprint cluster does.

A stream that has no mark of its end was broken off, and is an error, as is a row
that the stage cannot read; the error names the row. What was written by then has no
mark of its end either.

Of stages that read documents (read, clean, tell), a value is where a document was, a zero
byte and the document in JSON. Flags say the same to all stages of a batch. --keep, as of
reprint dedup, is for the stage keep.`,
		Example: `  reprint stage clean --facts kept.arrow < texts.arrow > rows.arrow`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%w: want the name of a stage", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, ok := cmd.OutOrStdout().(*output.Terminal); ok && cmd.Flag("output").Value.String() == "" {
				return fmt.Errorf("%w: a stream of Arrow is not for a terminal", errUsage)
			}
			rule, err := dedup.NewRule(keep)
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			job, err := s.newJob(cmd, stages.Wanted{Keep: rule})
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			job = job.WithComponents(batch.Components{Memory: s.memory})
			known := new(batch.Facts)
			stage, err := job.Stage(args[0], known)
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			for _, file := range facts {
				if err := stages.AddFacts(known, file); err != nil {
					return err
				}
			}
			return sayTo(cmd, func(w io.Writer) error {
				return stages.Run(cmd.Context(), stage, cmd.InOrStdin(), w)
			})
		},
	}
	s.flags(cmd)
	keepFlag(cmd.Flags(), &keep)
	bytesVar(cmd.Flags(), &s.memory, "memory", 0, "keep what is read of the documents of one connected set of\nmatches within this `size`, and the rest in a temporary\nfile (default: 256MiB); the rows written are the same")
	cmd.Flags().StringArrayVar(&facts, "facts", nil, "`file` of facts, a stream of rows that another stage has\nwritten; several are named one by one")
	return cmd
}
