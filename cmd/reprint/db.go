package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/store"
)

func newDB() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "db",
		Short: "Look at the documents that --db keeps, remove some, check them",
		Long: `Db is about a folder of documents that "reprint cluster --db", "reprint pairs --db"
or the library has made. One process at a time can write in it. Commands that only
look work beside that, such as beside "reprint serve": they read a copy of the folder as
it is at that moment. It is made in a few milliseconds in a folder DIR.copy-… beside it,
shares its files, and is deleted in the end.`,
		Example: `  reprint db list news.reprint > clusters.jsonl
  reprint db stats news.reprint
  reprint db expire news.reprint --older-than 30d`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	cmd.SuggestionsMinimumDistance = 2
	keyFlag(cmd.PersistentFlags())
	cmd.AddCommand(newDBStats(), newDBList(), newDBText(), newDBEvents(), newDBCheck(), newDBBackup(), newDBRepair(), newDBAcceptLoss(), newDBClock(), newDBRemove(), newDBExpire())
	return cmd
}

// folder demands the folder of a store, and so many arguments more at the least
// and at the most, -1 for any number.
func folder(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if more := len(args) - 1; more < least || most >= 0 && more > most {
			return fmt.Errorf("%w: want %s", errUsage, what)
		}
		return nil
	}
}

// look calls f with the store in a folder, in which it changes nothing, or with a copy of
// it where another process writes.
func look(cmd *cobra.Command, dir string, f func(s *store.Store) error) error {
	return use(cmd, dir, store.Options{ReadOnly: true}, f)
}

// change calls f with the store in a folder. It makes none.
func change(cmd *cobra.Command, dir string, o store.Options, f func(s *store.Store) error) error {
	files, err := os.ReadDir(dir)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s is empty", dir)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrNotStore, err)
	}
	return use(cmd, dir, o, f)
}

// lossHint says which command accepts a loss that can be.
func lossHint(dir string, err error) error {
	if errors.Is(err, store.ErrLost) && strings.Contains(err.Error(), "AcceptLoss") {
		return fmt.Errorf("%w (reprint db accept-loss %s)", err, dir)
	}
	return err
}

// use calls f with the store in a folder, opened with the key of the flags.
func use(cmd *cobra.Command, dir string, o store.Options, f func(s *store.Store) error) (err error) {
	if o.Detector.Key, err = keyOf(cmd.Flags()); err != nil {
		return err
	}
	s, err := openStore(dir, o)
	if o.ReadOnly && errors.Is(err, store.ErrLocked) {
		s, err = openCopy(cmd, dir, o)
	}
	if err != nil {
		return err
	}
	err = f(s)
	if closing := s.Close(); err == nil {
		err = closing
	}
	return err
}
