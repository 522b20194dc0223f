package main

import (
	"github.com/spf13/cobra"

	provenance "github.com/cbb30ed1/reprint/origin"
)

// creditLine is a line of output of credits.
type creditLine struct {
	ID      string       `json:"id"`
	Credits []creditJSON `json:"credits"`
}

type creditJSON struct {
	Start int             `json:"start"`
	End   int             `json:"end"`
	Kind  provenance.Kind `json:"kind"`
	Name  string          `json:"name"`
	Rule  string          `json:"rule"`
}

func newCredits() *cobra.Command {
	var s settings
	var docs string
	cmd := &cobra.Command{
		Use:   "credits INPUT…",
		Short: "Print who is credited in each text, as byte ranges",
		Long: `Print who is credited in each text, as byte ranges: a line a document, in input
order.

The kind of a credit is text (the article is theirs), citation (they are quoted),
photo, self (the site names itself) or author. "rule" says why.`,
		Args: func(_ *cobra.Command, args []string) error {
			if docs == "" {
				return inputs(0, "an INPUT, or --docs FILE")(nil, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if docs != "" {
				args = append(args, docs)
			}
			in, out := s.input(cmd, args), newOutput(cmd)
			for doc, err := range in.Documents() {
				if err != nil {
					return err
				}
				line := creditLine{ID: doc.ID, Credits: []creditJSON{}}
				for _, c := range provenance.Credits(doc.Text, doc.Site) {
					line.Credits = append(line.Credits, creditJSON{c.Start, c.End, c.Kind, c.Name, c.Rule})
				}
				out.write(line)
			}
			in.Report()
			return out.flush()
		},
	}
	s.readFlags(cmd.Flags())
	cmd.Flags().StringVar(&docs, "docs", "", "`file` of documents, as an INPUT")
	return cmd
}
