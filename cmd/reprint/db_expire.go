package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
	"github.com/cbb30ed1/reprint/store"
)

func newDBExpire() *cobra.Command {
	var before, by string
	var older when.Duration
	var dry bool
	cmd := &cobra.Command{
		Use:   "expire DIR --before TIME | --older-than DURATION",
		Short: "Remove old documents and their texts",
		Long: `Expire removes the documents that were published before a time, those without a
date by when they arrived, and says on standard error how many there were. With
--by arrival it is the arrival for all. With --dry-run it only says which they are.`,
		Example: `  reprint db expire news.reprint --older-than 30d
  reprint db expire news.reprint --before 2024-03-01 --by arrival`,
		Args: folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (before == "") == !cmd.Flags().Changed("older-than") {
				return fmt.Errorf("%w: want --before TIME or --older-than DURATION", errUsage)
			}
			end, err := when.Parser{}.Parse(before)
			if err != nil {
				return fmt.Errorf("%w: --before is %q, want a time such as 2024-03-01 or 2024-03-01T12:00:00Z", errUsage, before)
			}
			if before == "" {
				if older < 0 {
					return fmt.Errorf("%w: --older-than is %v, want none negative", errUsage, time.Duration(older))
				}
				end = time.Now().Add(-time.Duration(older))
			}
			o := store.Options{}
			if o.WindowBy, err = windowBy("--by", by); err != nil {
				return err
			}
			if dry {
				return look(cmd, args[0], func(s *store.Store) error { return listOlder(cmd, s, end, o.WindowBy) })
			}
			return change(cmd, args[0], o, func(s *store.Store) error {
				n, err := s.Expire(cmd.Context(), end)
				cmd.PrintErrf("reprint: documents expired: %d\n", n)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&before, "before", "", "remove what is from before this `time`")
	cmd.Flags().Var(&older, "older-than", "remove what is older than this `duration` now, such as\n72h or 3d")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "remove nothing, and print what would be removed, an id a\nline")
	cmd.Flags().StringVar(&by, "by", "published", "the time that counts, `published` (where known, else\narrival) or arrival")
	return cmd
}

// listOlder prints the documents that would expire.
func listOlder(cmd *cobra.Command, s *store.Store, end time.Time, by store.WindowBy) error {
	out := newOutput(cmd)
	n := 0
	for doc, err := range s.Documents() {
		if err == nil {
			err = cmd.Context().Err()
		}
		if err != nil {
			return err
		}
		// A time of publication after the arrival is not believed.
		at := doc.Arrived
		if by == store.ByPublished && !doc.Published.IsZero() && doc.Published.Before(at) {
			at = doc.Published
		}
		if at.Before(end) {
			n++
			out.write(struct {
				ID string `json:"id"`
				lines.Publication
			}{doc.ID, lines.PublicationOf(doc.Document)})
		}
	}
	cmd.PrintErrf("reprint: documents that would expire: %d\n", n)
	return out.flush()
}
