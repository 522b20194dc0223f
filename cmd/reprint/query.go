package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/store"
)

func newQuery() *cobra.Command {
	var s settings
	var db string
	cmd := &cobra.Command{
		Use:   "query --db DIR INPUT...",
		Short: "Say of documents whether they are there already, without adding them",
		Long: `Query compares each document of the input with those of a folder, adds nothing, and
prints a line for each:

  {"id","decision","of","cluster","size","jaccard","containment",
   "site","published","title","url"}

decision is new, or copy, excerpt or revision of the document "of", whose cluster has
size documents; or derived, where another article has a passage of it. The figures are
those of the two, and site, published, title and url those of the document "of". A
document of the folder with the same id is left out of the comparison.`,
		Example: `  reprint query --db news.reprint draft.txt
  reprint query --db news.reprint today.csv --format csv -o known.csv`,
		Args: inputs(0, aboutInput),
		RunE: func(cmd *cobra.Command, args []string) error {
			if db == "" {
				return fmt.Errorf("%w: want --db DIR", errUsage)
			}
			return look(cmd, db, func(known *store.Store) error {
				in := s.input(cmd, args)
				out := newOutput(cmd)
				for doc, err := range in.Documents() {
					if err != nil {
						return err
					}
					l, err := decide(known, doc)
					if err != nil {
						return err
					}
					out.write(l)
				}
				in.Report()
				return out.flush()
			})
		},
	}
	s.threads = 1
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&db, "db", "", "the `folder` of documents to compare with")
	keyFlag(f)
	f.BoolVar(&s.skipBad, "skip-bad", false, "skip and count bad lines rather than fail")
	s.reading.flags(f)
	return cmd
}

type queryLine struct {
	ID          string   `json:"id"`
	Decision    string   `json:"decision"`
	Of          string   `json:"of,omitempty"`
	Cluster     string   `json:"cluster,omitempty"`
	Size        int      `json:"size,omitempty"`
	Jaccard     *float64 `json:"jaccard,omitempty"`
	Containment *float64 `json:"containment,omitempty"`
	lines.Publication
}

// decide says what a document is; a passage of another article makes it derived.
func decide(known *store.Store, doc reprint.Document) (queryLine, error) {
	d, err := known.Query(doc)
	if err != nil || len(d.Matches) == 0 {
		return queryLine{ID: doc.ID, Decision: "new"}, err
	}
	best := d.Matches[0]
	for _, m := range d.Matches {
		if m.ID == d.Of {
			best = m
		}
	}
	j, c := lines.Round(best.Jaccard), lines.Round(best.Score)
	l := queryLine{ID: doc.ID, Decision: string(best.Relation), Of: best.ID, Cluster: d.Cluster, Size: d.Size, Jaccard: &j, Containment: &c}
	of, err := known.Document(best.ID)
	if err != nil && !errors.Is(err, store.ErrUnknown) {
		return l, err
	}
	l.Publication = lines.PublicationOf(of.Document)
	return l, nil
}
