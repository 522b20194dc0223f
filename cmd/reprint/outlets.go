package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	"github.com/cbb30ed1/reprint/outlets"
	"github.com/cbb30ed1/reprint/store"
)

func newOutlets() *cobra.Command {
	var s settings
	var db, matrix string
	cmd := &cobra.Command{
		Use:   "outlets [flags] INPUT... | --db DIR",
		Short: "Print how much each outlet takes from which others",
		Long: `Outlets clusters the input and prints a line for each outlet, the one with most
articles first:

  {"outlet","articles","own","taken","copies","excerpts","revisions","repeated",
   "share","median_delay","taken_from","taken_by"}

An outlet is who published a document: the registrable domain of its site, if that is a
host (news.paper.example and www.paper.example are both paper.example), else that of its
url, else a site that is a name as it is. Archives, aggregators and the like are none: the
url that they carry counts. own are its articles that are alone or the first of their cluster; taken those that were there before at
another outlet, as copies, excerpts or revisions of what that one had; repeated those
that it had before itself. share is taken / articles, and median_delay the median time
from the other's publication to its own, in hours, where both are known. taken_from
and taken_by have the numbers by the other outlet: the one whose document this one is
of.

First is not origin: the first of a cluster is the one with the earliest date, and
what two outlets have from an agency is counted as taken from one by the other.`,
		Example: `  reprint outlets articles.csv
  reprint outlets articles.csv --format csv -o outlets.csv --matrix matrix.csv
  reprint outlets --db news.reprint`,
		Args: func(cmd *cobra.Command, args []string) error {
			if (db == "") == (len(args) == 0) {
				return fmt.Errorf("%w: want %s, or --db DIR", errUsage, aboutInput)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var t outlets.Table
			var err error
			if db != "" {
				err = look(cmd, db, func(s *store.Store) error { return count(cmd.Context(), s, &t) })
			} else {
				err = countInput(cmd, &s, args, &t)
			}
			if err != nil {
				return err
			}
			if matrix != "" {
				if err := output.WriteFile(matrix, cmd.OutOrStdout(), func(w io.Writer) error { return writeMatrix(w, &t) }); err != nil {
					return err
				}
			}
			out := newOutput(cmd)
			for _, o := range t.Outlets() {
				o.Share = lines.Round(o.Share)
				if o.MedianDelay != nil {
					*o.MedianDelay = lines.Round(*o.MedianDelay)
				}
				out.write(o)
			}
			return out.flush()
		},
	}
	s.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&db, "db", "", "the documents in this `folder` rather than an INPUT")
	f.StringVar(&matrix, "matrix", "", "write a `file` of CSV, too: a row for each outlet that\ntakes, a column for each that is taken from")
	return cmd
}

func countInput(cmd *cobra.Command, s *settings, args []string, t *outlets.Table) error {
	s.options.MaxMatches = 1
	d, err := s.detector(cmd.Flags())
	if err != nil {
		return err
	}
	in := s.input(cmd, args)
	if err := readAll(cmd.Context(), d, in, s.batch()); err != nil {
		return err
	}
	in.Report()
	return count(cmd.Context(), d, t)
}

// count counts the documents of all clusters.
func count(ctx context.Context, c reprint.Collection, t *outlets.Table) error {
	for c, err := range c.Clusters() {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		t.Add(c)
	}
	return nil
}

// writeMatrix writes how many articles the outlet of the row has taken from that of the
// column.
func writeMatrix(w io.Writer, t *outlets.Table) error {
	header := []string{"taken by \\ from"}
	for name := range t.Matrix() {
		header = append(header, output.AsText(name))
	}
	rows := csv.NewWriter(w)
	rows.Write(header)
	for name, taken := range t.Matrix() {
		row := []string{output.AsText(name)}
		for _, n := range taken {
			row = append(row, strconv.Itoa(n))
		}
		rows.Write(row)
	}
	rows.Flush()
	return rows.Error()
}
