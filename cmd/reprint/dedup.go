package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/outlets"
	"github.com/cbb30ed1/reprint/store"
)

func newDedup() *cobra.Command {
	var s settings
	var d dedup
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

The input is read twice. With --db DIR its documents are added to those of a folder,
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
			if err := d.choose(); err != nil {
				return err
			}
			if err := s.input(cmd, args).Fits(d.out); err != nil && !cmd.Flags().Changed("format") {
				return err
			}
			return d.run(cmd, &s, args)
		},
	}
	s.flags(cmd)
	s.dbFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&d.keep, "keep", "first", "`which` document of a cluster is kept: first, longest,\nnewest or site=NAME,…")
	f.BoolVar(&d.annotate, "annotate", false, "write all documents, and mark them")
	f.StringVar(&d.dropped, "dropped", "", "`file` for what was dropped and why, or none\n(default: beside OUT)")
	return cmd
}

// A dedup is a run of the command.
type dedup struct {
	keep, out, dropped string
	annotate           bool

	better func(a, b choice) int // below 0 if a is to be kept rather than b
	wanted []string              // sites of --keep that no document has had yet
	order  []candidate           // the documents, in the order of the input
	dated  bool                  // a document has a time
	fates  map[string]fate       // of the documents of clusters of several
}

// A candidate is a document of the input.
type candidate struct {
	id      string
	file, n int // where it stands
	length  int // of its text
}

// A choice is a document that may be kept for its cluster.
type choice struct {
	*reprint.Member
	length int
}

// A fate is what becomes of a document of a cluster of several.
type fate struct {
	lines.Place
	kept string // the one that is kept
}

// choose makes of --keep an order of preference.
func (d *dedup) choose() error {
	name, sites, bySite := strings.Cut(d.keep, "=")
	switch {
	case d.keep == "first":
		d.better = func(a, b choice) int { return 0 }
	case d.keep == "longest":
		d.better = func(a, b choice) int { return cmp.Compare(b.length, a.length) }
	case d.keep == "newest":
		d.better = func(a, b choice) int { return b.Published.Compare(a.Published) }
	case bySite && name == "site" && sites != "":
		wanted := strings.Split(sites, ",")
		d.wanted = slices.Clone(wanted)
		rank := func(v choice) int {
			if i := slices.IndexFunc(wanted, isOf(v.Site, v.URL)); i >= 0 {
				return i
			}
			return len(wanted)
		}
		d.better = func(a, b choice) int { return cmp.Compare(rank(a), rank(b)) }
	default:
		return fmt.Errorf("%w: --keep is %q, want first, longest, newest or site=NAME,…", errUsage, d.keep)
	}
	return nil
}

// isOf returns what reports whether a name that was given is that of a site.
func isOf(site, url string) func(name string) bool {
	outlet := outlets.Of(site, url)
	return func(name string) bool {
		name = strings.TrimSpace(name)
		return strings.EqualFold(name, outlet) || strings.EqualFold(name, site)
	}
}

func (d *dedup) run(cmd *cobra.Command, s *settings, args []string) error {
	first, second := s.input(cmd, args), s.input(cmd, args)
	if slices.Contains(args, "-") {
		kept, err := input.Spool(cmd.InOrStdin())
		if err != nil {
			return err
		}
		defer kept.Remove()
		first.Stdin, second.Stdin = kept.Reader(), kept.Reader()
	}
	kept, err := s.kept(cmd.Flags())
	if err != nil {
		return err
	}
	if kept {
		err = d.addTo(cmd, s, first)
	} else {
		err = d.addAll(cmd, s, first)
	}
	if err != nil {
		return err
	}
	first.Report()
	if err := d.write(cmd, second); err != nil {
		return err
	}
	if err := d.writeDropped(cmd); err != nil {
		return err
	}
	d.report(cmd)
	return nil
}

