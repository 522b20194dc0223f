package main

import (
	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/store"
)

func newDBEvents() *cobra.Command {
	var from uint64
	cmd := &cobra.Command{
		Use:   "events DIR",
		Short: "Print what was added and removed, and how the clusters changed",
		Long: `Events prints a line for each document that was added, updated or removed or that
expired, in the order in which it was, up to the last:

  {"position","time","action","id","events"}

events are how the clusters changed by it: {"event","id","from","cluster"}. The
first is the one of position 1; some million are kept. Who follows them remembers
the last position, and asks from the next one on.`,
		Example: `  reprint db events news.reprint
  reprint db events news.reprint --from 120001`,
		Args: folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return look(cmd, args[0], func(s *store.Store) error {
				out := newOutput(cmd)
				for c, err := range s.Events(cmd.Context(), from) {
					if err != nil {
						return err
					}
					if out.write(c); out.err != nil {
						break
					}
				}
				return out.flush()
			})
		},
	}
	cmd.Flags().Uint64Var(&from, "from", 1, "the `position` to begin with")
	return cmd
}
