package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/dedup"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/stages"
	"github.com/cbb30ed1/reprint/store"
)

func newDedup() *cobra.Command {
	var s settings
	var d dedupRun
	var keep string
	cmd := &cobra.Command{
		Use:   "dedup [flags] INPUT... -o OUT",
		Short: "Write a collection without the documents that are there already",
		Long: `Dedup writes the input again with one document of each cluster: its own lines,
rows or records, unchanged, in its order and format. Where each document is a file,
OUT is a folder, else a file, packed if its name ends in .gz or .zst. What was UTF-16
or Latin-1 becomes UTF-8. With --format it writes the documents as read, as lines
{"id","text","title","site","url","published"} of that format, of any input.

--keep says which of a cluster is kept:
  first         the first published, else the first by id
  longest       the one with the longest text
  newest        the last published
  site=A,B      the first of site A, else of B, else the first of all

With --annotate all documents are written, and marked: a line of JSON gets
"reprint":{"keep","cluster","size","relation","of"}, a table columns with these
names behind reprint_. Marks of an earlier run are replaced.

A second file, OUT with .dropped.jsonl for its ending, or --dropped FILE, has a line
for each document that was dropped:

  {"id","kept","relation","of","jaccard","containment","site","published","title","url"}

kept is the document that stands for it; relation, of and the figures say why it is
in that cluster, as in "reprint cluster" (derived or template of its nearest, where it
is there through others); the canonical document, which is dropped where another is
kept, has none of them, and counts as first. How many were dropped, by
relation and by site, is said on standard error.

The input is read twice.

` + aboutMemory + `

With --db DIR the documents of the input are added to those of a folder,
and what was there from earlier runs is kept already: no document of its cluster is
written. Run again with the same input after a crash it goes on, and writes the same.`,
		Example: `  reprint dedup crawl.jsonl.gz -o clean.jsonl.gz
  reprint dedup --keep longest articles.csv -o clean.csv
  reprint dedup --annotate news.parquet --format parquet -o marked.parquet
  reprint dedup --db news.reprint tuesday.jsonl -o new.jsonl`,
		Args: inputs(0, aboutInput),
		RunE: func(cmd *cobra.Command, args []string) error {
			if d.out = cmd.Flag("output").Value.String(); d.out == "" {
				return fmt.Errorf("%w: want -o OUT (- for standard output)", errUsage)
			}
			var err error
			if d.rule, err = dedup.NewRule(keep); err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			if err := s.input(cmd, args).Fits(d.out); err != nil && !cmd.Flags().Changed("format") {
				return err
			}
			if d.bounded, err = s.boundsMemory(cmd, "db"); err != nil {
				return err
			}
			return d.run(cmd, &s, args)
		},
	}
	s.flags(cmd)
	s.memoryFlag(cmd)
	s.dbFlags(cmd)
	f := cmd.Flags()
	keepFlag(f, &keep)
	f.BoolVar(&d.annotate, "annotate", false, "write all documents, and mark them")
	f.StringVar(&d.dropped, "dropped", "", "`file` for what was dropped and why, or none\n(default: beside OUT)")
	return cmd
}

func keepFlag(f *pflag.FlagSet, keep *string) {
	f.StringVar(keep, "keep", "first", "`which` document of a cluster is kept: first, longest,\nnewest or site=NAME,…")
}

// A dedupRun is a run of the command.
type dedupRun struct {
	rule         dedup.Rule
	out, dropped string
	annotate     bool
	bounded      bool // memory
}

func (d *dedupRun) run(cmd *cobra.Command, s *settings, args []string) error {
	first, second := s.input(cmd, args), s.input(cmd, args)
	if slices.Contains(args, "-") {
		kept, err := input.Spool(cmd.InOrStdin())
		if err != nil {
			return err
		}
		defer kept.Remove()
		first.Stdin, second.Stdin = kept.Reader(), kept.Reader()
	}
	a := dedup.NewAnswers(d.rule)
	a.Mark = d.annotate
	fates, err := d.fates(cmd, s, first, a)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Begin(fates); err != nil {
		return err
	}
	first.Report()
	if err := d.write(cmd, second, a); err != nil {
		return err
	}
	a.Report(cmd.ErrOrStderr())
	return nil
}