// gathered yields the documents of the input, and notes them.
func (d *dedup) gathered(in *input.Reader) func(yield func(reprint.Document, error) bool) {
	return func(yield func(reprint.Document, error) bool) {
		for item, err := range in.Items() {
			if err == nil {
				d.order = append(d.order, candidate{item.ID, item.File, item.N, len(item.Text)})
				d.dated = d.dated || !item.Published.IsZero()
				if len(d.wanted) > 0 {
					d.wanted = slices.DeleteFunc(d.wanted, isOf(item.Site, item.URL))
				}
			}
			if !yield(item.Document, err) {
				return
			}
		}
	}
}

// addAll decides by the clusters of the input alone.
func (d *dedup) addAll(cmd *cobra.Command, s *settings, in *input.Reader) error {
	s.options.MaxMatches = 1
	detector, err := s.detector(cmd.Flags())
	if err != nil {
		return err
	}
	if err := detector.AddAll(cmd.Context(), d.gathered(in), reprint.AddAllOptions{Threads: s.threads}); err != nil {
		return err
	}
	at := d.positions()
	d.fates = map[string]fate{}
	for c := range detector.Clusters() {
		if len(c.Members) > 1 {
			d.decide(c, at)
		}
	}
	return nil
}

// positions returns where each document stands in the order.
func (d *dedup) positions() map[string]int32 {
	at := make(map[string]int32, len(d.order))
	for i := range d.order {
		at[d.order[i].id] = int32(i)
	}
	return at
}

// decide settles what becomes of the documents of a cluster. If one of them is not of
// this input, an earlier run has kept one of them.
func (d *dedup) decide(c reprint.Cluster, at map[string]int32) {
	var best choice
	kept := ""
	for i := range c.Members {
		m := &c.Members[i]
		p, here := at[m.ID]
		if !here {
			kept = m.ID
			break
		}
		v := choice{m, d.order[p].length}
		if best.Member == nil || d.better(v, best) < 0 {
			best, kept = v, m.ID
		}
	}
	for _, m := range c.Members {
		if _, here := at[m.ID]; here {
			d.fates[m.ID] = fate{lines.PlaceOf(c, m), kept}
		}
	}
}

// addTo adds the input to a store, and decides by its clusters.
func (d *dedup) addTo(cmd *cobra.Command, s *settings, in *input.Reader) error {
	to, err := s.open(cmd.Flags())
	if err != nil {
		return err
	}
	err = d.decideIn(cmd.Context(), s, to, in)
	return errors.Join(err, to.Close())
}

func (d *dedup) decideIn(ctx context.Context, s *settings, to *store.Store, in *input.Reader) error {
	in.Updates = true
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
	for doc, err := range d.gathered(in) {
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
	if err := add(); err != nil {
		return err
	}
	at := d.positions()
	d.fates = map[string]fate{}
	for i := range d.order {
		id := d.order[i].id
		if _, done := d.fates[id]; done {
			continue
		}
		c, err := to.Cluster(id)
		if errors.Is(err, store.ErrUnknown) {
			continue // the window has passed it by
		}
		if err != nil {
			return err
		}
		if len(c.Members) > 1 {
			d.decide(c, at)
		}
	}
	return nil
}

// dropped reports whether a document is dropped.
func (d *dedup) drops(c *candidate) bool {
	f, ok := d.fates[c.id]
	return ok && f.kept != c.id
}

func (d *dedup) note(c *candidate) *input.Note {
	f, ok := d.fates[c.id]
	if !ok {
		return &input.Note{Keep: true, Cluster: c.id, Size: 1}
	}
	l := f.Line()
	return &input.Note{Keep: f.kept == c.id, Cluster: l.Cluster, Size: l.Size, Relation: l.Relation, Of: l.Of}
}

// write writes what is kept.
func (d *dedup) write(cmd *cobra.Command, in *input.Reader) error {
	next := 0
	if cmd.Flags().Changed("format") {
		return d.writeLines(cmd, in)
	}
	return in.Copy(d.out, cmd.OutOrStdout(), func(file, n int) (document, keep bool, note *input.Note) {
		if file < 0 { // of a header
			if d.annotate {
				note = &input.Note{}
			}
			return false, true, note
		}
		if next == len(d.order) || d.order[next].file != file || d.order[next].n != n {
			return false, false, nil
		}
		c := &d.order[next]
		next++
		if d.annotate {
			return true, true, d.note(c)
		}
		return true, !d.drops(c), nil
	})
}

// A documentLine is a document as it was read.
type documentLine struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	lines.Publication
}

