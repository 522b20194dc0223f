package input

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
)

// A Pair is two texts of a line, and what its "n" says.
type Pair struct {
	N    json.RawMessage
	A, B reprint.Document
}

// loose is a string that a document can do without: what is of another type
// stands there as its JSON, rather than make the document a bad one.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*l = loose(s)
	return nil
}

// side is one of a pair of texts.
type side struct {
	ID     loose  `json:"id"`
	Text   string `json:"text"`
	Title  loose  `json:"title"`
	Site   loose  `json:"site"`
	Source loose  `json:"source"`
	URL    loose  `json:"url"`

	Published loose `json:"published"`
	Date      loose `json:"date"`
}

func (s *side) document() reprint.Document {
	published, _ := when.Parser{}.Parse(cmp.Or(s.Published.known(), s.Date.known()))
	return reprint.Document{
		ID: s.ID.known(), Text: s.Text, Title: s.Title.known(), Site: cmp.Or(s.Site.known(), s.Source.known()), URL: s.URL.known(),
		Published: published,
	}
}

// known returns what is there; null is nothing.
func (l loose) known() string {
	if l == "null" {
		return ""
	}
	return string(l)
}

// Pairs yields the pairs of a file of JSON lines. An error names the line, and ends them.
func Pairs(path string, stdin io.Reader) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		r, err := Open(path, stdin)
		if err != nil {
			yield(Pair{}, err)
			return
		}
		defer r.Close()
		for l, err := range Lines(r, MaxDocument) {
			p, err := readPair(l.Text, err)
			if err != nil {
				yield(Pair{}, fmt.Errorf("%s:%d: %w", path, l.N, err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

func readPair(line []byte, err error) (Pair, error) {
	if err != nil {
		return Pair{}, err
	}
	var p struct {
		N    json.RawMessage `json:"n"`
		A, B *side
	}
	if err := json.Unmarshal(line, &p); err != nil {
		return Pair{}, err
	}
	if p.A == nil || p.B == nil {
		return Pair{}, errors.New(`want "a" and "b"`)
	}
	if err := cmp.Or(CheckText(len(p.A.Text)), CheckText(len(p.B.Text))); err != nil {
		return Pair{}, err
	}
	return Pair{p.N, p.A.document(), p.B.document()}, nil
}
