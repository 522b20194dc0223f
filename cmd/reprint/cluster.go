package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
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

` + aboutDB + `
A line then says where the document stands when its batch is added, in the order
of the input; later documents may change that, and "reprint db list" prints what
has become of it. What is in the folder already, with the same content, is left as
it is, and its line printed again.`,
		Example: `  reprint cluster articles/
  reprint cluster --preset noisy scans.jsonl.gz
  zcat crawl.jsonl.gz | reprint cluster - > clusters.jsonl
  tail -F feed.jsonl | reprint cluster --db news.reprint --expire 30d --skip-bad -`,
		Args: inputs(0, aboutInput),
		RunE: func(cmd *cobra.Command, args []string) error {
			if kept, err := s.kept(cmd.Flags()); err != nil {
				return err
			} else if kept {
				return clusterIn(cmd, &s, args, whose)
			}
			if s.memory > 0 && !whose {
				return clusterWithin(cmd, &s, args)
			}
			s.options.MaxMatches = 1
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			in := s.input(cmd, args)
			var origins originTeller
			order, err := readAll(cmd.Context(), d, in, s.threads, origins.reader(whose)...)
			if err != nil {
				return err
			}
			out := newOutput(cmd)
			// Those of a cluster are placed when the first of them comes up.
			placed := map[string]place{}
			for _, id := range order {
				if cmd.Context().Err() != nil {
					return cmd.Context().Err()
				}
				p, ok := placed[id]
				if !ok {
					c, err := d.Cluster(id)
					if err != nil {
						return err
					}
					p = places(c, placed)[id]
				}
				delete(placed, id)
				line := p.line()
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
	s.dbFlags(cmd)
	cmd.Flags().BoolVar(&whose, "origin", false, "say in each line whose the article is (\"origin\"), as reprint\norigin does")
	return cmd
}

// clusterWithin clusters a collection with bounded memory.
func clusterWithin(cmd *cobra.Command, s *settings, args []string) error {
	in, out := s.input(cmd, args), newOutput(cmd)
	err := s.runJob(cmd, in, func(b []byte) error {
		var line clusterLine
		if err := json.Unmarshal(b, &line); err != nil {
			return err
		}
		out.write(line)
		return out.err
	}, nil)
	if err != nil {
		return err
	}
	in.Report()
	return out.flush()
}

// readAll adds all documents of the input, and returns their ids in its order. It calls
// each of also with every document.
func readAll(ctx context.Context, d *reprint.Detector, in *input.Reader, threads int, also ...func(reprint.Document)) ([]string, error) {
	var order []string
	docs := in.Documents()
	err := d.AddAll(ctx, func(yield func(reprint.Document, error) bool) {
		for doc, err := range docs {
			if err == nil {
				order = append(order, doc.ID)
				for _, f := range also {
					f(doc)
				}
			}
			if !yield(doc, err) {
				return
			}
		}
	}, reprint.AddAllOptions{Threads: threads})
	return order, err
}

type clusterLine struct {
	ID          string   `json:"id"`
	Cluster     string   `json:"cluster"`
	Size        int      `json:"size"`
	Relation    string   `json:"relation,omitempty"`
	Of          string   `json:"of,omitempty"`
	Jaccard     *float64 `json:"jaccard,omitempty"`
	Containment *float64 `json:"containment,omitempty"`
	StdErr      *float64 `json:"std_err,omitempty"`
	origin
	Origin string `json:"origin,omitempty"`
}

// A place is where a document stands.
type place struct {
	about
	cluster, of                  string
	relation                     reprint.Relation
	jaccard, containment, stdErr float32
	size                         int32
}

// places adds the places of the documents of a cluster.
func places(c reprint.Cluster, to map[string]place) map[string]place {
	for _, m := range c.Members {
		to[m.ID] = placeOf(c, m)
	}
	return to
}

func placeOf(c reprint.Cluster, m reprint.Member) place {
	p := place{about: about{m.ID, m.Site, m.Title, m.URL, m.Published}, cluster: c.ID, size: int32(len(c.Members))}
	if m.Of != "" {
		p.of, p.relation = m.Of, m.Relation
		p.jaccard, p.containment = float32(m.Jaccard), float32(m.Score)
		if !m.Exact {
			p.stdErr = float32(m.StdErr)
		}
	}
	return p
}

func (p place) line() clusterLine {
	l := clusterLine{ID: p.id, Cluster: p.cluster, Size: int(p.size), origin: p.origin()}
	if p.of != "" {
		j, c := round(float64(p.jaccard)), round(float64(p.containment))
		l.Relation, l.Of, l.Jaccard, l.Containment = string(p.relation), p.of, &j, &c
		if p.stdErr > 0 {
			e := round(float64(p.stdErr))
			l.StdErr = &e
		}
	}
	return l
}
