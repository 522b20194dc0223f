package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/show"
)

func newCompare() *cobra.Command {
	var s settings
	var asJSON bool
	var pairs string
	var background []string
	cmd := &cobra.Command{
		Use:   "compare [flags] {A B | --pairs FILE}",
		Short: "Say how two texts relate, and show where they agree",
		Long: `Compare says how two texts relate, why, and how surely, and shows the passages
that they share. A and B are files of plain text (.gz and .zst too), or - for
standard input. They are one of

  copy       the same article, edits of about 10 % or less
  excerpt    one is a shortened or embedded piece of the other
  revision   two versions of one article, parts of which are new or rewritten
  derived    different articles; a passage of three sentences or a paragraph, at
             the least, is reused nearly verbatim
  template   the same form or boilerplate with other facts
  unrelated  nothing of these

Passages are shown as A has them, with the edits in them: [-what A has-]
{+what B has instead+}. Between them stand the beginning and the end of what
only A has (-) and only B has (+).

With --json it prints a line

  {"relation","confidence","reason","jaccard","containment_a","containment_b",
   "passages":[{"a_start","a_end","b_start","b_end","words","moved"}]}

confidence is how likely the relation is right, 0 to 1. containment_a is the
share of the shingles of A (words in a row) that B has, containment_b the share
of those of B that A has. A passage is the bytes of each text (UTF-8) from start
to before end, with the number of words that agree; moved says that it stands
out of order. With --pairs compare prints that line for each line
{"n", "a":{"text":…}, "b":{"text":…}} of FILE, in order, with n given back; a and
b may have "id", "title", "site" (or "source"), "url" and "published" (or
"date"), too.

Two texts by themselves hardly tell what is form or boilerplate. Documents given
by --background do: what many different ones have, above all of one site, counts
as such. They are not compared, and the two texts do not count if they are among
them, by id or with the same words.`,
		Example: `  reprint compare first.txt second.txt
  reprint compare --json first.txt page.txt.gz
  reprint compare --pairs pairs.jsonl.gz --background archive/`,
		Args: func(_ *cobra.Command, args []string) error {
			if pairs == "" && len(args) != 2 || pairs != "" && len(args) != 0 {
				return fmt.Errorf("%w: want two files A and B, or --pairs FILE", errUsage)
			}
			read := append(slices.Clone(args), background...)
			if pairs != "" {
				read = append(read, pairs)
			}
			if i := slices.Index(read, "-"); i >= 0 && slices.Contains(read[i+1:], "-") {
				return fmt.Errorf("%w: standard input can be read only once", errUsage)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s.options.SamplesOnly = true // the two texts are compared in full all the same
			d, err := s.detector(cmd.Flags())
			if err != nil {
				return err
			}
			if len(background) > 0 {
				in := s.input(cmd, background)
				if err := readAll(cmd.Context(), d, in, reprint.AddAllOptions{Threads: in.Threads}); err != nil {
					return err
				}
				in.Report()
			}
			if pairs != "" {
				return comparePairs(cmd, d, pairs)
			}
			var docs [2]reprint.Document
			for i, path := range args {
				if docs[i], err = readFile(path, s.input(cmd, nil).Options); err != nil {
					return err
				}
			}
			c, err := d.Compare(docs[0], docs[1])
			if err != nil {
				return err
			}
			if asJSON || formatGiven(cmd) {
				out := newOutput(cmd)
				out.write(lines.ComparisonOf(c))
				return out.flush()
			}
			return sayTo(cmd, func(w io.Writer) error { return show.Show(w, &c, docs[0].Text, docs[1].Text) })
		},
	}
	s.preset, s.threads = "default", runtime.GOMAXPROCS(0)
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&asJSON, "json", false, "print a line of JSON rather than words")
	f.StringVar(&pairs, "pairs", "", "`file` of JSON lines with pairs of texts (.gz and .zst too), or -")
	f.StringArrayVar(&background, "background", nil, "documents that tell what is form and boilerplate: an\n`INPUT`, as cluster reads it; may be given again")
	s.reading.flags(f)
	f.IntVar(&s.options.K, "k", 0, "`words` in a shingle, by which the figures are counted,\n1 to 64 (default 5)")
	return cmd
}

// readFile reads a text. It has no id, as its name does not tell it from others
// of that name.
func readFile(path string, o input.Options) (reprint.Document, error) {
	text, err := input.ReadText(path, o)
	return reprint.Document{Text: text}, err
}

func comparePairs(cmd *cobra.Command, d *reprint.Detector, path string) error {
	out := newOutput(cmd)
	for p, err := range input.Pairs(path, cmd.InOrStdin()) {
		if err = cmp.Or(err, cmd.Context().Err()); err != nil {
			return err
		}
		found, err := d.Compare(p.A, p.B)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		c := lines.ComparisonOf(found)
		c.N = p.N
		if out.write(c); out.err != nil {
			return out.err
		}
	}
	return out.flush()
}
