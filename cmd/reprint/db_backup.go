package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/store"
)

func newDBBackup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup DIR OUT",
		Short: "Copy a folder, also one that another process writes",
		Long: `Backup copies the folder as it is at one moment into the folder OUT, which is not there
yet or is empty, also while "reprint serve" or another program writes in it. All that was
on disk when it began is in the copy, which appears when it is complete and on disk.

On the same file system the copy shares the files of the other (do not change their
modes), and takes room as these are replaced there. For a copy that outlives the disk
name an OUT on another one. The copy
is a folder like any other: it can be read, checked and written. A key that the folder was
made with is not needed, but is to use the copy.`,
		Example: `  reprint db backup news.reprint /backup/news-2026-11-26
  reprint db check /backup/news-2026-11-26`,
		Args: folder(1, 1, "the folder, and one for the copy"),
		RunE: func(cmd *cobra.Command, args []string) error {
			position, err := store.Backup(cmd.Context(), args[0], args[1], store.Options{})
			if err != nil {
				return lossHint(args[0], usageOf(err))
			}
			cmd.PrintErrf("reprint: %s is %s as of position %d\n", args[1], args[0], position)
			return nil
		},
	}
}

// openCopy opens a copy of a store that another process writes.
func openCopy(cmd *cobra.Command, dir string, o store.Options) (*store.Store, error) {
	s, err := store.OpenCopy(cmd.Context(), dir, o)
	if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w: %s: a copy of it cannot be made beside it; see reprint db backup: %w", store.ErrLocked, dir, err)
	}
	if err != nil {
		return nil, lossHint(dir, usageOf(err))
	}
	n, err := s.Stats()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	cmd.PrintErrf("reprint: the store is open elsewhere: reading it as of position %d\n", n.Position)
	return s, nil
}
