package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
	"github.com/cbb30ed1/reprint/report"
	"github.com/cbb30ed1/reprint/store"
)

func newReport() *cobra.Command {
	var s settings
	var path, db string
	var o report.Options
	cmd := &cobra.Command{
		Use:   "report [flags] {INPUT... | --db DIR} -o FILE.html",
		Short: "Write a page that shows the clusters and what their texts share",
		Long: `Report writes a page of HTML for people: the clusters with a timeline of who
published when, and any document beside the one that it was taken from, with the
passages that both share and where these differ.

The page is one file, which opens from a disk in any browser of these years and
fetches nothing. It holds the texts of all clusters that it shows, compressed to
about a third. Documents that are alone are only counted.

The input is read twice; what comes on standard input is kept in a temporary
file meanwhile. The page does not depend on the order of the input.`,
		Example: `  reprint report articles/ -o report.html
  reprint report crawl.jsonl.gz --title "Crawl of Tuesday" --clusters 200 -o tuesday.html`,
		Args: func(_ *cobra.Command, args []string) error {
			if (db == "") == (len(args) == 0) {
				return fmt.Errorf("%w: want %s, or --db DIR", errUsage, aboutInput)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if path == "" {
				return fmt.Errorf("%w: want -o FILE.html (- for standard output)", errUsage)
			}
			if o.Clusters < 0 || o.TextBytes < 0 {
				return fmt.Errorf("%w: --clusters and --text-bytes are %d and %d, want none negative", errUsage, o.Clusters, o.TextBytes)
			}
			o.Threads = s.threads
			if db != "" {
				return look(cmd, db, func(s *store.Store) error { return reportOf(cmd, s, path, o) })
			}
			s.options.MaxMatches = 1
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			first, second := s.input(cmd, args), s.input(cmd, args)
			if slices.Contains(args, "-") {
				kept, err := input.Spool(cmd.InOrStdin())
				if err != nil {
					return err
				}
				defer kept.Remove()
				first.Stdin, second.Stdin = kept.Reader(), kept.Reader()
			}
			if err := d.AddAll(cmd.Context(), first.Documents(), reprint.AddAllOptions{Threads: s.threads}); err != nil {
				return err
			}
			first.Report()
			return writeFile(path, cmd.OutOrStdout(), func(w io.Writer) error {
				return report.Write(cmd.Context(), w, d, second.Documents(), o)
			})
		},
	}
	s.flags(cmd)
	f := cmd.Flags()
	f.StringVarP(&path, "output", "o", "", "`file` to write, - for standard output")
	f.StringVar(&db, "db", "", "the documents in this `folder` rather than an INPUT;\nit must have kept their texts")
	f.StringVar(&o.Title, "title", "", "`heading` of the page (default \"Reprints\")")
	f.IntVar(&o.Clusters, "clusters", 0, "`number` of clusters shown at most, the largest\n(default 5000)")
	f.IntVar(&o.TextBytes, "text-bytes", 0, "`bytes` of a text that the page holds at most\n(default 100000)")
	return cmd
}

// reportOf writes the page of a store.
func reportOf(cmd *cobra.Command, s *store.Store, path string, o report.Options) error {
	return writeFile(path, cmd.OutOrStdout(), func(w io.Writer) error {
		return report.Write(cmd.Context(), w, s, func(yield func(reprint.Document, error) bool) {
			for doc, err := range s.Documents() {
				if err == nil {
					doc.Text, err = s.Text(doc.ID)
				}
				if !yield(doc.Document, err) || err != nil {
					return
				}
			}
		}, o)
	})
}

// writeFile writes a file that is there only once it is whole, or standard output for
// "-" and "".
func writeFile(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "-" || path == "" {
		return write(stdout)
	}
	f, err := output.Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	return cmp.Or(err, f.Finish(err == nil))
}
