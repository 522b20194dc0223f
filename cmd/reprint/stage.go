package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/batch"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/rows"
)

func newStage(stages []batch.Stage) *cobra.Command {
	var names []string
	for _, s := range stages {
		names = append(names, s.Name)
	}
	return &cobra.Command{
		Use:   "stage NAME",
		Short: "Run one stage of a batch, as an engine such as Apache Spark calls it",
		Long: `Stage runs one stage of a batch over the rows of standard input, and writes rows to
standard output. Both are streams of Apache Arrow (IPC, not compressed) with the
columns

  k int64, o int64, v binary

Engines call it: the job in the folder spark runs it in each task. Rows with one k
have to be in one task, sorted by k, o and v (by its bytes, unsigned).

A stream that has no mark of its end was broken off, and is an error, as is a row
that the stage cannot read; the error names the row. What was written by then has no
mark of its end either.

The stages are ` + strings.Join(names, ", ") + `.`,
		Example:   `  reprint stage ` + strings.Join(names[:min(1, len(names))], "") + ` < rows.arrow > more.arrow`,
		ValidArgs: names,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(names, args[0]) {
				return fmt.Errorf("%w: want the name of a stage: %s", errUsage, strings.Join(names, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, ok := cmd.OutOrStdout().(*output.Terminal); ok && cmd.Flag("output").Value.String() == "" {
				return fmt.Errorf("%w: a stream of Arrow is not for a terminal", errUsage)
			}
			stage := stages[slices.Index(names, args[0])]
			return sayTo(cmd, func(w io.Writer) error {
				return runStage(cmd.Context(), stage, cmd.InOrStdin(), w)
			})
		},
	}
}

// runStage runs a stage over a stream of rows.
func runStage(ctx context.Context, s batch.Stage, from io.Reader, to io.Writer) error {
	in, out := rows.NewReader(from), rows.NewWriter(to)
	var at batch.Row
	err := s.Run(ctx, func(yield func(batch.Row, error) bool) {
		for row, err := range in.Rows() {
			at = row
			if !yield(row, err) {
				return
			}
		}
	}, out.Write)
	if err == nil {
		for range in.Rows() { // which the stage did not want; whether they are whole matters still
		}
		err = in.Err()
	}
	switch {
	case err == nil:
		return out.Close()
	case ctx.Err() != nil:
		return ctx.Err()
	case in.Err() != nil:
		return fmt.Errorf("stage %s: %w", s.Name, in.Err())
	case in.N() == 0:
		return fmt.Errorf("stage %s: before the first row: %w", s.Name, err)
	}
	return fmt.Errorf("stage %s: at row %d (k %d, o %d): %w", s.Name, in.N(), at.Key, at.Order, err)
}
