package main

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/store"
)

// removedAtOnce is how many documents are removed by one commit.
const removedAtOnce = 10_000

func newDBRemove() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "remove DIR [ID...]",
		Short: "Remove documents and their texts",
		Long: `Remove removes the documents named, and says on standard error how many there
were, and which were not there: then the exit status is 1. They are removed by up to
10,000 at once, all of these or none.`,
		Example: `  reprint db remove news.reprint article-17 article-23
  reprint db remove news.reprint --ids withdrawn.txt`,
		Args: folder(0, -1, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) > 1) == (path != "") {
				return fmt.Errorf("%w: want ids, or --ids FILE", errUsage)
			}
			ids := func(yield func(string, error) bool) {
				for _, id := range args[1:] {
					if !yield(id, nil) {
						return
					}
				}
			}
			if path != "" {
				f, err := input.Open(path, cmd.InOrStdin())
				if err != nil {
					return err
				}
				defer f.Close()
				ids = func(yield func(string, error) bool) {
					for l, err := range input.Lines(f, input.LongestKept) {
						if err != nil {
							err = fmt.Errorf("%s:%d: %w", path, l.N, err)
						}
						if !yield(string(l.Text), err) || err != nil {
							return
						}
					}
				}
			}
			return change(cmd, args[0], store.Options{}, func(s *store.Store) error { return remove(cmd, s, ids) })
		},
	}
	cmd.Flags().StringVar(&path, "ids", "", "remove the documents that this `file` names, an id a line\n(- for standard input)")
	return cmd
}

func remove(cmd *cobra.Command, s *store.Store, ids iter.Seq2[string, error]) error {
	removed, missing := 0, 0
	defer func() { cmd.PrintErrf("reprint: documents removed: %d\n", removed) }()
	var batch []string
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		n, err := s.RemoveAll(cmd.Context(), slices.Values(batch))
		removed += n
		batch = batch[:0]
		return err
	}
	for id, err := range ids {
		if err != nil {
			return err
		}
		if _, err := s.Document(id); errors.Is(err, store.ErrUnknown) {
			cmd.PrintErrf("reprint: not there: %q\n", id)
			missing++
			continue
		}
		if batch = append(batch, id); len(batch) == removedAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return errMissing(missing)
}
