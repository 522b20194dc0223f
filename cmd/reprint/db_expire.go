package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
	"github.com/cbb30ed1/reprint/store"
)

func newDBExpire() *cobra.Command {
	var before, by string
	var older time.Duration
	cmd := &cobra.Command{
		Use:   "expire DIR --before TIME | --older DURATION",
		Short: "Remove old documents and their texts",
		Long: `Expire removes the documents that were published before a time, those without a
date by when they arrived, and says on standard error how many there were. With
--by arrival it is the arrival for all.`,
		Example: `  reprint db expire news.reprint --older 720h
  reprint db expire news.reprint --before 2024-03-01 --by arrival`,
		Args: folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (before == "") == !cmd.Flags().Changed("older") {
				return fmt.Errorf("%w: want --before TIME or --older DURATION", errUsage)
			}
			end, err := when.Parser{}.Parse(before)
			if err != nil {
				return fmt.Errorf("%w: --before is %q, want a time such as 2024-03-01 or 2024-03-01T12:00:00Z", errUsage, before)
			}
			if before == "" {
				if older < 0 {
					return fmt.Errorf("%w: --older is %v, want none negative", errUsage, older)
				}
				end = time.Now().Add(-older)
			}
			o := store.Options{}
			if o.WindowBy, err = windowBy("--by", by); err != nil {
				return err
			}
			return change(args[0], o, func(s *store.Store) error {
				n, err := s.Expire(cmd.Context(), end)
				cmd.PrintErrf("reprint: documents expired: %d\n", n)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&before, "before", "", "remove what is from before this `time`")
	cmd.Flags().DurationVar(&older, "older", 0, "remove what is older than this `duration` now, such as 720h")
	cmd.Flags().StringVar(&by, "by", "published", "the time that counts, `published` (where known, else\narrival) or arrival")
	return cmd
}
