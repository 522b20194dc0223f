// Package outlets counts what outlets take from each other.
package outlets

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/output"
)

// A Document is what is counted of one.
type Document struct {
	Site, URL string
	Published time.Time
}

// noOutlet stands for documents that name none.
const noOutlet = "(no site)"

// Outlet returns who published it.
func (d Document) Outlet() string {
	return cmp.Or(reprint.Document{Site: d.Site, URL: d.URL}.Outlet(), noOutlet)
}

// Names are what outlets, which are told by their domains, are called: the first
// name that came for each, unless another has it.
type Names struct {
	of    map[string]string
	taken map[string]bool
}

// NewNames returns those of no document.
func NewNames() Names { return Names{map[string]string{}, map[string]bool{}} }

// Note looks at what a document calls its outlet.
func (n Names) Note(d Document) {
	outlet := d.Outlet()
	if n.of[outlet] == "" && d.Site != "" && !strings.Contains(d.Site, ".") && !n.taken[d.Site] {
		n.of[outlet], n.taken[d.Site] = d.Site, true
	}
}

func (n Names) name(outlet string) string { return cmp.Or(n.of[outlet], outlet) }

// Count returns numbers by name.
func (n Names) Count(byOutlet map[string]int) Numbers {
	out := Numbers{}
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

// A Table counts what outlets take from each other.
type Table struct {
	outlets map[string]*outlet
	called  Names
}

// NewTable returns one of no document.
func NewTable() *Table { return &Table{map[string]*outlet{}, NewNames()} }

func (t *Table) outlet(name string) *outlet {
	o := t.outlets[name]
	if o == nil {
		o = &outlet{from: map[string]int{}, by: map[string]int{}}
		t.outlets[name] = o
	}
	return o
}

// Add counts a document, and the one that it is of, if it is of one.
func (t *Table) Add(doc Document, of *Document, relation reprint.Relation) {
	t.called.Note(doc)
	name := doc.Outlet()
	o := t.outlet(name)
	o.articles++
	if of == nil {
		o.own++
		return
	}
	other := of.Outlet()
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
	if !doc.Published.IsZero() && !of.Published.IsZero() {
		o.delays = append(o.delays, doc.Published.Sub(of.Published).Abs())
	}
}

// names returns the outlets, the one with most articles first.
func (t *Table) names() []string {
	return slices.SortedFunc(maps.Keys(t.outlets), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.outlets[b].articles, t.outlets[a].articles), cmp.Compare(a, b))
	})
}

// A Line says what is counted of an outlet.
type Line struct {
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
	TakenFrom   Numbers  `json:"taken_from"`
	TakenBy     Numbers  `json:"taken_by"`
}

// Numbers are counts by name.
type Numbers map[string]int

// String puts them into words, the largest first.
func (n Numbers) String() string { return n.Words(len(n)) }

// Words puts so many of them into words, the largest first.
func (n Numbers) Words(most int) string {
	type count struct {
		name string
		n    int
	}
	var all []count
	for name, n := range n {
		all = append(all, count{name, n})
	}
	slices.SortFunc(all, func(a, b count) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.name, b.name)) })
	var words []string
	for _, c := range all[:min(most, len(all))] {
		words = append(words, fmt.Sprintf("%s %d", c.name, c.n))
	}
	if len(all) > most {
		words = append(words, fmt.Sprintf("%d more", len(all)-most))
	}
	return strings.Join(words, ", ")
}

// Lines returns a line for each outlet, the one with most articles first.
func (t *Table) Lines() (all []Line) {
	for _, name := range t.names() {
		all = append(all, t.outlets[name].line(name, t.called))
	}
	return all
}

// round cuts a figure to four decimals, more than which it does not mean.
func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }

func (o *outlet) line(outlet string, called Names) Line {
	l := Line{
		Outlet: called.name(outlet), Articles: o.articles, Own: o.own, Taken: o.taken(), Copies: o.copies, Excerpts: o.excerpts,
		Revisions: o.revisions, Repeated: o.repeated, Share: round(float64(o.taken()) / float64(max(1, o.articles))),
		TakenFrom: called.Count(o.from), TakenBy: called.Count(o.by),
	}
	if n := len(o.delays); n > 0 {
		slices.Sort(o.delays)
		m := round((o.delays[(n-1)/2] + o.delays[n/2]).Hours() / 2)
		l.MedianDelay = &m
	}
	return l
}

// WriteMatrix writes how many articles the outlet of the row has taken from that of the
// column.
func (t *Table) WriteMatrix(w io.Writer) error {
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