// fates returns what becomes of the documents of the input.
func (d *dedupRun) fates(cmd *cobra.Command, s *settings, in *input.Reader, a *dedup.Answers) (iter.Seq2[dedup.Fate, error], error) {
	if d.bounded {
		j, err := s.newJob(cmd, stages.Wanted{Keep: d.rule, Mark: d.annotate})
		if err != nil {
			return nil, err
		}
		return stages.Fates(cmd.Context(), j, s.memory, s.threads, a.Read(in)), nil
	}
	all := dedup.NewSelection(d.rule)
	kept, err := s.kept(cmd.Flags())
	if err != nil {
		return nil, err
	}
	if kept {
		in.Updates = true
		err = addTo(cmd, s, all, all.Read(a.Read(in)))
	} else {
		err = addAll(cmd, s, all, all.Read(a.Read(in)))
	}
	return all.Fates(d.annotate), err
}

// addAll decides by the clusters of the documents alone.
func addAll(cmd *cobra.Command, s *settings, to *dedup.Selection, docs iter.Seq2[reprint.Document, error]) error {
	s.options.MaxMatches = 1
	detector, err := s.detector(cmd.Flags())
	if err != nil {
		return err
	}
	if err := detector.AddAll(cmd.Context(), docs, s.batch()); err != nil {
		return err
	}
	return to.Decide(detector.Clusters())
}

// addTo adds the documents to a store, and decides by its clusters.
func addTo(cmd *cobra.Command, s *settings, to *dedup.Selection, docs iter.Seq2[reprint.Document, error]) error {
	db, err := s.open(cmd.Flags())
	if err != nil {
		return err
	}
	if err = addBatches(cmd.Context(), s, db, docs); err == nil {
		err = to.DecideIn(db)
	}
	return errors.Join(err, db.Close())
}

func addBatches(ctx context.Context, s *settings, to *store.Store, in iter.Seq2[reprint.Document, error]) error {
	var docs []reprint.Document
	bytes := 0
	add := func() error {
		each := func(yield func(reprint.Document, error) bool) {
			for _, doc := range docs {
				if !yield(doc, nil) {
					return
				}
			}
		}
		err := to.AddAll(ctx, each, reprint.AddAllOptions{Threads: s.threads})
		docs, bytes = docs[:0], 0
		return err
	}
	for doc, err := range in {
		if err != nil {
			return err
		}
		docs = append(docs, doc)
		if bytes += len(doc.Text); len(docs) >= fullBatch || bytes >= fullBytes {
			if err := add(); err != nil {
				return err
			}
		}
	}
	return add()
}

// write writes what is kept, and beside it what is dropped.
func (d *dedupRun) write(cmd *cobra.Command, in *input.Reader, a *dedup.Answers) error {
	dropped := func() error { return nil }
	if path := d.droppedPath(); path != "" {
		out := newOutputFile(cmd, "jsonl", path)
		a.Dropped = func(l dedup.DroppedLine) { out.write(l) }
		dropped = out.flush
	}
	if !cmd.Flags().Changed("format") {
		if err := in.Copy(d.out, cmd.OutOrStdout(), a.Chooser()); err != nil {
			return err
		}
		return dropped()
	}
	out := newOutput(cmd)
	for line, err := range a.Lines(in) {
		if err != nil {
			return err
		}
		out.write(line)
	}
	return cmp.Or(out.flush(), dropped())
}

// droppedPath returns the name of the second file, "" for none.
func (d *dedupRun) droppedPath() string {
	switch {
	case d.dropped == "none" || d.dropped == "" && (d.out == "-" || d.annotate):
		return ""
	case d.dropped == "":
		return beside(d.out)
	}
	return d.dropped
}

// beside returns the name of the second file.
func beside(path string) string {
	path = strings.TrimRight(path, "/\\")
	for _, packed := range []string{".gz", ".zst"} {
		path = strings.TrimSuffix(path, packed)
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".dropped.jsonl"
}
