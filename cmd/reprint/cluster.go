package main

import (
	"context"
	"sync"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/memory"
)

func newCluster() *cobra.Command {
	var s settings
	var whose bool
	cmd := &cobra.Command{
		Use:   "cluster [flags] INPUT...",
		Short: "Print which documents carry the same article",
		Long: `Cluster prints a line for each document, in the order of the input:

  {"id","cluster","size","relation","of","jaccard","containment",
   "site","published","title","url"}

cluster is the id of the cluster's canonical document, the first published (or
else the first by id), and size the number of documents in it. relation, of
and the figures say why this document is there: it is a copy (small edits), an
excerpt (one is a piece of the other) or a revision (another version) of the
document "of"; or derived or template, where it is there through others, and "of"
is the nearest to it. They are absent where the document is the canonical one, or
alone. jaccard is the share of their common shingles (words in a row) in all that
the two have; containment the share of the smaller text that the larger has,
without boilerplate. site, published, title and url are there where they are known.

With --origin a line of a cluster of several has "origin" too: member:ID,
hidden:NAME or unknown (see reprint origin --help). That keeps the texts in
memory; with --db they are read from the folder, and the answer is that of the cluster
when the batch was added, by the cluster alone.

The clusters do not depend on the order of the input.

` + aboutMemory + `

` + aboutDB + `
A line then says where the document stands when its batch is added, in the order
of the input; later documents may change that, and "reprint db list" prints what
has become of it. What is in the folder already, with the same content, is left as
it is, and its line printed again.`,
		Example: `  reprint cluster articles/
  reprint cluster --preset noisy scans.jsonl.gz
  reprint cluster --memory 4GiB archive/ -o clusters.parquet
  zcat crawl.jsonl.gz | reprint cluster - > clusters.jsonl
  tail -F feed.jsonl | reprint cluster --db news.reprint --expire 30d --skip-bad -`,
		Args: inputs(0, aboutInput),
		RunE: func(cmd *cobra.Command, args []string) error {
			if bounded, err := s.boundsMemory(cmd, "db", "origin"); err != nil {
				return err
			} else if bounded {
				return clusterWithin(cmd, &s, args)
			}
			if kept, err := s.kept(cmd.Flags()); err != nil {
				return err
			} else if kept {
				return clusterIn(cmd, &s, args, whose)
			}
			s.options.MaxMatches = 1
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			in := s.input(cmd, args)
			var origins originTeller
			var order order
			if err := readAll(cmd.Context(), d, in, s.batch(), append(origins.reader(whose), order.add)...); err != nil {
				return err
			}
			out := newOutput(cmd)
			// Those of a cluster are placed when the first of them comes up.
			placed := map[string]lines.Place{}
			for id := range order.all {
				if cmd.Context().Err() != nil {
					return cmd.Context().Err()
				}
				p, ok := placed[id]
				if !ok {
					c, err := d.Cluster(id)
					if err != nil {
						return err
					}
					p = lines.PlaceAmong(c, id, placed)
				}
				delete(placed, id)
				line := p.Line()
				if whose {
					if line.Origin, err = origins.of(d, line.Cluster); err != nil {
						return err
					}
				}
				out.write(line)
			}
			in.Report()
			return out.flush()
		},
	}
	s.flags(cmd)
	s.memoryFlag(cmd)
	s.dbFlags(cmd)
	cmd.Flags().BoolVar(&whose, "origin", false, "say in each line whose the article is (\"origin\"), as reprint\norigin does")
	return cmd
}

// An order is the ids of documents in the order of the input. It keeps them without
// pointers, as there may be millions.
type order struct {
	ids  []byte
	ends []int
}

func (o *order) add(doc reprint.Document) {
	o.ids = append(o.ids, doc.ID...)
	o.ends = append(o.ends, len(o.ids))
}

func (o *order) all(yield func(id string) bool) {
	begin := 0
	for _, end := range o.ends {
		if !yield(string(o.ids[begin:end])) {
			return
		}
		begin = end
	}
}

// readAll adds all documents of the input. It calls each of also with every document.
func readAll(ctx context.Context, d *reprint.Detector, in *input.Reader, o reprint.AddAllOptions, also ...func(reprint.Document)) error {
	docs, read := in.Documents(), sync.OnceFunc(memory.Reading(ctx))
	defer read()
	return d.AddAll(ctx, func(yield func(reprint.Document, error) bool) {
		defer read()
		for doc, err := range docs {
			if err == nil {
				for _, f := range also {
					f(doc)
				}
			}
			if !yield(doc, err) {
				return
			}
		}
	}, o)
}
