// Package outlets counts what outlets take from each other: who published how many
// articles, how many of them another had before, and which other.
//
// First is not origin: the first of a cluster is the one with the earliest date, and what
// two outlets have from an agency is counted as taken from one by the other. See package
// origin for whose an article is.
package outlets

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
)

// None is the name of the outlet of documents that name none.
const None = "(no site)"

// Of returns the outlet of a document: who published it, by reprint.Document.Outlet, or
// None.
func Of(site, url string) string {
	return cmp.Or(reprint.Document{Site: site, URL: url}.Outlet(), None)
}

// Names are what outlets, which are told by their domains, are called: the first name
// that came for each, unless another has it. The zero value has none.
type Names struct {
	of    map[string]string
	taken map[string]bool
}

// Note looks at what a document calls its outlet.
func (n *Names) Note(site, url string) {
	if site == "" || strings.Contains(site, ".") || n.taken[site] {
		return
	}
	if outlet := Of(site, url); n.of[outlet] == "" {
		if n.of == nil {
			n.of, n.taken = map[string]string{}, map[string]bool{}
		}
		site = strings.Clone(site) // of a document, which may be large
		n.of[outlet], n.taken[site] = site, true
	}
}

// Name returns what an outlet is called.
func (n *Names) Name(outlet string) string { return cmp.Or(n.of[outlet], outlet) }

// Count returns numbers by outlet as numbers by name.
func (n *Names) Count(byOutlet map[string]int) Numbers {
	out := Numbers{}
	for outlet, k := range byOutlet {
		out[n.Name(outlet)] += k
	}
	return out
}

// An entry is what is counted of an outlet.
type entry struct {
	articles, own, repeated     int
	copies, excerpts, revisions int
	from, by                    map[string]int
	delays                      []time.Duration
}

func (e *entry) taken() int { return e.copies + e.excerpts + e.revisions }

// A Table counts what outlets take from each other. The zero value is one of no document.
// It takes memory by outlets and pairs of outlets, and 8 bytes for each document taken.
type Table struct {
	entries map[string]*entry
	names   Names
}

func (t *Table) entry(outlet string) *entry {
	e := t.entries[outlet]
	if e == nil {
		if t.entries == nil {
			t.entries = map[string]*entry{}
		}
		e = &entry{from: map[string]int{}, by: map[string]int{}}
		t.entries[strings.Clone(outlet)] = e
	}
	return e
}

// Add counts the documents of a cluster.
func (t *Table) Add(c reprint.Cluster) {
	members := make(map[string]*reprint.Member, len(c.Members))
	for i := range c.Members {
		members[c.Members[i].ID] = &c.Members[i]
	}
	for i := range c.Members {
		m := &c.Members[i]
		t.names.Note(m.Site, m.URL)
		t.add(m, members[m.Of])
	}
}

// add counts a document, and the one that it is of, if it is of one.
func (t *Table) add(m, of *reprint.Member) {
	outlet := Of(m.Site, m.URL)
	e := t.entry(outlet)
	e.articles++
	if of == nil {
		e.own++
		return
	}
	other := Of(of.Site, of.URL)
	if other == outlet {
		e.repeated++
		return
	}
	switch m.Relation {
	case reprint.Copy:
		e.copies++
	case reprint.Excerpt:
		e.excerpts++
	default:
		e.revisions++
	}
	e.from[strings.Clone(other)]++
	t.entry(other).by[strings.Clone(outlet)]++
	if !m.Published.IsZero() && !of.Published.IsZero() {
		e.delays = append(e.delays, m.Published.Sub(of.Published).Abs())
	}
}

// order returns the outlets, the one with most articles first.
func (t *Table) order() []string {
	return slices.SortedFunc(maps.Keys(t.entries), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.entries[b].articles, t.entries[a].articles), cmp.Compare(a, b))
	})
}

// An Outlet is what was counted of one.
type Outlet struct {
	Outlet    string `json:"outlet"`   // what it is called
	Articles  int    `json:"articles"` // documents: Own + Taken + Repeated
	Own       int    `json:"own"`      // that are alone, or the first of their cluster
	Taken     int    `json:"taken"`    // that another outlet had before: Copies + Excerpts + Revisions
	Copies    int    `json:"copies"`
	Excerpts  int    `json:"excerpts"`
	Revisions int    `json:"revisions"`
	Repeated  int    `json:"repeated"` // that it had before itself

	Share       float64  `json:"share"`                  // Taken / Articles
	MedianDelay *float64 `json:"median_delay,omitempty"` // hours from the other's publication to its own, where both are known
	TakenFrom   Numbers  `json:"taken_from"`             // by the outlet whose document each is of
	TakenBy     Numbers  `json:"taken_by"`
}

// Numbers are counts by name.
type Numbers map[string]int

// String puts them into words, the largest first.
func (n Numbers) String() string { return n.Words(len(n)) }

// Words puts so many of them into words, the largest first.
func (n Numbers) Words(most int) string {
	order := slices.SortedFunc(maps.Keys(n), func(a, b string) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b))
	})
	var words []string
	for _, name := range order[:min(most, len(order))] {
		words = append(words, fmt.Sprintf("%s %d", name, n[name]))
	}
	if len(order) > most {
		words = append(words, fmt.Sprintf("%d more", len(order)-most))
	}
	return strings.Join(words, ", ")
}

// Outlets returns what was counted of each outlet, the one with most articles first.
func (t *Table) Outlets() (all []Outlet) {
	for _, outlet := range t.order() {
		all = append(all, t.entries[outlet].outlet(outlet, &t.names))
	}
	return all
}

func (e *entry) outlet(outlet string, names *Names) Outlet {
	o := Outlet{
		Outlet: names.Name(outlet), Articles: e.articles, Own: e.own, Taken: e.taken(), Copies: e.copies, Excerpts: e.excerpts,
		Revisions: e.revisions, Repeated: e.repeated, Share: float64(e.taken()) / float64(max(1, e.articles)),
		TakenFrom: names.Count(e.from), TakenBy: names.Count(e.by),
	}
	if n := len(e.delays); n > 0 {
		sorted := slices.Sorted(slices.Values(e.delays))
		m := (sorted[(n-1)/2] + sorted[n/2]).Hours() / 2
		o.MedianDelay = &m
	}
	return o
}

// Matrix yields each outlet in the order of Outlets, with the number of articles that it
// has taken from each in that order.
func (t *Table) Matrix() iter.Seq2[string, []int] {
	return func(yield func(string, []int) bool) {
		order := t.order()
		row := make([]int, len(order))
		for _, outlet := range order {
			for i, from := range order {
				row[i] = t.entries[outlet].from[from]
			}
			if !yield(t.names.Name(outlet), slices.Clone(row)) {
				return
			}
		}
	}
}
