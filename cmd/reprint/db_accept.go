package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/store"
)

func newDBAcceptLoss() *cobra.Command {
	return &cobra.Command{
		Use:   "accept-loss DIR",
		Short: "Go on without what has been lost",
		Long: `A folder from which something is gone that was once on disk, as it is known from its
file RECEIPT, is refused by all commands but check. Where there is no copy of it to
restore, accept-loss says what is gone and makes the rest usable again. Then see what
"reprint db check" says, and add again what is missing.`,
		Example: `  reprint db accept-loss news.reprint`,
		Args:    folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			none := func(*store.Store) error { return nil }
			err := look(cmd, args[0], none)
			if err == nil {
				cmd.PrintErrln("reprint: nothing is missing")
				return nil
			}
			if !errors.Is(err, store.ErrLost) {
				return err
			}
			cmd.PrintErrf("reprint: accepted: %v\n", err)
			return change(cmd, args[0], store.Options{AcceptLoss: true}, func(s *store.Store) error {
				cmd.PrintErrf("reprint: documents left: %d\n", s.Len())
				return nil
			})
		},
	}
}
