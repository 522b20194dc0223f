package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
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
			t := newOutletTable()
			var err error
			if db != "" {
				err = look(cmd, db, func(s *store.Store) error { return t.addStore(cmd, s) })
			} else {
				err = t.addInput(cmd, &s, args)
			}
			if err != nil {
				return err
			}
			if matrix != "" {
				if err := writeFile(matrix, cmd.OutOrStdout(), t.writeMatrix); err != nil {
					return err
				}
			}
			out := newOutput(cmd)
			for _, name := range t.names() {
				out.write(t.outlets[name].line(name, t.called))
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

// noOutlet stands for documents that name none.
const noOutlet = "(no site)"

func outletOf(a about) string {
	return cmp.Or(reprint.Document{Site: a.site, URL: a.url}.Outlet(), noOutlet)
}

// outletNames are what outlets, which are told by their domains, are called: the first
// name that came for each, unless another has it.
type outletNames struct {
	of    map[string]string
	taken map[string]bool
}

func newOutletNames() outletNames { return outletNames{map[string]string{}, map[string]bool{}} }

func (n outletNames) note(a about) {
	outlet := outletOf(a)
	if n.of[outlet] == "" && a.site != "" && !strings.Contains(a.site, ".") && !n.taken[a.site] {
		n.of[outlet], n.taken[a.site] = a.site, true
	}
}

func (n outletNames) name(outlet string) string { return cmp.Or(n.of[outlet], outlet) }

// count returns numbers by name.
func (n outletNames) count(byOutlet map[string]int) numbers {
	out := numbers{}
	for outlet, k := range byOutlet {
		out[n.name(outlet)] += k
	}
	return out
}

// An outlet is what is counted of one.
type outlet struct {
	articles, own, repeated     int
	copies, excerpts, revisions int
	from, by                    map[string]int
	delays                      []time.Duration
}

func (o *outlet) taken() int { return o.copies + o.excerpts + o.revisions }

// An outletTable counts what outlets take from each other.
type outletTable struct {
	outlets map[string]*outlet
	called  outletNames
}

func newOutletTable() *outletTable { return &outletTable{map[string]*outlet{}, newOutletNames()} }

func (t *outletTable) outlet(name string) *outlet {
	o := t.outlets[name]
	if o == nil {
		o = &outlet{from: map[string]int{}, by: map[string]int{}}
		t.outlets[name] = o
	}
	return o
}

// add counts a document, and the one that it is of, if it is of one.
func (t *outletTable) add(doc about, of *about, relation reprint.Relation) {
	t.called.note(doc)
	name := outletOf(doc)
	o := t.outlet(name)
	o.articles++
	if of == nil {
		o.own++
		return
	}
	other := outletOf(*of)
	if other == name {
		o.repeated++
		return
	}
	switch relation {
	case reprint.Copy:
		o.copies++
	case reprint.Excerpt:
		o.excerpts++
	default:
		o.revisions++
	}
	o.from[other]++
	t.outlet(other).by[name]++
	if !doc.published.IsZero() && !of.published.IsZero() {
		o.delays = append(o.delays, doc.published.Sub(of.published).Abs())
	}
}

func (t *outletTable) addInput(cmd *cobra.Command, s *settings, args []string) error {
	s.options.MaxMatches = 1
	d, err := s.detector(cmd.Flags())
	if err != nil {
		return err
	}
	in := s.input(cmd, args)
	order, err := readAll(cmd.Context(), d, in, s.threads)
	if err != nil {
		return err
	}
	in.Report()
	known := make(map[string]*about, len(order))
	for i := range order {
		known[order[i].id] = &order[i]
	}
	for c := range d.Clusters() {
		for _, m := range c.Members {
			t.add(*known[m.ID], known[m.Of], m.Relation)
		}
	}
	return nil
}

func (t *outletTable) addStore(cmd *cobra.Command, s *store.Store) error {
	for c, err := range s.Clusters() {
		if err == nil {
			err = cmd.Context().Err()
		}
		if err != nil {
			return err
		}
		known := map[string]*about{}
		for _, m := range c.Members {
			doc, err := s.Document(m.ID)
			if err != nil {
				return err
			}
			a := aboutOf(doc.Document)
			known[m.ID] = &a
		}
		for _, m := range c.Members {
			t.add(*known[m.ID], known[m.Of], m.Relation)
		}
	}
	return nil
}

// names returns the outlets, the one with most articles first.
func (t *outletTable) names() []string {
	return slices.SortedFunc(maps.Keys(t.outlets), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.outlets[b].articles, t.outlets[a].articles), cmp.Compare(a, b))
	})
}

type outletLine struct {
	Outlet      string   `json:"outlet"`
	Articles    int      `json:"articles"`
	Own         int      `json:"own"`
	Taken       int      `json:"taken"`
	Copies      int      `json:"copies"`
	Excerpts    int      `json:"excerpts"`
	Revisions   int      `json:"revisions"`
	Repeated    int      `json:"repeated"`
	Share       float64  `json:"share"`
	MedianDelay *float64 `json:"median_delay,omitempty"`
	TakenFrom   numbers  `json:"taken_from"`
	TakenBy     numbers  `json:"taken_by"`
}

// numbers are counts by name; in a table they are words, the largest first.
type numbers map[string]int

func (n numbers) String() string {
	if len(n) == 0 {
		return ""
	}
	s := counts(n, len(n))
	return s[len(" (") : len(s)-len(")")]
}

func (o *outlet) line(outlet string, called outletNames) outletLine {
	l := outletLine{
		Outlet: called.name(outlet), Articles: o.articles, Own: o.own, Taken: o.taken(), Copies: o.copies, Excerpts: o.excerpts,
		Revisions: o.revisions, Repeated: o.repeated, Share: round(float64(o.taken()) / float64(max(1, o.articles))),
		TakenFrom: called.count(o.from), TakenBy: called.count(o.by),
	}
	if n := len(o.delays); n > 0 {
		slices.Sort(o.delays)
		m := round((o.delays[(n-1)/2] + o.delays[n/2]).Hours() / 2)
		l.MedianDelay = &m
	}
	return l
}

// writeMatrix writes how many articles the outlet of the row has taken from that of the
// column.
func (t *outletTable) writeMatrix(w io.Writer) error {
	names := t.names()
	rows := csv.NewWriter(w)
	header := []string{"taken by \\ from"}
	for _, n := range names {
		header = append(header, output.AsText(t.called.name(n)))
	}
	rows.Write(header)
	for i, name := range names {
		row := []string{header[i+1]}
		for _, from := range names {
			row = append(row, strconv.Itoa(t.outlets[name].from[from]))
		}
		rows.Write(row)
	}
	rows.Flush()
	return rows.Error()
}
