package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/store"
)

func newDBCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR",
		Short: "Look for damage",
		Long: `Check reads all that the folder holds, texts included, and prints a line for each
problem that it finds, the first 1,000. The exit status is 1 if there is any.`,
		Example: `  reprint db check news.reprint`,
		Args:    folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return use(cmd, args[0], store.Options{ReadOnly: true, AcceptLoss: true}, func(s *store.Store) error {
				problems, err := s.Check(cmd.Context())
				for _, p := range problems {
					if _, err := fmt.Fprintln(cmd.OutOrStdout(), strings.ReplaceAll(p.Error(), "\n", " ")); err != nil {
						return err
					}
				}
				if err != nil {
					return err
				}
				if len(problems) > 0 {
					return fmt.Errorf("%w: problems found: %d", store.ErrCorrupt, len(problems))
				}
				cmd.PrintErrf("reprint: %d documents, nothing wrong\n", s.Len())
				return nil
			})
		},
	}
}