type markedLine struct {
	documentLine
	Keep     bool   `json:"reprint_keep"`
	Cluster  string `json:"reprint_cluster"`
	Size     int    `json:"reprint_size"`
	Relation string `json:"reprint_relation,omitempty"`
	Of       string `json:"reprint_of,omitempty"`
}

func (d *dedup) writeLines(cmd *cobra.Command, in *input.Reader) error {
	out := newOutput(cmd)
	next := 0
	for item, err := range in.Items() {
		if err != nil {
			return err
		}
		if next == len(d.order) || d.order[next].id != item.ID {
			return errors.New("the input has changed since it was first read")
		}
		c := &d.order[next]
		next++
		l := documentLine{item.ID, item.Text, lines.PublicationOf(item.Document)}
		switch {
		case d.annotate:
			n := d.note(c)
			out.write(markedLine{l, n.Keep, n.Cluster, n.Size, n.Relation, n.Of})
		case !d.drops(c):
			out.write(l)
		}
	}
	return out.flush()
}

// A droppedLine says why a document was dropped.
type droppedLine struct {
	ID          string   `json:"id"`
	Kept        string   `json:"kept"`
	Relation    string   `json:"relation,omitempty"`
	Of          string   `json:"of,omitempty"`
	Jaccard     *float64 `json:"jaccard,omitempty"`
	Containment *float64 `json:"containment,omitempty"`
	lines.Publication
}

func (d *dedup) writeDropped(cmd *cobra.Command) error {
	path := d.dropped
	switch {
	case path == "none" || path == "" && (d.out == "-" || d.annotate):
		return nil
	case path == "":
		path = beside(d.out)
	}
	out := newOutputFile(cmd, "jsonl", path)
	for i := range d.order {
		c := &d.order[i]
		if !d.drops(c) {
			continue
		}
		f := d.fates[c.id]
		l := f.Line()
		out.write(droppedLine{c.id, f.kept, l.Relation, l.Of, l.Jaccard, l.Containment, l.Publication})
	}
	return out.flush()
}

// beside returns the name of the second file.
func beside(path string) string {
	path = strings.TrimRight(path, "/\\")
	for _, packed := range []string{".gz", ".zst"} {
		path = strings.TrimSuffix(path, packed)
	}
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".dropped.jsonl"
}

// report says how many were dropped, by relation and by site.
func (d *dedup) report(cmd *cobra.Command) {
	dropped := 0
	relations, sites, names := outlets.Numbers{}, outlets.Numbers{}, outlets.Names{}
	for i := range d.order {
		c := &d.order[i]
		if !d.drops(c) {
			continue
		}
		dropped++
		l := d.fates[c.id].Line()
		relations[cmp.Or(l.Relation, "first")]++
		names.Note(l.Site, l.URL)
		sites[outlets.Of(l.Site, l.URL)]++
	}
	sites = names.Count(sites)
	what := "dropped"
	if d.annotate {
		what = "marked"
	}
	cmd.PrintErrf("reprint: documents: %d, kept: %d, %s: %d", len(d.order), len(d.order)-dropped, what, dropped)
	if dropped > 0 {
		cmd.PrintErrf(" (%s)", relations.Words(5))
	}
	cmd.PrintErrln()
	if dropped > 0 && len(sites) > 1 {
		cmd.PrintErrf("reprint: %s by site (%s)\n", what, sites.Words(10))
	}
	if len(d.wanted) > 0 {
		cmd.PrintErrf("reprint: no document is of the site %s of --keep\n", strings.Join(d.wanted, " or "))
	}
	if d.keep == "newest" && !d.dated {
		cmd.PrintErrln("reprint: no document has a date, so that --keep newest is --keep first")
	}
}
