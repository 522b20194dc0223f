package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

// clusterIn is cluster with --db.
func clusterIn(cmd *cobra.Command, s *settings, args []string, whose bool) error {
	out := newOutput(cmd)
	return s.keeping(cmd, args, func(k *ingester) error {
		return k.addAll(cmd.Context(), func(docs []reprint.Document, added []string) error {
			there := make(map[string]bool, len(added))
			for _, id := range added {
				there[id] = true
			}
			placed := map[string]lines.Place{} // of the clusters that the batch is in
			told := map[string]string{}        // the origin of each of them
			for _, doc := range docs {
				if !there[doc.ID] {
					continue
				}
				p, ok := placed[doc.ID]
				if !ok {
					c, err := k.Cluster(doc.ID)
					if errors.Is(err, store.ErrUnknown) {
						k.passed++ // it expired since
						continue
					}
					if err != nil {
						return err
					}
					p = lines.PlaceAmong(c, doc.ID, placed)
				}
				line := p.Line()
				if whose && line.Size > 1 {
					if told[line.Cluster] == "" {
						a, err := k.Origin(line.Cluster, nil)
						if err != nil && !errors.Is(err, store.ErrUnknown) {
							return err
						}
						told[line.Cluster] = a.Origin.String()
					}
					line.Origin = told[line.Cluster]
				}
				out.write(line)
			}
			return out.flush()
		})
	})
}
