package dedup

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/outlets"
)

// Chooser returns what becomes of the parts of the input when it is copied: those that
// are dropped are left out or, if all are to be marked, have a note, as the others.
func (s *Selection) Chooser(mark bool) input.Chooser {
	next := 0
	return func(file, n int) (document, keep bool, note *input.Note) {
		if file < 0 { // of a header
			if mark {
				note = &input.Note{}
			}
			return false, true, note
		}
		if next == len(s.order) || s.order[next].file != file || s.order[next].n != n {
			return false, false, nil
		}
		c := &s.order[next]
		next++
		if mark {
			return true, true, s.note(c)
		}
		return true, !s.drops(c), nil
	}
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

// Lines reads the input again and yields a line for each document that is kept or, if
// all are to be marked, for each document.
func (s *Selection) Lines(in *input.Reader, mark bool) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		next := 0
		for item, err := range in.Items() {
			if err == nil && (next == len(s.order) || s.order[next].id != item.ID) {
				err = errors.New("the input has changed since it was first read")
			}
			if err != nil {
				yield(nil, err)
				return
			}
			c := &s.order[next]
			next++
			l := documentLine{item.ID, item.Text, lines.PublicationOf(item.Document)}
			more := true
			switch {
			case mark:
				n := s.note(c)
				more = yield(markedLine{l, n.Keep, n.Cluster, n.Size, n.Relation, n.Of}, nil)
			case !s.drops(c):
				more = yield(l, nil)
			}
			if !more {
				return
			}
		}
	}
}

// A DroppedLine says why a document was dropped.
type DroppedLine struct {
	ID          string   `json:"id"`
	Kept        string   `json:"kept"`
	Relation    string   `json:"relation,omitempty"`
	Of          string   `json:"of,omitempty"`
	Jaccard     *float64 `json:"jaccard,omitempty"`
	Containment *float64 `json:"containment,omitempty"`
	lines.Publication
}

// Dropped yields a line for each document that is dropped.
func (s *Selection) Dropped() iter.Seq[DroppedLine] {
	return func(yield func(DroppedLine) bool) {
		for i := range s.order {
			c := &s.order[i]
			if !s.drops(c) {
				continue
			}
			f := s.fates[c.id]
			l := f.Line()
			if !yield(DroppedLine{c.id, f.kept, l.Relation, l.Of, l.Jaccard, l.Containment, l.Publication}) {
				return
			}
		}
	}
}

// Report says how many were dropped, or marked, by relation and by site.
func (s *Selection) Report(w io.Writer, marked bool) {
	dropped := 0
	relations, sites, names := outlets.Numbers{}, outlets.Numbers{}, outlets.Names{}
	for i := range s.order {
		c := &s.order[i]
		if !s.drops(c) {
			continue
		}
		dropped++
		l := s.fates[c.id].Line()
		relations[cmp.Or(l.Relation, "first")]++
		names.Note(l.Site, l.URL)
		sites[outlets.Of(l.Site, l.URL)]++
	}
	sites = names.Count(sites)
	what := "dropped"
	if marked {
		what = "marked"
	}
	fmt.Fprintf(w, "reprint: documents: %d, kept: %d, %s: %d", len(s.order), len(s.order)-dropped, what, dropped)
	if dropped > 0 {
		fmt.Fprintf(w, " (%s)", relations.Words(5))
	}
	fmt.Fprintln(w)
	if dropped > 0 && len(sites) > 1 {
		fmt.Fprintf(w, "reprint: %s by site (%s)\n", what, sites.Words(10))
	}
	if len(s.wanted) > 0 {
		fmt.Fprintf(w, "reprint: no document is of the site %s of --keep\n", strings.Join(s.wanted, " or "))
	}
	if s.keep == "newest" && !s.dated {
		fmt.Fprintln(w, "reprint: no document has a date, so that --keep newest is --keep first")
	}
}
