package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
)

func newPairs() *cobra.Command {
	var s settings
	var stats bool
	cmd := &cobra.Command{
		Use:   "pairs [flags] INPUT...",
		Short: "Print all pairs of documents that match",
		Long: `Pairs prints a line for each pair of documents that match:

  {"a","b","relation","jaccard","containment_a","containment_b","exact"}

b is the one published later (or else the later by id). relation is copy, excerpt
or revision, which are one article, or derived: two articles, one of which has a
passage of the other. jaccard is the share of
their common shingles (words in a row) in all that the two have; containment_a
is the share of a's shingles that b has, containment_b the share of b's that a
has. exact is false where the figures come from samples (--samples-only);
std_err is then their standard error.

A pair is printed by what is known when all was read: a document is compared with
those that were candidates of one of the two, and with all in the clusters of
these, and what has turned out to be boilerplate does not count. A document that
holds several articles of other sites, as a newsletter does, is derived from each.

The lines do not depend on the order of the input.

` + aboutMemory + `

` + aboutDB + `
The pairs of a document with those that came before it are then printed when its
batch is added: at most --max-matches of them, the strongest. What is there already,
with the same content, has them printed again, by what is known now.`,
		Example: `  reprint pairs crawl.jsonl.gz
  reprint pairs --skip-same-site --window 72h crawl.jsonl.gz
  reprint pairs --db news.reprint tuesday.jsonl.gz`,
		Args: inputs(0, aboutInput),
		RunE: func(cmd *cobra.Command, args []string) error {
			if bounded, err := s.boundsMemory(cmd, "db", "stats"); err != nil {
				return err
			} else if bounded {
				return pairsWithin(cmd, &s, args)
			}
			if kept, err := s.kept(cmd.Flags()); err != nil {
				return err
			} else if kept {
				return pairsIn(cmd, &s, args, stats)
			}
			s.options.MaxMatches = 1
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			in := s.input(cmd, args)
			if err := d.AddAll(cmd.Context(), in.Documents(), s.batch()); err != nil {
				return err
			}
			out := newOutput(cmd)
			for id, matches := range d.Pairs() {
				for _, m := range matches {
					out.write(lines.PairOf(id, m))
				}
				if err := cmp.Or(out.err, cmd.Context().Err()); err != nil {
					return err
				}
			}
			in.Report()
			if stats {
				sayStats(cmd, d.Stats())
			}
			return out.flush()
		},
	}
	s.flags(cmd)
	s.memoryFlag(cmd)
	s.dbFlags(cmd)
	cmd.Flags().BoolVar(&stats, "stats", false, "say on standard error how many candidates were verified")
	return cmd
}

func sayStats(cmd *cobra.Command, n cluster.Stats) {
	cmd.PrintErrf("reprint: %d documents, %d candidates verified, %d of them matched, %d more looked at for the list only\n",
		n.Documents, n.Candidates, n.Matches, n.Skipped)
}
