package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

func newDBRepair() *cobra.Command {
	return &cobra.Command{
		Use:   "repair DIR",
		Short: "Make a damaged folder anew from what can be read of it",
		Long: `Repair copies the documents that can be read into a new folder, and builds the index
from them anew. When the new folder is complete, checked and on disk, it takes the
place of the other, which is kept beside it as DIR.damaged: delete it when you need it
no more. Repair takes as much room again, and as long as adding the documents.

It prints a line for each document, text or record that is gone, the first 1,000. The
exit status is 1 if there is any. As documents that were removed leave no trace,
clusters may be others than before; so the feed begins anew.`,
		Example: `  reprint db repair news.reprint`,
		Args:    folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := keyOf(cmd.Flags())
			if err != nil {
				return err
			}
			r, err := store.Repair(cmd.Context(), args[0], store.Options{Detector: reprint.Options{Key: key}})
			if err != nil {
				return usageOf(err)
			}
			for _, p := range r.Gone {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), strings.ReplaceAll(p.Error(), "\n", " ")); err != nil {
					return err
				}
			}
			cmd.PrintErrf("reprint: %d documents, and what was there before is in %s\n", r.Documents, r.Original)
			if r.GoneCount > 0 {
				return fmt.Errorf("%w: records gone: %d", store.ErrCorrupt, r.GoneCount)
			}
			return nil
		},
	}
}
