package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint/report"
)

func newReport() *cobra.Command {
	var s settings
	var path string
	var o report.Options
	cmd := &cobra.Command{
		Use:   "report [flags] INPUT... -o FILE.html",
		Short: "Write a page that shows the clusters and what their texts share",
		Long: `Report writes a page of HTML for people: the clusters with a timeline of who
published when, and any document beside the one that it was taken from, with the
passages that both share and where these differ.

The page is one file, which opens from a disk in any browser of these years and
fetches nothing. It holds the texts of all clusters that it shows: a third to a
fifth of their size, as they are compressed in it. Documents that are alone are
only counted.

The input is read twice; what comes on standard input is kept in a temporary
file meanwhile. The page does not depend on the order of the input.`,
		Example: `  reprint report articles/ -o report.html
  reprint report crawl.jsonl.gz --title "Crawl of Tuesday" --clusters 200 -o tuesday.html`,
		Args: inputs(0, "an INPUT: .jsonl or .txt files, folders, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if path == "" {
				return fmt.Errorf("%w: want -o FILE.html (- for standard output)", errUsage)
			}
			if o.Clusters < 0 || o.TextBytes < 0 {
				return fmt.Errorf("%w: --clusters and --text-bytes are %d and %d, want none negative", errUsage, o.Clusters, o.TextBytes)
			}
			s.options.MaxMatches = 1
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			if slices.Contains(args, "-") {
				spool, err := os.CreateTemp("", "reprint-*.jsonl")
				if err != nil {
					return err
				}
				defer func() { spool.Close(); os.Remove(spool.Name()) }()
				if _, err := io.Copy(spool, cmd.InOrStdin()); err != nil {
					return err
				}
				if _, err := spool.Seek(0, io.SeekStart); err != nil {
					return err
				}
				cmd.SetIn(spool)
				defer cmd.SetIn(nil)
			}
			in := s.input(cmd, args)
			if err := d.AddAll(cmd.Context(), in.documents(), s.threads, nil); err != nil {
				return err
			}
			in.report()
			if f, ok := cmd.InOrStdin().(*os.File); ok && slices.Contains(args, "-") {
				if _, err := f.Seek(0, io.SeekStart); err != nil {
					return err
				}
			}
			o.Threads = s.threads
			return writeFile(path, cmd.OutOrStdout(), func(w io.Writer) error {
				return report.Write(cmd.Context(), w, d, s.input(cmd, args).documents(), o)
			})
		},
	}
	s.flags(cmd)
	f := cmd.Flags()
	f.StringVarP(&path, "output", "o", "", "`file` to write, - for standard output")
	f.StringVar(&o.Title, "title", "", "`heading` of the page (default \"Reprints\")")
	f.IntVar(&o.Clusters, "clusters", 0, "`number` of clusters shown at most, the largest\n(default 5000)")
	f.IntVar(&o.TextBytes, "text-bytes", 0, "`bytes` of a text that the page holds at most\n(default 100000)")
	return cmd
}

// writeFile writes a file that is there only once it is whole, or standard
// output for "-".
func writeFile(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "-" {
		return write(stdout)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // which fails, as it should, once it has been renamed
	out := bufio.NewWriter(f)
	err = cmp.Or(write(out), out.Flush())
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
