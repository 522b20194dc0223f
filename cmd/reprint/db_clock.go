package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
	"github.com/cbb30ed1/reprint/store"
)

func newDBClock() *cobra.Command {
	var set string
	cmd := &cobra.Command{
		Use:   "clock DIR",
		Short: "Look at the time by which documents expire, or mend it",
		Long: `Clock prints when the last document came and the latest time of publication, as the
folder has them, what this machine's clock says, and how many documents arrived later
than that:

  {"arrived","published","now","ahead"}

Documents expire by these times. If this machine's clock is more than 32 days ahead of
the last document, more are refused. If it is right, after a long pause, say --set now.
If it was wrong when documents came, say so, too: they then count as of now.`,
		Example: `  reprint db clock news.reprint
  reprint db clock news.reprint --set now`,
		Args: folder(0, 0, "the folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if set == "" {
				return look(cmd, args[0], func(s *store.Store) error { return sayClock(cmd, s) })
			}
			to := time.Now()
			if set != "now" {
				var err error
				if to, err = (when.Parser{}).Parse(set); err != nil {
					return fmt.Errorf("%w: --set is %q, want now, or a time such as 2024-03-01 or 2024-03-01T12:00:00Z", errUsage, set)
				}
			}
			return change(cmd, args[0], store.Options{}, func(s *store.Store) error {
				if err := s.SetClock(cmd.Context(), to); err != nil {
					return err
				}
				return sayClock(cmd, s)
			})
		},
	}
	cmd.Flags().StringVar(&set, "set", "", "set the clock of the folder to this `time`, or to now")
	return cmd
}

type dbClockLine struct {
	Arrived   string `json:"arrived,omitempty"`
	Published string `json:"published,omitempty"`
	Now       string `json:"now"`
	Ahead     int    `json:"ahead"`
}

func sayClock(cmd *cobra.Command, s *store.Store) error {
	c, err := s.Clock()
	if err != nil {
		return err
	}
	l := dbClockLine{Now: time.Now().UTC().Format(time.RFC3339), Ahead: c.Ahead}
	for _, t := range [...]struct {
		at time.Time
		to *string
	}{{c.Arrived, &l.Arrived}, {c.Published, &l.Published}} {
		if !t.at.IsZero() {
			*t.to = t.at.Format(time.RFC3339)
		}
	}
	out := newOutput(cmd)
	out.write(l)
	return out.flush()
}
