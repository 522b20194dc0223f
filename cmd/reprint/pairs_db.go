package main

import (
	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

// pairsIn is pairs with --db: of each document that is added, and of each that was there as
// it is, its pairs with those that came before it.
func pairsIn(cmd *cobra.Command, s *settings, args []string, stats bool) error {
	out := newOutput(cmd)
	return s.keeping(cmd, args, func(k *ingester) error {
		err := k.addAll(cmd.Context(), func(_ []reprint.Document, added []string) error {
			err := k.PairsOf(added, func(id string, m reprint.Match) error {
				out.write(lines.PairOf(id, m))
				return nil
			})
			if err != nil {
				return err
			}
			return out.flush()
		})
		if stats && err == nil {
			now, err := k.Stats()
			if err != nil {
				return err
			}
			sayStats(cmd, now.Stats)
		}
		return err
	})
}
