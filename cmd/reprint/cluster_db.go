package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// clusterIn is cluster with --db.
func clusterIn(cmd *cobra.Command, s *settings, args []string) error {
	out := newOutput(cmd)
	return s.keeping(cmd, args, func(k *ingester) error {
		return k.addAll(cmd.Context(), func(docs []reprint.Document, added []addition) error {
			there := make(map[string]bool, len(added))
			for _, a := range added {
				there[a.id] = true
			}
			placed := map[string]place{} // of the clusters that the batch is in
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
					p = places(c, placed)[doc.ID]
				}
				out.write(p.line(aboutOf(doc)))
			}
			return out.flush()
		})
	})
}
