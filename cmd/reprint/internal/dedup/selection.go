// Package dedup chooses which document of each cluster of a collection is kept, and says
// what has become of the others.
package dedup

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/outlets"
	"github.com/cbb30ed1/reprint/store"
)

// A Selection is which documents of a collection are kept. It is made in three steps: it
// reads the documents, learns their clusters, and then answers.
type Selection struct {
	keep   string
	better func(a, b choice) int // below 0 if a is to be kept rather than b
	wanted []string              // sites of keep that no document has had yet
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

// New returns a selection without documents, which keeps those that --keep says: first,
// longest, newest or site=NAME,….
func New(keep string) (*Selection, error) {
	s := &Selection{keep: keep, fates: map[string]fate{}}
	name, sites, bySite := strings.Cut(keep, "=")
	switch {
	case keep == "first":
		s.better = func(a, b choice) int { return 0 }
	case keep == "longest":
		s.better = func(a, b choice) int { return cmp.Compare(b.length, a.length) }
	case keep == "newest":
		s.better = func(a, b choice) int { return b.Published.Compare(a.Published) }
	case bySite && name == "site" && sites != "":
		wanted := strings.Split(sites, ",")
		s.wanted = slices.Clone(wanted)
		rank := func(v choice) int {
			if i := slices.IndexFunc(wanted, isOf(v.Site, v.URL)); i >= 0 {
				return i
			}
			return len(wanted)
		}
		s.better = func(a, b choice) int { return cmp.Compare(rank(a), rank(b)) }
	default:
		return nil, fmt.Errorf("--keep is %q, want first, longest, newest or site=NAME,…", keep)
	}
	return s, nil
}

// isOf returns what reports whether a name that was given is that of a site.
func isOf(site, url string) func(name string) bool {
	outlet := outlets.Of(site, url)
	return func(name string) bool {
		name = strings.TrimSpace(name)
		return strings.EqualFold(name, outlet) || strings.EqualFold(name, site)
	}
}

// Read yields the documents of the input, and notes them.
func (s *Selection) Read(in *input.Reader) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		for item, err := range in.Items() {
			if err == nil {
				s.order = append(s.order, candidate{item.ID, item.File, item.N, len(item.Text)})
				s.dated = s.dated || !item.Published.IsZero()
				if len(s.wanted) > 0 {
					s.wanted = slices.DeleteFunc(s.wanted, isOf(item.Site, item.URL))
				}
			}
			if !yield(item.Document, err) {
				return
			}
		}
	}
}

// Decide settles what becomes of all documents, by the clusters that they make.
func (s *Selection) Decide(clusters iter.Seq2[reprint.Cluster, error]) error {
	at := s.positions()
	for c, err := range clusters {
		if err != nil {
			return err
		}
		if len(c.Members) > 1 {
			s.decide(c, at)
		}
	}
	return nil
}

// DecideIn is Decide where the documents are among those of a store.
func (s *Selection) DecideIn(from *store.Store) error {
	at := s.positions()
	for i := range s.order {
		id := s.order[i].id
		if _, done := s.fates[id]; done {
			continue
		}
		c, err := from.Cluster(id)
		if errors.Is(err, store.ErrUnknown) {
			continue // the window has passed it by
		}
		if err != nil {
			return err
		}
		if len(c.Members) > 1 {
			s.decide(c, at)
		}
	}
	return nil
}

// positions returns where each document stands in the order.
func (s *Selection) positions() map[string]int32 {
	at := make(map[string]int32, len(s.order))
	for i := range s.order {
		at[s.order[i].id] = int32(i)
	}
	return at
}

// decide settles what becomes of the documents of a cluster. If one of them is not of
// this input, an earlier run has kept one of them.
func (s *Selection) decide(c reprint.Cluster, at map[string]int32) {
	var best choice
	kept := ""
	for i := range c.Members {
		m := &c.Members[i]
		p, here := at[m.ID]
		if !here {
			kept = m.ID
			break
		}
		v := choice{m, s.order[p].length}
		if best.Member == nil || s.better(v, best) < 0 {
			best, kept = v, m.ID
		}
	}
	for _, m := range c.Members {
		if _, here := at[m.ID]; here {
			s.fates[m.ID] = fate{lines.PlaceOf(c, m), kept}
		}
	}
}

// drops reports whether a document is dropped.
func (s *Selection) drops(c *candidate) bool {
	f, ok := s.fates[c.id]
	return ok && f.kept != c.id
}

func (s *Selection) note(c *candidate) *input.Note {
	f, ok := s.fates[c.id]
	if !ok {
		return &input.Note{Keep: true, Cluster: c.id, Size: 1}
	}
	l := f.Line()
	return &input.Note{Keep: f.kept == c.id, Cluster: l.Cluster, Size: l.Size, Relation: l.Relation, Of: l.Of}
}
