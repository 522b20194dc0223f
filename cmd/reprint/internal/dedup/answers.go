package dedup

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/lines"
	"github.com/cbb30ed1/reprint/outlets"
)

// Answers are what is written of a collection of which the documents are chosen: it notes
// where these stand when the input is read first, and goes through their fates when it is
// read again.
type Answers struct {
	Mark    bool              // all documents are written, and marked
	Dropped func(DroppedLine) // called with each that is dropped; may be nil

	rule   Rule
	wanted []string // sites of the rule that no document has had yet
	dated  bool     // a document has a time
	places []span

	fates func() (Fate, error, bool)
	stop  func()

	read, dropped    int // documents
	relations, sites outlets.Numbers
	names            outlets.Names
}

// A span is parts of a file that are documents, one after another.
type span struct{ file, first, last int }

// NewAnswers returns those of a rule.
func NewAnswers(r Rule) *Answers {
	return &Answers{
		rule: r, wanted: slices.Clone(r.wanted), stop: func() {},
		relations: outlets.Numbers{}, sites: outlets.Numbers{}, names: outlets.Names{},
	}
}

// Read yields the documents of the input, and notes where they stand.
func (a *Answers) Read(in *input.Reader) iter.Seq2[reprint.Document, error] {
	return func(yield func(reprint.Document, error) bool) {
		for item, err := range in.Items() {
			if err == nil {
				if n := len(a.places) - 1; n >= 0 && a.places[n].file == item.File && a.places[n].last+1 == item.N {
					a.places[n].last++
				} else {
					a.places = append(a.places, span{item.File, item.N, item.N})
				}
				a.dated = a.dated || !item.Published.IsZero()
				if len(a.wanted) > 0 {
					a.wanted = slices.DeleteFunc(a.wanted, isOf(item.Site, item.URL))
				}
			}
			if !yield(item.Document, err) {
				return
			}
		}
	}
}

// Begin takes the fates of the documents, in the order of the input. It waits for the first
// of them, or an error, so that by then the input has been read. Call Close in the end.
func (a *Answers) Begin(fates iter.Seq2[Fate, error]) error {
	next, stop := iter.Pull2(fates)
	a.stop = stop
	first, err, more := next()
	begun := false
	a.fates = func() (Fate, error, bool) {
		if begun {
			return next()
		}
		begun = true
		return first, err, more
	}
	return err
}

// Close ends what makes the fates.
func (a *Answers) Close() { a.stop() }

var errChanged = errors.New("the input has changed since it was first read")

// next returns the fate of the next document.
func (a *Answers) next() (Fate, error) {
	f, err, ok := a.fates()
	if err == nil && !ok {
		err = errChanged
	}
	if err != nil {
		return f, err
	}
	a.read++
	if f.Dropped() {
		a.dropped++
		a.relations[cmp.Or(f.Relation, "first")]++
		a.names.Note(f.Site, f.URL)
		a.sites[outlets.Of(f.Site, f.URL)]++
		if a.Dropped != nil {
			a.Dropped(f.DroppedLine)
		}
	}
	return f, nil
}

// Chooser returns what becomes of the parts of the input when it is copied: those that
// are dropped are left out or, if all are to be marked, have a note, as the others.
func (a *Answers) Chooser() input.Chooser {
	at, n := 0, 0 // the next document is the n-th of that span
	return func(file, part int) (document, keep bool, note *input.Note, err error) {
		if file < 0 { // of a header
			if a.Mark {
				note = &input.Note{}
			}
			return false, true, note, nil
		}
		if at == len(a.places) || a.places[at].file != file || a.places[at].first+n != part {
			return false, false, nil, nil
		}
		if n++; a.places[at].first+n > a.places[at].last {
			at, n = at+1, 0
		}
		f, err := a.next()
		return true, a.Mark || !f.Dropped(), f.Note, err
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
func (a *Answers) Lines(in *input.Reader) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for item, err := range in.Items() {
			var f Fate
			if err == nil {
				f, err = a.next()
			}
			if err == nil && f.ID != "" && f.ID != item.ID {
				err = errChanged
			}
			if err != nil {
				yield(nil, err)
				return
			}
			l := documentLine{item.ID, item.Text, lines.PublicationOf(item.Document)}
			more := true
			switch {
			case a.Mark:
				n := f.Note
				more = yield(markedLine{l, n.Keep, n.Cluster, n.Size, n.Relation, n.Of}, nil)
			case !f.Dropped():
				more = yield(l, nil)
			}
			if !more {
				return
			}
		}
	}
}

// Report says how many were dropped, or marked, by relation and by site.
func (a *Answers) Report(w io.Writer) {
	a.sites = a.names.Count(a.sites)
	what := "dropped"
	if a.Mark {
		what = "marked"
	}
	fmt.Fprintf(w, "reprint: documents: %d, kept: %d, %s: %d", a.read, a.read-a.dropped, what, a.dropped)
	if a.dropped > 0 {
		fmt.Fprintf(w, " (%s)", a.relations.Words(5))
	}
	fmt.Fprintln(w)
	if a.dropped > 0 && len(a.sites) > 1 {
		fmt.Fprintf(w, "reprint: %s by site (%s)\n", what, a.sites.Words(10))
	}
	if len(a.wanted) > 0 {
		fmt.Fprintf(w, "reprint: no document is of the site %s of --keep\n", strings.Join(a.wanted, " or "))
	}
	if a.rule.keep == "newest" && !a.dated {
		fmt.Fprintln(w, "reprint: no document has a date, so that --keep newest is --keep first")
	}
}
