package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

func newDBList() *cobra.Command {
	return &cobra.Command{
		Use:   "list DIR [ID...]",
		Short: "Print which documents carry the same article",
		Long: `List prints a line for each document of the folder, or for those named, in the
form of "reprint cluster". The clusters come in the order of publication of their
canonical documents, and the canonical document comes first in each. Where one that
is named is not there the exit status is 1.`,
		Example: `  reprint db list news.reprint > clusters.jsonl
  reprint db list news.reprint article-17 article-23`,
		Args: folder(0, -1, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return look(cmd, args[0], func(s *store.Store) error {
				out := newOutput(cmd)
				var err error
				if len(args) > 1 {
					err = listSome(cmd, s, args[1:], out)
				} else {
					err = listAll(cmd, s, out)
				}
				if failed := out.flush(); err == nil {
					err = failed
				}
				return err
			})
		},
	}
}

func listAll(cmd *cobra.Command, s *store.Store, out *answer) error {
	for c, err := range s.Clusters() {
		if err == nil {
			err = cmd.Context().Err()
		}
		if err == nil {
			err = out.err
		}
		if err != nil {
			return err
		}
		for _, m := range c.Members {
			out.write(lines.PlaceOf(c, m).Line())
		}
	}
	return nil
}

func listSome(cmd *cobra.Command, s *store.Store, ids []string, out *answer) error {
	missing := 0
	for _, id := range ids {
		c, err := s.Cluster(id)
		if errors.Is(err, store.ErrUnknown) {
			cmd.PrintErrf("reprint: not there: %q\n", id)
			missing++
			continue
		}
		if err != nil {
			return err
		}
		out.write(lines.PlaceAmong(c, id, map[string]lines.Place{}).Line())
	}
	return errMissing(missing)
}

// errMissing is the error about documents that were named and are not there, nil
// where there are none.
func errMissing(n int) error {
	if n == 0 {
		return nil
	}
	return fmt.Errorf("documents named that are not there: %d", n)
}
